import { ContextProvider } from '@lit/context'
import { html, LitElement, nothing, type PropertyValues } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { classMap } from 'lit/directives/class-map.js'
import type { RoomPort } from '../app/room-view.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { roomContext } from './context.ts'
import { DropController } from './drop-controller.ts'
import './earshot-chat.ts'
import type { EarshotChat } from './earshot-chat.ts'
import { noticeOf } from './earshot-connection.ts'
import './earshot-header.ts'
import type { EarshotHeader } from './earshot-header.ts'
import type { EarshotInvite } from './earshot-invite.ts'
import type { EarshotTune } from './earshot-tune.ts'
import './earshot-listen.ts'
import './earshot-mine.ts'
import './earshot-now.ts'
import type { EarshotNow } from './earshot-now.ts'
import './earshot-people.ts'
import './earshot-queue.ts'
import './earshot-remedy.ts'
import './earshot-transport.ts'
import { attempt, type OpenEvent } from './events.ts'
import { icon } from './icons.ts'
import { roomStyles } from './room-styles.ts'
import { sharedStyles } from './shared-styles.ts'
import { ShortcutController } from './shortcut-controller.ts'
import { showOverlay } from './show-overlay.ts'
import { strings } from './strings.ts'

/**
 * A room's page: what plays, the queue, and the people. Three areas on a wide screen; on a narrow one chat and people slide over.
 * @event earshot-open - Help was asked for.
 */
@customElement('earshot-room')
export class EarshotRoom extends LitElement {
  static override styles = [sharedStyles, roomStyles]

  /** The room to show; set once. */
  @property({ attribute: false }) port!: RoomPort
  /** What lies over the page on a narrow screen. */
  @state() private panel: 'none' | 'chat' | 'people' = 'none'
  @query('earshot-header') private readonly header!: EarshotHeader | null
  @query('earshot-chat') private readonly chat!: EarshotChat | null
  @query('.close') private readonly closer!: HTMLElement | null
  @query('earshot-now') private readonly now!: EarshotNow | null
  @query('earshot-invite') private readonly invite!: EarshotInvite | null
  @query('earshot-tune') private readonly tune!: EarshotTune | null

  readonly #room = new ContextProvider(this, { context: roomContext })
  readonly #drop = new DropController(this, (files) => attempt(this, this.port.addFiles(files)))
  protected readonly shortcuts = new ShortcutController(
    this,
    () => this.port,
    () => this.now?.picture ?? null,
  )
  #stop: Unsubscribe | undefined
  /** What had the focus before a panel was opened. */
  #opener: HTMLElement | null = null

  /** Puts the focus on the room's name: what had it is gone with the page before. */
  override focus(): void {
    void this.updateComplete.then(() => this.header?.focus())
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('earshot-open', this.#onOpen)
    window.addEventListener('keydown', this.#onEscape)
    if (this.hasUpdated) this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.removeEventListener('earshot-open', this.#onOpen)
    window.removeEventListener('keydown', this.#onEscape)
    this.#stop?.()
    document.title = strings.app
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('port')) return
    this.#room.setValue(this.port)
    this.#follow()
  }

  protected override updated(): void {
    const { name, now } = this.port.view
    const room = name === '' ? strings.room.unnamed : name
    const title = [...(now?.playing === true ? [now.track.title] : []), room, strings.app].join(' · ')
    // Set again, it is told to the browser's own process again.
    if (document.title !== title) document.title = title
  }

  protected override render(): unknown {
    const { view } = this.port
    const locked = view.sound.state === 'locked'
    const watching = this.port.picture() !== null
    const noticed = noticeOf(view.connection) !== null
    // While nothing sounds here, what sounds badly is no matter.
    const troubled = !locked && view.sound.remedies.length > 0
    const classes = {
      silent: view.now === null,
      crowded: locked || troubled,
      watching,
      ruled: !view.control.allowed,
    }
    return html`
      <div class="page ${classMap(classes)}" data-panel=${this.panel}>
        <earshot-header></earshot-header>
        <main>
          <div class="stage scroll">
            <earshot-connection ?hidden=${!noticed}></earshot-connection>
            <earshot-now ?crowded=${locked || troubled} ?packed=${troubled && noticed}></earshot-now>
            <earshot-remedy ?hidden=${!troubled}></earshot-remedy>
            <earshot-listen ?hidden=${!locked}></earshot-listen>
            <earshot-transport ?calm=${locked}></earshot-transport>
            <earshot-mine></earshot-mine>
          </div>
          <earshot-queue></earshot-queue>
          <aside>
            <button
              class="button round close"
              type="button"
              aria-label=${strings.room.close}
              @click=${() => this.#closePanel()}
            >
              ${icon('close')}
            </button>
            <earshot-people></earshot-people>
            <earshot-chat></earshot-chat>
          </aside>
        </main>
      </div>
      <earshot-invite></earshot-invite>
      <earshot-answer></earshot-answer>
      <earshot-tune></earshot-tune>
      ${
        this.#drop.over
          ? html`<div class="drop">
              <div>
                ${icon('music')}<strong>${strings.room.dropTitle}</strong
                ><span>${strings.room.dropText(view.name)}</span>
              </div>
            </div>`
          : nothing
      }
    `
  }

  #follow(): void {
    this.#stop?.()
    this.#stop = this.port.subscribe(() => this.requestUpdate())
  }

  readonly #onOpen = (event: OpenEvent): void => {
    if (event.what === 'invite') attempt(this, showOverlay(this.invite))
    if (event.what === 'tune') attempt(this, showOverlay(this.tune))
    if (event.what !== 'chat' && event.what !== 'people') return
    // A button closes what it opened; the key goes there in any case.
    if (this.panel === event.what && event.composedPath()[0] !== this) return this.#closePanel()
    if (this.panel === 'none') this.#opener = focusedIn(this.shadowRoot)
    this.panel = event.what
    void this.updateComplete.then(() => {
      if (event.what === 'people') return this.closer?.focus()
      this.chat?.revealed()
      // On a touch screen the keyboard would cover what one came to read.
      if (!matchMedia('(pointer: coarse)').matches) this.chat?.focus()
    })
  }

  /** Gives the focus back to what a panel that lay over the page was opened with. */
  #closePanel(): void {
    const opener = this.closer?.checkVisibility() === true ? this.#opener : null
    this.#opener = null
    this.panel = 'none'
    if (opener?.isConnected === true) opener.focus()
    else focusedIn(this.shadowRoot)?.blur()
  }

  readonly #onEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    this.#closePanel()
  }
}

/** The focused element below a root, through all shadow roots. */
function focusedIn(root: ShadowRoot | null): HTMLElement | null {
  const active = root?.activeElement
  if (!(active instanceof HTMLElement)) return null
  return focusedIn(active.shadowRoot) ?? active
}

declare global {
  interface HTMLElementTagNameMap {
    'earshot-room': EarshotRoom
  }
}
