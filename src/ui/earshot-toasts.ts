import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { ContextConsumer } from '@lit/context'
import { css, html, LitElement } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { appContext } from './context.ts'
import { icon } from './icons.ts'
import { onceUnattended } from './once-unattended.ts'
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

/**
 * What went wrong and what to do, or what changed by itself, for a moment, over everything else. A modal dialog makes inert whatever is not
 * in it, even what lies above it: so this element moves into the topmost one that is open, and back when that one has closed.
 */
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
        /* Not over the dialog's own head and its way out. */
        :host([in-dialog]) {
          top: calc(var(--s3) + env(safe-area-inset-top));
        }
      }
    `,
  ]

  @state() private toasts: readonly Toast[] = []
  @query('button') private readonly button!: HTMLElement | null
  #count = 0
  /** Where this element stands while no dialog is open. */
  #home: Node | null = null
  /** Dialogs that are open, the topmost last. */
  readonly #dialogs = new Set<WaDialog>()
  readonly #app = new ContextConsumer(this, { context: appContext })

  override connectedCallback(): void {
    super.connectedCallback()
    this.#home ??= this.parentNode
    if (this.toasts.length > 0) this.#raise()
    window.addEventListener('wa-after-show', this.#onDialog)
    window.addEventListener('wa-after-hide', this.#onDialog)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('wa-after-show', this.#onDialog)
    window.removeEventListener('wa-after-hide', this.#onDialog)
    // A page may be left while its dialog is open, and takes that along.
    if (!this.isConnected && this.#home?.isConnected === true) this.#move()
  }

  /** Shows a message until it was read or dismissed; the same message twice counts once. */
  show(message: string, tone: Tone): void {
    const id = this.#count++
    this.toasts = [...this.toasts.filter((toast) => toast.message !== message), { id, tone, message }].slice(-AT_ONCE)
    if (this.isConnected) this.#raise()
    const scheduler = this.#app.value?.scheduler
    if (scheduler === undefined) return
    onceUnattended(
      scheduler,
      SHOWN_MS,
      () => this.#isAttended(id),
      () => this.#dismiss(id),
    )
  }

  protected override render(): unknown {
    return repeat(
      this.toasts,
      (toast) => toast.id,
      (toast) => html`
        <div id=${idOf(toast.id)} role=${toast.tone === 'problem' ? 'alert' : 'status'}>
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

  /** Whether a person is at it: it has the pointer or the focus. */
  #isAttended(id: number): boolean {
    return this.#of(id)?.matches(':hover, :focus-within') ?? false
  }

  #of(id: number): HTMLElement | null {
    return this.shadowRoot?.getElementById(idOf(id)) ?? null
  }

  /** A manual popover, opened anew, lies above dialogs as well. */
  #raise(): void {
    this.popover = 'manual'
    this.hidePopover()
    this.showPopover()
  }

  readonly #onDialog = (event: Event): void => {
    const [dialog] = event.composedPath()
    // Popovers tell the same of themselves; they make nothing inert.
    if (!isDialog(dialog)) return
    this.#dialogs.delete(dialog)
    if (event.type === 'wa-after-show') this.#dialogs.add(dialog)
    this.#move()
  }

  #move(): void {
    for (const dialog of this.#dialogs) if (!dialog.isConnected) this.#dialogs.delete(dialog)
    const place = [...this.#dialogs].at(-1) ?? this.#home
    this.toggleAttribute('in-dialog', place !== this.#home)
    if (place !== this.parentNode) place?.appendChild(this)
  }

  #dismiss(id: number): void {
    const focused = this.#of(id)?.matches(':focus-within')
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
    // The focus would be lost with the button: it goes on to the next toast, or back into the dialog.
    const dialog = [...this.#dialogs].at(-1)?.dialog
    if (focused === true) void this.updateComplete.then(() => (this.button ?? dialog)?.focus())
  }
}

const idOf = (id: number): string => `toast-${id}`

const isDialog = (target: EventTarget | undefined): target is WaDialog =>
  target instanceof HTMLElement && target.localName === 'wa-dialog'

declare global {
  interface HTMLElementTagNameMap {
    'earshot-toasts': EarshotToasts
  }
}
