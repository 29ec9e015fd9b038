import { limits } from '../domain/limits.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { abortError, Inbox } from './inbox.ts'
import type { ChannelName } from './link.ts'
import type { ChannelContext, WireChannel } from './wires.ts'

/** A link's channel over whatever carries bytes: its limits, and its gate until the peer is proven. */
export abstract class GatedChannel implements WireChannel {
  protected readonly name: ChannelName
  protected readonly context: ChannelContext
  readonly #mostHeldBytes: number
  readonly #inbox: Inbox
  readonly #ended = new AbortController()

  /** `mostHeldBytes`: `send` refuses to hold back more. With 0 it refuses whatever would have to wait behind something else. */
  constructor(name: ChannelName, context: ChannelContext, mostHeldBytes: number) {
    this.name = name
    this.context = context
    this.#mostHeldBytes = mostHeldBytes
    this.#inbox = new Inbox(context.report, context.broken)
  }

  abstract get bufferedBytes(): number
  /** Hands a message to the network. False when that is closed. */
  protected abstract push(message: Uint8Array): boolean
  /** Told whenever less may be held back than before. */
  protected abstract onDrain(listener: () => void): Unsubscribe

  send(message: Uint8Array): boolean {
    const maxBytes = this.name === 'clock' ? limits.datagramBytes : limits.messageBytes
    if (message.length > maxBytes) throw new RangeError(`a ${this.name} message has at most ${maxBytes} bytes`)
    const { bufferedBytes } = this
    if (!this.#inbox.maySend || (bufferedBytes > 0 && bufferedBytes + message.length > this.#mostHeldBytes))
      return false
    return this.push(message)
  }

  drained(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#ended.signal])
    if (either.aborted) return Promise.reject(abortError())
    const isLow = (): boolean => this.bufferedBytes <= limits.channelLowWaterBytes
    if (isLow()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        stopListening()
        either.removeEventListener('abort', aborted)
        finish()
      }
      const stopListening = this.onDrain(() => isLow() && settle(resolve))
      const aborted = (): void => settle(() => reject(abortError()))
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

  /** To be asked of everything that comes, before it is read: false, and the link breaks, when the peer is not proven yet. */
  protected admits(): boolean {
    const { isShut } = this.#inbox
    if (isShut) this.context.broken('data before the hello')
    else this.context.heard()
    return !isShut
  }

  /** A whole message came. */
  protected take(message: Uint8Array, receivedAtMs: number): void {
    this.#inbox.take(message, receivedAtMs)
  }
}
