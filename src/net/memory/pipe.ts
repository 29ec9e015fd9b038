import { limits } from '../../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import type { Channel, ChannelName } from '../link.ts'
import type { Direction } from './path.ts'

/** What a channel end needs to know of its link. */
export interface PipeContext {
  readonly scheduler: Scheduler
  readonly remoteScheduler: Scheduler
  readonly direction: Direction
  /** Nothing gets through at the moment (a partition, a crashed peer). */
  readonly blocked: () => boolean
  readonly report: ReportError
}

/** One end of one channel: sends to its `remote` twin, hears what the twin sends. */
export class Pipe implements Channel {
  readonly #name: ChannelName
  readonly #context: PipeContext
  readonly #listeners: Listeners<[message: Uint8Array, receivedAtMs: number]>
  /** Reliable messages in flight, oldest first: each arrival event takes the first, so that order holds whatever the timers do. */
  readonly #inFlight: Uint8Array[] = []
  #stalled = 0
  #bufferedBytes = 0
  #freeAtMs = 0
  #lastArrivalMs = 0
  #open = true
  #waiting: { readonly resolve: () => void; readonly reject: () => void }[] = []
  #remote: Pipe | null = null

  constructor(name: ChannelName, context: PipeContext) {
    this.#name = name
    this.#context = context
    this.#listeners = new Listeners(context.report)
  }

  join(remote: Pipe): void {
    this.#remote = remote
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  send(message: Uint8Array): boolean {
    const maxBytes = this.#name === 'clock' ? limits.datagramBytes : limits.messageBytes
    if (message.length > maxBytes) throw new RangeError(`a ${this.#name} message has at most ${maxBytes} bytes`)
    if (!this.#open || this.#bufferedBytes + message.length > limits.channelBufferBytes) return false
    // Copied: the sender may reuse its buffer at once, as with a real network.
    if (this.#name === 'clock') this.#sendDatagram(message.slice())
    else this.#sendReliably(message.slice())
    return true
  }

  drained(signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.#open) return Promise.reject(abortError())
    if (this.#bufferedBytes <= limits.channelLowWaterBytes) return Promise.resolve()
    return new Promise((done, fail) => {
      const waiter = {
        resolve: () => {
          signal.removeEventListener('abort', waiter.reject)
          done()
        },
        reject: () => {
          this.#waiting = this.#waiting.filter((other) => other !== waiter)
          signal.removeEventListener('abort', waiter.reject)
          fail(abortError())
        },
      }
      signal.addEventListener('abort', waiter.reject)
      this.#waiting.push(waiter)
    })
  }

  onMessage(listener: (message: Uint8Array, receivedAtMs: number) => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** The path is open again: what waited for it arrives now. */
  resume(): void {
    for (; this.#stalled > 0; this.#stalled--) this.#scheduleArrival(this.#arrivalMs())
  }

  close(): void {
    this.#open = false
    this.#bufferedBytes = 0
    this.#inFlight.length = 0
    this.#listeners.clear()
    for (const waiter of this.#waiting.splice(0)) waiter.reject()
  }

  #sendDatagram(message: Uint8Array): void {
    const { direction, remoteScheduler, blocked } = this.#context
    if (direction.lost()) return
    remoteScheduler.after(direction.delayMs(), () => {
      if (!blocked()) this.#remote?.receive(message)
    })
  }

  #sendReliably(message: Uint8Array): void {
    const { scheduler, direction } = this.#context
    this.#inFlight.push(message)
    this.#freeAtMs = Math.max(scheduler.nowMs(), this.#freeAtMs) + message.length / direction.bytesPerMs
    const inQueueMs = this.#freeAtMs - scheduler.nowMs()
    if (inQueueMs > 0) {
      this.#bufferedBytes += message.length
      scheduler.after(inQueueMs, () => this.#departed(message.length))
    }
    this.#scheduleArrival(Math.max(this.#freeAtMs, this.#arrivalMs()))
  }

  #departed(bytes: number): void {
    if (!this.#open) return
    this.#bufferedBytes -= bytes
    if (this.#bufferedBytes > limits.channelLowWaterBytes) return
    for (const waiter of this.#waiting.splice(0)) waiter.resolve()
  }

  /** Sender's time at which a packet handed over when the line is free arrives; a loss shows as delay. */
  #arrivalMs(): number {
    const { direction, scheduler } = this.#context
    const repeats = direction.lost() ? direction.repeatMs : 0
    return Math.max(scheduler.nowMs(), this.#freeAtMs) + direction.delayMs() + repeats
  }

  #scheduleArrival(atMs: number): void {
    const { scheduler, remoteScheduler } = this.#context
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, atMs)
    remoteScheduler.after(this.#lastArrivalMs - scheduler.nowMs(), () => this.#arrive())
  }

  #arrive(): void {
    if (!this.#open) return
    if (this.#context.blocked()) {
      this.#stalled++
      return
    }
    const message = this.#inFlight.shift()
    if (message !== undefined) this.#remote?.receive(message)
  }

  /** Called by the twin. */
  receive(message: Uint8Array): void {
    if (this.#open) this.#listeners.tell(message, this.#context.scheduler.nowMs())
  }
}

const abortError = (): DOMException => new DOMException('the channel was not drained', 'AbortError')
