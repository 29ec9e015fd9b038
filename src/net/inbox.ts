import { Listeners, type ReportError } from '../domain/listeners.ts'
import { limits } from '../domain/limits.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/** Messages that a proven peer may send before our side has told of its link; it is at most what fits into one round trip. */
const HELD_BYTES = 2 * limits.messageBytes

/** What a channel received: shut until the peer is proven, kept until its link is told, then handed to listeners as it comes. */
export class Inbox {
  readonly #listeners: Listeners<[message: Uint8Array, receivedAtMs: number]>
  readonly #broken: (why: string) => void
  #phase: 'shut' | 'held' | 'open' | 'ended' = 'shut'
  #held: { readonly message: Uint8Array; readonly receivedAtMs: number }[] = []
  #heldBytes = 0

  constructor(report: ReportError, broken: (why: string) => void) {
    this.#listeners = new Listeners(report)
    this.#broken = broken
  }

  get isShut(): boolean {
    return this.#phase === 'shut'
  }

  /** Held is open for sending: those who are told of the link may speak at once. */
  get maySend(): boolean {
    return this.#phase === 'held' || this.#phase === 'open'
  }

  onMessage(listener: (message: Uint8Array, receivedAtMs: number) => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  hold(): void {
    if (this.#phase === 'shut') this.#phase = 'held'
  }

  open(): void {
    if (this.#phase !== 'held') return
    this.#phase = 'open'
    const held = this.#held
    this.#held = []
    for (const { message, receivedAtMs } of held) this.#listeners.tell(message, receivedAtMs)
  }

  end(): void {
    this.#phase = 'ended'
    this.#held = []
    this.#listeners.clear()
  }

  take(message: Uint8Array, receivedAtMs: number): void {
    if (this.#phase === 'open') return this.#listeners.tell(message, receivedAtMs)
    if (this.#phase !== 'held') return
    this.#heldBytes += message.length
    if (this.#heldBytes > HELD_BYTES) return this.#broken('a flood before the link stood')
    this.#held.push({ message, receivedAtMs })
  }
}

export const abortError = (): DOMException =>
  new DOMException('the channel closed, or waiting was given up', 'AbortError')
