import { limits } from '../../domain/limits.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { GatedChannel } from '../gated-channel.ts'
import type { ChannelName } from '../link.ts'
import type { ChannelContext } from '../wires.ts'
import type { StreamPipe } from './stream-pipe.ts'

/** A link's channel over a libp2p stream of its own. */
export class StreamChannel extends GatedChannel {
  readonly #pipe: StreamPipe

  constructor(name: ChannelName, pipe: StreamPipe, context: ChannelContext) {
    // A probe that waited measures the wait: it is worth nothing when it leaves.
    super(name, context, name === 'clock' ? 0 : limits.channelBufferBytes)
    this.#pipe = pipe
    pipe.onMessage((message, receivedAtMs) => this.admits() && this.take(message, receivedAtMs))
  }

  get bufferedBytes(): number {
    return this.#pipe.bufferedBytes
  }

  protected push(message: Uint8Array): boolean {
    return this.#pipe.send(message)
  }

  protected onDrain(listener: () => void): Unsubscribe {
    return this.#pipe.onDrain(listener)
  }
}
