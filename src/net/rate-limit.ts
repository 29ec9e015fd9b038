import type { Scheduler } from '../domain/scheduler.ts'

/** A token bucket: `burst` at once, `perSecond` for long. */
export class RateLimit {
  readonly #scheduler: Scheduler
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #filledAtMs: number

  constructor(scheduler: Scheduler, perSecond: number, burst: number) {
    this.#scheduler = scheduler
    this.#perMs = perSecond / 1_000
    this.#burst = burst
    this.#tokens = burst
    this.#filledAtMs = scheduler.nowMs()
  }

  /** True when one more is within the limit; it is then counted. */
  take(): boolean {
    const nowMs = this.#scheduler.nowMs()
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#filledAtMs) * this.#perMs)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
