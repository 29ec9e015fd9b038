import { css, html, LitElement } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { NavigateEvent, ProblemEvent } from './events.ts'
import { fieldStyles } from './field-styles.ts'
import { routeOf } from './route.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * Where a link or an invitation by code is pasted: an installed app has no address bar.
 * @event earshot-navigate - It leads somewhere.
 */
@customElement('earshot-paste')
export class EarshotPaste extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      form {
        display: flex;
        align-items: end;
        gap: var(--s2);
        max-width: 34rem;
      }
      label {
        flex: 1;
      }
    `,
  ]

  @query('input') private readonly field!: HTMLInputElement | null

  protected override render(): unknown {
    const { label, hint, open } = strings.byHand.paste
    return html`
      <form @submit=${this.#onSubmit}>
        <label class="of"
          >${label}
          <input placeholder=${hint} autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" />
        </label>
        <button class="button">${open}</button>
      </form>
    `
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    // Mail programs break long links.
    const pasted = this.field?.value.replace(/\s+/g, '') ?? ''
    if (pasted === '') return this.field?.focus()
    const fragment = pasted.slice(Math.max(0, pasted.indexOf('#')))
    const route = routeOf(fragment)
    if (route.kind === 'home' || !fragment.startsWith('#'))
      this.dispatchEvent(new ProblemEvent(strings.byHand.paste.wrong))
    else if (route.kind === 'nowhere') this.dispatchEvent(new ProblemEvent(route.why))
    else this.dispatchEvent(new NavigateEvent(fragment))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-paste': EarshotPaste
  }
}
