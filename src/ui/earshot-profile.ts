import { ContextConsumer } from '@lit/context'
import { css, html, LitElement } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { limits } from '../domain/limits.ts'
import { appContext } from './context.ts'
import './earshot-face.ts'
import { ProfileEvent } from './events.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/**
 * One's own name and face.
 * @event earshot-profile - A new name (on Enter or when the field is left) or a new face; holds both.
 */
@customElement('earshot-profile')
export class EarshotProfile extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .row {
        display: flex;
        align-items: center;
        gap: var(--s2);
      }
      .face {
        position: relative;
        padding: 0;
        border: none;
        border-radius: 50%;
        background: none;
        cursor: pointer;
      }
      .face earshot-face {
        --size: var(--target);
      }
      .face .again {
        position: absolute;
        right: -0.25rem;
        bottom: -0.25rem;
        display: grid;
        place-items: center;
        width: 1.25rem;
        height: 1.25rem;
        border-radius: 50%;
        background: var(--surface);
        box-shadow: 0 0 0 1px var(--line);
      }
      .face .icon {
        width: 0.75rem;
        height: 0.75rem;
      }
      label {
        flex: 1;
        min-width: 0;
        font-size: var(--text-xs);
        color: var(--quiet);
      }
      input {
        display: block;
        width: 100%;
        min-height: var(--target);
        padding: 0 var(--s3);
        border: 1px solid var(--edge);
        border-radius: var(--radius-m);
        background: var(--bg);
        color: var(--text);
        font-size: max(1rem, var(--text-m));
        font-weight: 550;
      }
    `,
  ]

  @property() name = ''
  @property() face = ''
  @query('input') private readonly field!: HTMLInputElement | null
  readonly #app = new ContextConsumer(this, { context: appContext })

  protected override render(): unknown {
    return html`
      <div class="row">
        <button
          class="face"
          type="button"
          aria-label=${strings.profile.newFace}
          title=${strings.profile.newFace}
          @click=${() => this.#onFace()}
        >
          <earshot-face .seed=${this.face}></earshot-face><span class="again">${icon('dice')}</span>
        </button>
        <label>
          <span class="sr">${strings.profile.name}</span>
          <input
            .value=${this.name}
            maxlength=${limits.nameChars}
            autocomplete="nickname"
            enterkeyhint="done"
            @change=${() => this.#onName()}
            @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.field?.blur()}
          />
        </label>
      </div>
    `
  }

  #onName(): void {
    const name = this.field?.value.trim() ?? ''
    if (this.field === null) return
    if (name === '') this.field.value = this.name
    else if (name !== this.name) this.dispatchEvent(new ProfileEvent(name, this.face))
  }

  #onFace(): void {
    const random = this.#app.value?.random
    if (random === undefined) return
    const face = Math.floor(random() * 2 ** 40).toString(36)
    this.dispatchEvent(new ProfileEvent(this.name, face))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-profile': EarshotProfile
  }
}
