import { limits } from '../../domain/limits.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { abortError, Inbox } from '../inbox.ts'
import type { ChannelName } from '../link.ts'
import type { ChannelContext, WireChannel } from '../wires.ts'
import type { StreamPipe } from './stream-pipe.ts'

/** A link's channel over a libp2p stream of its own. */
export class StreamChannel implements WireChannel {
  readonly #name: ChannelName
  readonly #pipe: StreamPipe
  readonly #inbox: Inbox
  readonly #ended = new AbortController()

  constructor(name: ChannelName, pipe: StreamPipe, context: ChannelContext) {
    this.#name = name
    this.#pipe = pipe
    this.#inbox = new Inbox(context.report, context.broken)
    pipe.onMessage((message, receivedAtMs) => {
      if (this.#inbox.isShut) return context.broken('data before the hello')
      context.heard()
      this.#inbox.take(message, receivedAtMs)
    })
  }

  get bufferedBytes(): number {
    return this.#pipe.bufferedBytes
  }

  send(message: Uint8Array): boolean {
    const datagram = this.#name === 'clock'
    const maxBytes = datagram ? limits.datagramBytes : limits.messageBytes
    if (message.length > maxBytes) throw new RangeError(`a ${this.#name} message has at most ${maxBytes} bytes`)
    if (!this.#inbox.maySend) return false
    // A probe that waited measures the wait: it is worth nothing when it leaves.
    const room = datagram ? 0 : limits.channelBufferBytes - message.length
    return this.bufferedBytes <= room && this.#pipe.send(message)
  }

  drained(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#ended.signal])
    if (either.aborted) return Promise.reject(abortError())
    if (this.bufferedBytes <= limits.channelLowWaterBytes) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const { stream } = this.#pipe
      const settle = (finish: () => void) => () => {
        stream.removeEventListener('drain', look)
        stream.removeEventListener('idle', done)
        either.removeEventListener('abort', aborted)
        finish()
      }
      const done = settle(resolve)
      const aborted = settle(() => reject(abortError()))
      const look = () => this.bufferedBytes <= limits.channelLowWaterBytes && done()
      stream.addEventListener('drain', look)
      stream.addEventListener('idle', done)
      either.addEventListener('abort', aborted)
    })
  }

  onMessage(listener: (message: Uint8Array, receivedAtMs: number) => void): Unsubscribe {
    return this.#inbox.onMessage(listener)
  }

  hold(): void {
    this.#inbox.hold()
  }

  open(): void {
    this.#inbox.open()
  }

  end(): void {
    this.#inbox.end()
    this.#ended.abort()
  }
}
