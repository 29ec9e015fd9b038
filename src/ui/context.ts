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

/** Renders its host again every `periodMs` while `active` says so and the page is visible: for what moves with time, not with events. */
export class TickController implements ReactiveController {
  readonly #host: Host
  readonly #periodMs: number
  readonly #active: () => boolean
  readonly #consumer: ContextConsumer<typeof appContext, Host>
  #stop: Unsubscribe | undefined

  constructor(host: Host, periodMs: number, active: () => boolean) {
    this.#host = host
    this.#periodMs = periodMs
    this.#active = active
    this.#consumer = new ContextConsumer(host, { context: appContext, callback: () => this.hostUpdated() })
    host.addController(this)
  }

  hostUpdated(): void {
    const scheduler = this.#consumer.value?.scheduler
    const wanted = scheduler !== undefined && this.#host.isConnected && this.#active()
    if (wanted && this.#stop === undefined) {
      this.#stop = scheduler.every(this.#periodMs, () => {
        if (!document.hidden) this.#host.requestUpdate()
      })
    }
    if (!wanted) this.hostDisconnected()
  }

  hostDisconnected(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
