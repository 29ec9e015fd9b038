import { ContextConsumer } from '@lit/context'
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { appContext } from './context.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'
import { strings } from './strings.ts'

/** Long enough to read two sentences. */
const SHOWN_MS = 9_000
/** More at once would cover what they are about. */
const AT_ONCE = 3

type Tone = 'problem' | 'news'

interface Toast {
  readonly id: number
  readonly tone: Tone
  readonly message: string
}

/** What went wrong and what to do, or what changed by itself, for a moment, over everything else. */
@customElement('earshot-toasts')
export class EarshotToasts extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        inset: auto;
        left: 50%;
        bottom: calc(var(--s5) + env(safe-area-inset-bottom));
        translate: -50% 0;
        width: min(30rem, calc(100vw - 2rem));
        display: grid;
        gap: var(--s2);
        margin: 0;
        padding: 0;
        border: none;
        background: none;
        overflow: visible;
        pointer-events: none;
      }
      div {
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: var(--s3);
        padding: var(--s2) var(--s2) var(--s2) var(--s4);
        border-radius: var(--radius-m);
        background: var(--text);
        color: var(--bg);
        font-weight: 550;
        line-height: 1.35;
        box-shadow: var(--shadow-far);
        pointer-events: auto;
      }
      .button {
        background: transparent;
        color: inherit;
      }
      .button:hover {
        background: color-mix(in oklab, transparent, var(--bg) 20%);
      }
      @media (max-width: 759px) {
        :host {
          bottom: auto;
          top: calc(4.5rem + env(safe-area-inset-top));
        }
      }
    `,
  ]

  @state() private toasts: readonly Toast[] = []
  #count = 0
  readonly #app = new ContextConsumer(this, { context: appContext })

  /** Shows a message until it was read or dismissed; the same message twice counts once. */
  show(message: string, tone: Tone): void {
    const id = this.#count++
    this.toasts = [...this.toasts.filter((toast) => toast.message !== message), { id, tone, message }].slice(-AT_ONCE)
    // A manual popover, opened anew, lies above dialogs as well.
    this.popover = 'manual'
    this.hidePopover()
    this.showPopover()
    this.#app.value?.scheduler.after(SHOWN_MS, () => this.#dismiss(id))
  }

  protected override render(): unknown {
    return repeat(
      this.toasts,
      (toast) => toast.id,
      (toast) => html`
        <div role=${toast.tone === 'problem' ? 'alert' : 'status'}>
          ${icon(toast.tone === 'problem' ? 'warning' : 'volume')}<span>${toast.message}</span>
          <button
            class="button round"
            type="button"
            aria-label=${strings.errors.dismiss}
            @click=${() => this.#dismiss(toast.id)}
          >
            ${icon('close')}
          </button>
        </div>
      `,
    )
  }

  #dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-toasts': EarshotToasts
  }
}
