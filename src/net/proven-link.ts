import { encode } from 'cborg'
import type { PeerId } from '../domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { decodeControl, decodeHello, encodeHello } from './hello-wire.ts'
import type { ProvenPeer } from './hello.ts'
import type { ChannelName, CloseReason, Link, TransportName } from './link.ts'
import { Listeners, type ReportError } from '../domain/listeners.ts'
import { startHeartbeat, type Heartbeat } from './heartbeat.ts'
import type { WireChannel, Wires } from './wires.ts'

/** How long a goodbye may take to leave before the connection is torn down. The other side usually tears it down first. */
export const goodbyeMs = 400

export interface ProvenLinkOptions {
  readonly proven: ProvenPeer
  readonly wires: Wires
  readonly channels: Readonly<Record<ChannelName, WireChannel>>
  readonly scheduler: Scheduler
  readonly report: ReportError
  /** Links that we have, each as many times as it counts: told with each beat, so that the crowded know whom they may leave. */
  readonly degree: () => number
  /** Tears the connection down. */
  readonly destroy: () => void
}

/** A verified peer over one connection of whatever network. */
export class ProvenLink implements Link {
  readonly transport: TransportName
  readonly proven: ProvenPeer
  readonly #options: ProvenLinkOptions
  readonly #closeListeners: Listeners<[reason: CloseReason]>
  readonly #heartbeat: Heartbeat
  #closedBecause: CloseReason | null = null
  #theirDegree = 0
  #cancelDestroy: Unsubscribe | null = null

  constructor(options: ProvenLinkOptions) {
    this.#options = options
    this.proven = options.proven
    this.transport = options.wires.transport
    this.#closeListeners = new Listeners(options.report)
    this.#heartbeat = startHeartbeat(
      options.scheduler,
      () => options.wires.sendControl(encode(['beat', options.degree()])),
      () => this.close('lost'),
      options.wires.pace,
    )
  }

  get peer(): PeerId {
    return this.proven.peer
  }

  get relayed(): boolean {
    return this.#options.wires.relayed
  }

  /** Links that it counts for. */
  get weight(): number {
    return this.#options.wires.weight
  }

  get id(): string {
    return this.proven.id
  }

  get session(): string {
    return this.proven.session
  }

  get closed(): boolean {
    return this.#closedBecause !== null
  }

  /** Links that the peer said it has, each as many times as it counts. */
  get theirDegree(): number {
    return this.#theirDegree
  }

  channel(name: ChannelName): WireChannel {
    return this.#options.channels[name]
  }

  /** The link was told: its channels hand over what came meanwhile. */
  open(): void {
    for (const channel of Object.values(this.#options.channels)) channel.open()
  }

  close(reason: CloseReason): void {
    if (this.closed) return
    this.#options.wires.sendControl(encodeHello({ kind: 'bye', reason }))
    // The goodbye needs a moment on the wire; a lost peer hears none.
    if (reason === 'lost') this.#options.destroy()
    else this.#cancelDestroy = this.#options.scheduler.after(goodbyeMs, () => this.#options.destroy())
    this.#end(reason)
  }

  onClose(listener: (reason: CloseReason) => void): Unsubscribe {
    if (this.#closedBecause === null) return this.#closeListeners.add(listener)
    listener(this.#closedBecause)
    return () => {}
  }

  heard(): void {
    this.#heartbeat.heard()
  }

  /** A message on the control channel. */
  receiveControl(bytes: Uint8Array): void {
    if (this.closed) return
    this.heard()
    const [kind, degree, ...rest] = decodeControl(bytes) ?? []
    if (kind === 'beat' && rest.length === 0 && typeof degree === 'number' && degree >= 0 && degree <= 1_000) {
      this.#theirDegree = degree
      return
    }
    const message = decodeHello(bytes)
    if (message?.kind !== 'bye') return this.close('misbehaved')
    // First the reason: tearing down may tell at once that the connection is gone.
    this.#end(message.reason)
    this.#options.destroy()
  }

  /** The connection is gone. */
  connectionGone(): void {
    this.#cancelDestroy?.()
    this.#end('lost')
  }

  #end(reason: CloseReason): void {
    if (this.closed) return
    this.#closedBecause = reason
    this.#heartbeat.stop()
    for (const channel of Object.values(this.#options.channels)) channel.end()
    this.#closeListeners.tell(reason)
    this.#closeListeners.clear()
  }
}
