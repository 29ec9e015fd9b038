import { encode } from 'cborg'
import type { PeerId } from '../../domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { decodeControl, decodeHello, encodeHello } from '../hello-wire.ts'
import type { ProvenPeer } from '../hello.ts'
import type { ChannelName, CloseReason, Link } from '../link.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import { startHeartbeat, type Heartbeat } from './heartbeat.ts'
import type { RtcChannel } from './rtc-channel.ts'

/** How long a goodbye may take to leave before the connection is torn down. The other side usually tears it down first. */
export const goodbyeMs = 400

export interface RtcLinkOptions {
  readonly proven: ProvenPeer
  readonly control: RTCDataChannel
  readonly channels: Readonly<Record<ChannelName, RtcChannel>>
  readonly scheduler: Scheduler
  readonly report: ReportError
  /** Links that we have: told with each beat, so that the crowded know whom they may leave. */
  readonly degree: () => number
  /** Tears the connection down. */
  readonly destroy: () => void
}

/** A verified peer over one RTCPeerConnection. */
export class RtcLink implements Link {
  readonly transport = 'webrtc'
  readonly proven: ProvenPeer
  readonly #options: RtcLinkOptions
  readonly #closeListeners: Listeners<[reason: CloseReason]>
  readonly #heartbeat: Heartbeat
  #closedBecause: CloseReason | null = null
  #theirDegree = 0
  #cancelDestroy: Unsubscribe | null = null

  constructor(options: RtcLinkOptions) {
    this.#options = options
    this.proven = options.proven
    this.#closeListeners = new Listeners(options.report)
    this.#heartbeat = startHeartbeat(
      options.scheduler,
      () => this.#send(encode(['beat', options.degree()])),
      () => this.close('lost'),
    )
  }

  get peer(): PeerId {
    return this.proven.peer
  }

  get id(): string {
    return this.proven.id
  }

  get closed(): boolean {
    return this.#closedBecause !== null
  }

  /** Links that the peer said it has. */
  get theirDegree(): number {
    return this.#theirDegree
  }

  channel(name: ChannelName): RtcChannel {
    return this.#options.channels[name]
  }

  /** The link was told: its channels hand over what came meanwhile. */
  open(): void {
    for (const channel of Object.values(this.#options.channels)) channel.open()
  }

  close(reason: CloseReason): void {
    if (this.closed) return
    this.#send(encodeHello({ kind: 'bye', reason }))
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
    this.#options.destroy()
    this.#end(message.reason)
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

  #send(bytes: Uint8Array): void {
    const { control } = this.#options
    if (control.readyState !== 'open') return
    try {
      control.send(Uint8Array.from(bytes))
    } catch {
      // Closing between the check and the call: the heartbeat of the other side will tell.
    }
  }
}
