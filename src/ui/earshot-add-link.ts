import { css, html, nothing } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { fieldStyles } from './field-styles.ts'
import { RoomElement } from './room-element.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Takes the address of an audio or video file for the queue, and says who gets to know of it. */
@customElement('earshot-add-link')
export class EarshotAddLink extends RoomElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      form {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: end;
        gap: var(--s2);
        margin: 0 var(--s2) var(--s3);
      }
      p {
        grid-column: 1 / -1;
        font-size: var(--text-s);
        color: var(--quiet);
      }
    `,
  ]

  @property({ type: Boolean, reflect: true }) open = false
  @query('input') private readonly field!: HTMLInputElement | null

  protected override renderRoom(): unknown {
    if (!this.open) return nothing
    return html`<form @submit=${this.#onSubmit}>
      <label class="of"
        >${strings.queue.linkField}<input
          name="address"
          type="url"
          inputmode="url"
          autocomplete="off"
          placeholder="https://"
          required
          aria-describedby="hint"
      /></label>
      <button class="button primary">${strings.queue.linkAdd}</button>
      <p id="hint">${strings.queue.linkHint}</p>
    </form>`
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('open')) this.field?.focus()
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const address = this.field?.value ?? ''
    this.open = false
    this.command((port) => port.addLink(address))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-add-link': EarshotAddLink
  }
}
