import { ContextConsumer, createContext } from '@lit/context'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { AppPort } from '../app/app-port.ts'
import type { RoomPort, RoomView } from '../app/room-view.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/** Handed down by `<earshot-app>`. */
export const appContext = createContext<AppPort>(Symbol('app'))
/** Handed down by `<earshot-room>`. */
export const roomContext = createContext<RoomPort>(Symbol('room'))

type Host = ReactiveControllerHost & HTMLElement

/** Gives its host the room around it and renders the host again whenever the room changes. */
export class RoomController implements ReactiveController {
  readonly #host: Host
  readonly #consumer: ContextConsumer<typeof roomContext, Host>
  #stop: Unsubscribe | undefined

  constructor(host: Host) {
    this.#host = host
    this.#consumer = new ContextConsumer(host, {
      context: roomContext,
      subscribe: true,
      callback: (port) => this.#follow(port),
    })
    host.addController(this)
  }

  /** Undefined outside of a room. */
  get port(): RoomPort | undefined {
    return this.#consumer.value
  }

  get view(): RoomView | undefined {
    return this.port?.view
  }

  hostDisconnected(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  #follow(port: RoomPort): void {
    this.#stop?.()
    this.#stop = port.subscribe(() => this.#host.requestUpdate())
    this.#host.requestUpdate()
  }
}

/** Renders its host again when what it shows has moved on, while the page is visible: for what moves with time, not with events. */
export class TickController implements ReactiveController {
  readonly #host: Host
  readonly #untilNextMs: () => number | null
  readonly #consumer: ContextConsumer<typeof appContext, Host>
  #stop: Unsubscribe | undefined

  /** @param untilNextMs time until something else is to be shown; null while nothing moves */
  constructor(host: Host, untilNextMs: () => number | null) {
    this.#host = host
    this.#untilNextMs = untilNextMs
    this.#consumer = new ContextConsumer(host, { context: appContext, callback: () => this.hostUpdated() })
    host.addController(this)
  }

  hostUpdated(): void {
    const scheduler = this.#consumer.value?.scheduler
    this.hostDisconnected()
    const delayMs = scheduler !== undefined && this.#host.isConnected ? this.#untilNextMs() : null
    if (scheduler === undefined || delayMs === null) return
    this.#stop = scheduler.after(delayMs, () => {
      if (document.hidden) this.hostUpdated()
      else this.#host.requestUpdate()
    })
  }

  hostDisconnected(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
