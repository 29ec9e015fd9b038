import { limits } from '../../domain/limits.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { createReassembler, splitIntoFrames } from '../channel-frames.ts'
import { abortError, Inbox } from '../inbox.ts'
import type { ChannelName } from '../link.ts'
import type { ChannelContext, WireChannel } from '../wires.ts'

/** A link's channel over a negotiated RTCDataChannel. */
export class RtcChannel implements WireChannel {
  readonly #name: ChannelName
  readonly #data: RTCDataChannel
  readonly #context: ChannelContext
  readonly #inbox: Inbox
  readonly #assemble = createReassembler(limits.messageBytes)
  readonly #ended = new AbortController()

  constructor(name: ChannelName, data: RTCDataChannel, context: ChannelContext) {
    this.#name = name
    this.#data = data
    this.#context = context
    this.#inbox = new Inbox(context.report, context.broken)
    data.bufferedAmountLowThreshold = limits.channelLowWaterBytes
    data.addEventListener('message', this.#onFrame)
  }

  get bufferedBytes(): number {
    return this.#data.bufferedAmount
  }

  send(message: Uint8Array): boolean {
    const datagram = this.#name === 'clock'
    const maxBytes = datagram ? limits.datagramBytes : limits.messageBytes
    if (message.length > maxBytes) throw new RangeError(`a ${this.#name} message has at most ${maxBytes} bytes`)
    if (!this.#inbox.maySend || this.#data.readyState !== 'open') return false
    if (this.#data.bufferedAmount + message.length > limits.channelBufferBytes) return false
    const frames = datagram ? [Uint8Array.from(message)] : splitIntoFrames(message, limits.frameBytes)
    try {
      for (const frame of frames) this.#data.send(frame)
    } catch {
      // The browser closed the channel or will not hold more. Part of the message may be out: nothing after it could be read.
      this.#context.torn()
      return false
    }
    return true
  }

  drained(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#ended.signal])
    if (either.aborted) return Promise.reject(abortError())
    if (this.#data.bufferedAmount <= limits.channelLowWaterBytes) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => () => {
        this.#data.removeEventListener('bufferedamountlow', low)
        either.removeEventListener('abort', aborted)
        finish()
      }
      const low = settle(resolve)
      const aborted = settle(() => reject(abortError()))
      this.#data.addEventListener('bufferedamountlow', low)
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
    this.#data.removeEventListener('message', this.#onFrame)
    this.#ended.abort()
  }

  readonly #onFrame = ({ data }: MessageEvent<unknown>): void => {
    const receivedAtMs = this.#context.scheduler.nowMs()
    if (this.#inbox.isShut) return this.#context.broken('data before the hello')
    if (!(data instanceof ArrayBuffer)) return this.#context.broken('text on a binary channel')
    this.#context.heard()
    const frame = new Uint8Array(data)
    if (this.#name === 'clock') {
      if (frame.length <= limits.datagramBytes) this.#inbox.take(frame, receivedAtMs)
      else this.#context.broken('a datagram beyond the limit')
      return
    }
    const result =
      frame.length <= limits.frameBytes ? this.#assemble(frame) : ({ kind: 'bad', why: 'a long frame' } as const)
    if (result.kind === 'message') this.#inbox.take(result.message, receivedAtMs)
    if (result.kind === 'bad') this.#context.broken(result.why)
  }
}
