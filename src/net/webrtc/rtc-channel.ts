import { limits } from '../../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { createReassembler, splitIntoFrames } from '../channel-frames.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import type { Channel, ChannelName } from '../link.ts'

export interface RtcChannelContext {
  readonly scheduler: Scheduler
  readonly report: ReportError
  /** Something came: the peer lives. */
  readonly heard: () => void
  /** The peer broke the format: the link must end. */
  readonly broken: (why: string) => void
  /** A message went out in part only, and not by the peer's fault: the link must end, a new one may follow. */
  readonly torn: () => void
}

/** Messages that a proven peer may send before our side has told of its link; it is at most what fits into one round trip. */
const HELD_BYTES = 2 * limits.messageBytes

/** A link's channel over a negotiated RTCDataChannel. */
export class RtcChannel implements Channel {
  readonly #name: ChannelName
  readonly #data: RTCDataChannel
  readonly #context: RtcChannelContext
  readonly #listeners: Listeners<[message: Uint8Array, receivedAtMs: number]>
  readonly #assemble = createReassembler(limits.messageBytes)
  readonly #ended = new AbortController()
  /** Shut until the peer is proven, held until its link is told. */
  #phase: 'shut' | 'held' | 'open' | 'ended' = 'shut'
  #held: { readonly message: Uint8Array; readonly receivedAtMs: number }[] = []
  #heldBytes = 0

  constructor(name: ChannelName, data: RTCDataChannel, context: RtcChannelContext) {
    this.#name = name
    this.#data = data
    this.#context = context
    this.#listeners = new Listeners(context.report)
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
    // Held is open for sending: those who are told of the link may speak at once.
    if (this.#phase === 'shut' || this.#phase === 'ended' || this.#data.readyState !== 'open') return false
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
    return this.#listeners.add(listener)
  }

  /** The peer is proven: keep what it sends. */
  hold(): void {
    if (this.#phase === 'shut') this.#phase = 'held'
  }

  /** The link was told: hand over what was kept, then everything as it comes. */
  open(): void {
    if (this.#phase !== 'held') return
    this.#phase = 'open'
    const held = this.#held
    this.#held = []
    for (const { message, receivedAtMs } of held) this.#listeners.tell(message, receivedAtMs)
  }

  /** The link ended: nothing is told any more. */
  end(): void {
    this.#phase = 'ended'
    this.#held = []
    this.#listeners.clear()
    this.#data.removeEventListener('message', this.#onFrame)
    this.#ended.abort()
  }

  readonly #onFrame = ({ data }: MessageEvent<unknown>): void => {
    const receivedAtMs = this.#context.scheduler.nowMs()
    if (this.#phase === 'shut') return this.#context.broken('data before the hello')
    if (!(data instanceof ArrayBuffer)) return this.#context.broken('text on a binary channel')
    this.#context.heard()
    const frame = new Uint8Array(data)
    if (this.#name === 'clock') {
      if (frame.length <= limits.datagramBytes) this.#receive(frame, receivedAtMs)
      else this.#context.broken('a datagram beyond the limit')
      return
    }
    const result =
      frame.length <= limits.frameBytes ? this.#assemble(frame) : ({ kind: 'bad', why: 'a long frame' } as const)
    if (result.kind === 'message') this.#receive(result.message, receivedAtMs)
    if (result.kind === 'bad') this.#context.broken(result.why)
  }

  #receive(message: Uint8Array, receivedAtMs: number): void {
    if (this.#phase === 'open') return this.#listeners.tell(message, receivedAtMs)
    if (this.#phase !== 'held') return
    this.#heldBytes += message.length
    if (this.#heldBytes > HELD_BYTES) return this.#context.broken('a flood before the link stood')
    this.#held.push({ message, receivedAtMs })
  }
}

const abortError = (): DOMException => new DOMException('the channel closed, or waiting was given up', 'AbortError')
