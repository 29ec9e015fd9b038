import type { Scheduler } from '../domain/scheduler.ts'
import type { ReportError } from '../domain/listeners.ts'
import type { Pace } from './heartbeat.ts'
import type { Channel, ChannelName, TransportName } from './link.ts'

/** What a channel tells the link that it belongs to. */
export interface ChannelContext {
  readonly scheduler: Scheduler
  readonly report: ReportError
  /** Something came: the peer lives. */
  readonly heard: () => void
  /** The peer broke the format: the link must end. */
  readonly broken: (why: string) => void
  /** A message went out in part only, and not by the peer's fault: the link must end, a new one may follow. */
  readonly torn: () => void
}

/** A link's channel, shut until the peer is proven, held until its link is told. */
export interface WireChannel extends Channel {
  /** The peer is proven: keep what it sends. */
  hold(): void
  /** The link was told: hand over what was kept, then everything as it comes. */
  open(): void
  /** The link ended: nothing is told any more. */
  end(): void
}

/** A fresh connection to somebody unknown, as its network offers it: enough to say hello over. */
export interface Wires {
  readonly transport: TransportName
  readonly relayed: boolean
  /** Of the heartbeat: both sides must see it alike. */
  readonly pace: Pace
  /** Links that it counts for; more than 1 where others pay for it. */
  readonly weight: number
  /** Control messages pass reliably, in order, and never behind bulk. Dropped when the connection is closing: the heartbeat will tell. */
  sendControl(bytes: Uint8Array): void
  /** Null: something came that is no message. */
  onControl(listener: (bytes: Uint8Array | null) => void): void
  channel(name: ChannelName, context: ChannelContext): WireChannel
  /** Told once when everything is open, with what names this very connection on both sides; null when nothing does. */
  onOpen(listener: (binding: Uint8Array | null) => void): void
}
