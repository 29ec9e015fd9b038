import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { EventHeap } from './event-heap.ts'
import { VirtualClock, type ClockOptions } from './virtual-clock.ts'

/** 1 January 2026, so that simulated wall clocks look like wall clocks. */
const WALL_ORIGIN_MS = 1_767_225_600_000

export interface VirtualTimeOptions {
  /**
   * Lets everything that was started run until it waits for time or I/O; awaited between events.
   * Default: a few microtask turns. Tests in Node hand in `() => new Promise((done) => setImmediate(done))`, which drains promise chains of any length.
   */
  readonly turn?: () => Promise<void>
  readonly wallOriginMs?: number
}

/**
 * Time that passes when it is told to: a deterministic queue of events, in order of time and, at one instant, of being asked for.
 * It is itself a perfect clock (`Scheduler`); `clock()` gives each simulated device its own imperfect one.
 */
export class VirtualTime implements Scheduler {
  readonly #events = new EventHeap()
  readonly #turn: () => Promise<void>
  readonly #wallOriginMs: number
  readonly #held = new Set<Promise<unknown>>()
  #nowMs = 0

  constructor(options: VirtualTimeOptions = {}) {
    this.#turn = options.turn ?? microtasks
    this.#wallOriginMs = options.wallOriginMs ?? WALL_ORIGIN_MS
  }

  nowMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#wallOriginMs + this.#nowMs
  }

  after(delayMs: number, task: () => void): Unsubscribe {
    return this.#events.add(this.#nowMs + Math.max(0, delayMs), task)
  }

  every(periodMs: number, task: () => void): Unsubscribe {
    if (!(periodMs > 0)) throw new RangeError('a period must be above 0 ms')
    let cancel: Unsubscribe
    const tick = (): void => {
      cancel = this.after(periodMs, tick)
      task()
    }
    cancel = this.after(periodMs, tick)
    return () => cancel()
  }

  /** A device's own clock: its oscillator, its wall clock. */
  clock(options: ClockOptions = {}): VirtualClock {
    return new VirtualClock(this, options)
  }

  /** Time does not move on before `work` is done: for work outside the event queue, such as WebCrypto's threads. */
  hold<T>(work: Promise<T>): Promise<T> {
    const held = work.then(
      () => {},
      () => {},
    )
    this.#held.add(held)
    void held.then(() => this.#held.delete(held))
    return work
  }

  /** Moves on by `ms` of true time, running everything due, and waits between events for asynchronous work. */
  advance(ms: number): Promise<void> {
    return this.run(this.#nowMs + ms)
  }

  /** As `advance`, up to true time `untilMs`. */
  async run(untilMs: number): Promise<void> {
    await this.#idle()
    while (this.#runNext(untilMs)) await this.#idle()
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  /** As `run` for purely synchronous simulations: nothing awaited, hence many times faster. */
  runSync(untilMs: number): void {
    while (this.#runNext(untilMs));
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  /** Moves on until `condition` holds; throws when it does not within `limitMs` of true time. */
  async until(condition: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.#nowMs + limitMs
    await this.#idle()
    while (!condition()) {
      if (!this.#runNext(endMs)) throw new Error(`not within ${limitMs} ms of virtual time: ${condition.toString()}`)
      await this.#idle()
    }
  }

  #runNext(untilMs: number): boolean {
    const event = this.#events.takeUntil(untilMs)
    if (event === null) return false
    this.#nowMs = Math.max(this.#nowMs, event.atMs)
    event.task()
    return true
  }

  async #idle(): Promise<void> {
    await this.#turn()
    while (this.#held.size > 0) {
      await Promise.all(this.#held)
      await this.#turn()
    }
  }
}

/** Enough for the promise chains of ordinary code. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
