import { ContextProvider } from '@lit/context'
import { html, LitElement, nothing, type PropertyValues } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { AppPort } from '../app/app-port.ts'
import type { RoomPort } from '../app/room-view.ts'
import { InsecureError, type EarshotError } from '../domain/errors.ts'
import { appContext } from './context.ts'
import type { EarshotHelp } from './earshot-help.ts'
import './earshot-home.ts'
import type { EarshotHome } from './earshot-home.ts'
import './earshot-notice.ts'
import './earshot-room.ts'
import type { EarshotRoom } from './earshot-room.ts'
import type { EarshotSettings } from './earshot-settings.ts'
import { EarshotToasts } from './earshot-toasts.ts'
import { attempt, messageOf, type NavigateEvent, type OpenEvent, type ProblemEvent, type ToldEvent } from './events.ts'
import { routeOf, type Route } from './route.ts'
import { sharedStyles } from './shared-styles.ts'
import { showOverlay } from './show-overlay.ts'
import { strings } from './strings.ts'
import './tokens.css'

type Page =
  | { readonly kind: 'starting' }
  | { readonly kind: 'home' }
  | { readonly kind: 'opening'; readonly fragment: string }
  | { readonly kind: 'room'; readonly fragment: string; readonly room: RoomPort }
  | { readonly kind: 'handing' }
  | { readonly kind: 'handed' }
  | { readonly kind: 'failed'; readonly title: string; readonly text: string; readonly retry: boolean }

/** The whole interface: shows the page that the address names, and holds what lies over all pages. */
@customElement('earshot-app')
export class EarshotApp extends LitElement {
  static override styles = [sharedStyles]

  /** The program behind the interface; pages appear once it is set. */
  @property({ attribute: false }) port: AppPort | undefined
  /** Why Earshot cannot run here (no secure context, a browser that lacks something). Shown instead of any page. */
  @property({ attribute: false }) problem: EarshotError | undefined

  @state() private page: Page = { kind: 'starting' }
  @query('earshot-home') private readonly home!: EarshotHome | null
  @query('earshot-room') private readonly room!: EarshotRoom | null
  @query('earshot-help') private readonly help!: EarshotHelp | null
  @query('earshot-settings') private readonly settings!: EarshotSettings | null
  /** Kept by hand: it moves into dialogs, where a query would not find it. */
  readonly #toasts = new EarshotToasts()
  readonly #app = new ContextProvider(this, { context: appContext })

  constructor() {
    super()
    this.addEventListener('earshot-problem', (event: ProblemEvent) => this.#toasts.show(event.message, 'problem'))
    this.addEventListener('earshot-told', (event: ToldEvent) => this.#toasts.show(event.message, 'news'))
    this.addEventListener('earshot-open', ({ what }: OpenEvent) => {
      if (what === 'help') attempt(this, showOverlay(this.help))
      if (what === 'settings') attempt(this, showOverlay(this.settings))
    })
    this.addEventListener('earshot-navigate', (event: NavigateEvent) => {
      location.hash = event.fragment
    })
  }

  protected override firstUpdated(): void {
    attempt(this, import('./overlays.ts'))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('hashchange', this.#onHash)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('hashchange', this.#onHash)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('problem') && this.problem instanceof InsecureError) attempt(this, import('./earshot-insecure.ts'))
    if (!changed.has('port') || this.port === undefined) return
    this.#app.setValue(this.port)
    this.#go()
  }

  protected override render(): unknown {
    return html`${this.problem === undefined ? this.#page() : this.#obstacle(this.problem)} <earshot-help></earshot-help
      ><earshot-settings></earshot-settings>${this.#toasts}`
  }

  #obstacle(problem: EarshotError): unknown {
    return problem instanceof InsecureError
      ? html`<earshot-insecure .address=${location}></earshot-insecure>`
      : html`<earshot-notice .heading=${strings.errors.unsupportedTitle} .text=${problem.message}></earshot-notice>`
  }

  #page(): unknown {
    const { page } = this
    switch (page.kind) {
      case 'starting':
        return nothing
      case 'home':
        return html`<earshot-home></earshot-home>`
      case 'opening':
        return html`<earshot-notice
          busy
          .heading=${strings.room.opening}
          .text=${strings.room.openingHint}
        ></earshot-notice>`
      case 'room':
        return html`<earshot-room .port=${page.room}></earshot-room>`
      case 'handing':
        return html`<earshot-notice busy .heading=${strings.byHand.handing}></earshot-notice>`
      case 'handed':
        return html`<earshot-notice
          home
          .heading=${strings.byHand.handed}
          .text=${strings.byHand.handedText}
        ></earshot-notice>`
      case 'failed':
        return html`<earshot-notice
          home
          ?retry=${page.retry}
          .heading=${page.title}
          .text=${page.text}
        ></earshot-notice>`
    }
  }

  readonly #onHash = (): void => {
    if (this.port !== undefined) this.#go()
  }

  /** Goes where the address says: closes the room that was open, opens the one that is named. */
  #go(): void {
    const { page, port } = this
    const route = routeOf(location.hash)
    if (port === undefined) return
    if ('fragment' in page && route.kind === 'room' && page.fragment === route.fragment) {
      if (page.kind === 'room') this.#answer(page.room, route)
      return
    }
    if (page.kind === 'room') attempt(this, page.room.leave())
    switch (route.kind) {
      case 'home':
        this.page = { kind: 'home' }
        // What had the focus is gone with the page it was on. Whoever has just arrived begins at the top as everywhere.
        if (page.kind !== 'starting') void this.updateComplete.then(() => this.home?.focus())
        return
      case 'nowhere':
        this.page = { kind: 'failed', title: strings.errors.linkTitle, text: route.why, retry: false }
        return
      case 'answer':
        return this.#handOver(port, route.code)
      case 'room':
        this.#open(port, route)
    }
  }

  #open(port: AppPort, route: RoomRoute): void {
    const { fragment } = route
    const arrives = this.page.kind === 'starting'
    const opening: Page = { kind: 'opening', fragment }
    this.page = opening
    port.openRoom(fragment).then(
      (room) => {
        // The person went elsewhere in the meantime.
        if (this.page !== opening) return attempt(this, room.leave())
        this.page = { kind: 'room', fragment, room }
        if (!arrives) void this.updateComplete.then(() => this.room?.focus())
        this.#answer(room, route)
      },
      (error: unknown) => {
        if (this.page === opening)
          this.page = { kind: 'failed', title: strings.errors.openTitle, text: messageOf(error), retry: true }
      },
    )
  }

  /** Answers the invitation in the address, once: a reload must not answer it again. */
  #answer(room: RoomPort, { fragment, code }: RoomRoute): void {
    if (code === undefined) return
    history.replaceState(history.state, '', fragment)
    room.byHand.answer(code)
  }

  #handOver(port: AppPort, code: string): void {
    const handing: Page = { kind: 'handing' }
    this.page = handing
    const { notHanded: title, notHandedText: text } = strings.byHand
    attempt(
      this,
      port.handOver(code).then((taken) => {
        if (this.page === handing) this.page = taken ? { kind: 'handed' } : { kind: 'failed', title, text, retry: true }
      }),
    )
  }
}

type RoomRoute = Extract<Route, { kind: 'room' }>

declare global {
  interface HTMLElementTagNameMap {
    'earshot-app': EarshotApp
  }
}
