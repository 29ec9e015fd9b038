import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

export interface ClockOptions {
  /** Rate error of the oscillator, parts per million: +50 runs fast. Both its monotonic and its wall clock run on it. */
  readonly ppm?: number
  /** How far its wall clock is off true time at the start, ms. */
  readonly wallOffsetMs?: number
  /** What its monotonic clock shows at the start, ms. */
  readonly originMs?: number
}

/** One simulated device's clock, as wrong as asked for. Timers run on it too: a fast device waits a little shorter. */
export class VirtualClock implements Scheduler {
  readonly #time: Scheduler
  /** 0 while asleep. */
  #rate: number
  #awakeRate: number
  #wakesAtTrueMs = -Infinity
  /** Anchor of the present rate: `#localMs` was shown at true `#trueMs`. */
  #localMs: number
  #trueMs: number
  #wallMinusLocalMs: number

  constructor(time: Scheduler, { ppm = 0, wallOffsetMs = 0, originMs = 0 }: ClockOptions) {
    this.#time = time
    this.#rate = this.#awakeRate = 1 + ppm * 1e-6
    this.#localMs = originMs
    this.#trueMs = time.nowMs()
    this.#wallMinusLocalMs = time.wallMs() + wallOffsetMs - originMs
  }

  nowMs(): number {
    return this.#localMs + (this.#time.nowMs() - this.#trueMs) * this.#rate
  }

  wallMs(): number {
    return this.nowMs() + this.#wallMinusLocalMs
  }

  after(delayMs: number, task: () => void): Unsubscribe {
    let cancel: Unsubscribe
    const run = (): void => {
      const stillAsleepMs = this.#wakesAtTrueMs - this.#time.nowMs()
      if (stillAsleepMs <= 0) task()
      else cancel = this.#time.after(stillAsleepMs, run)
    }
    cancel = this.#time.after(delayMs / this.#awakeRate, run)
    return () => cancel()
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

  /** The oscillator changes, e.g. by temperature. */
  setPpm(ppm: number): void {
    this.#awakeRate = 1 + ppm * 1e-6
    this.#anchor(this.#awakeRate)
  }

  /** Someone, or NTP, sets the wall clock: monotonic time does not notice. */
  jumpWall(ms: number): void {
    this.#wallMinusLocalMs += ms
  }

  /**
   * The device sleeps for `ms` of true time: its monotonic clock stands still, its tasks wait, its wall clock goes on.
   * What comes due meanwhile runs on waking, in order.
   */
  sleep(ms: number): void {
    this.#anchor(0)
    this.#wakesAtTrueMs = this.#time.nowMs() + ms
    this.#time.after(ms, () => {
      this.#anchor(this.#awakeRate)
      this.#wallMinusLocalMs += ms
    })
  }

  #anchor(rate: number): void {
    this.#localMs = this.nowMs()
    this.#trueMs = this.#time.nowMs()
    this.#rate = rate
  }
}
