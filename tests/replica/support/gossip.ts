import type { Unsubscribe } from '../../../src/domain/scheduler.ts'
import type { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import type { BroadcastPort, Verdict } from '../../../src/replica/port.ts'

type Listener = (message: Uint8Array) => Promise<Verdict>

/** A room-wide broadcast in virtual time: everyone gets what another says after `delayMs`, and every verdict is kept. */
export class TestGossip {
  readonly verdicts: Verdict[] = []
  /** Messages that were published. */
  published = 0
  /** False: what is said is lost. */
  works = true
  readonly #time: VirtualTime
  readonly #delayMs: number
  readonly #listeners = new Set<Listener>()

  constructor(time: VirtualTime, delayMs: number) {
    this.#time = time
    this.#delayMs = delayMs
  }

  port(): BroadcastPort {
    let own: Listener | null = null
    return {
      publish: (message) => this.#publish(message, own),
      onMessage: (listener): Unsubscribe => {
        own = listener
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }

  /** A message of somebody who is nobody's neighbour; the result is what each receiver does with it. */
  async say(message: Uint8Array): Promise<readonly Verdict[]> {
    return Promise.all([...this.#listeners].map((listener) => listener(message)))
  }

  #publish(message: Uint8Array, own: Listener | null): void {
    this.published++
    if (!this.works) return
    this.#time.after(this.#delayMs, () => {
      for (const listener of this.#listeners)
        if (listener !== own) void listener(message).then((verdict) => this.verdicts.push(verdict))
    })
  }
}
