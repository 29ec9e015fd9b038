import type { Scheduler } from './scheduler.ts'

/** A rate limit that allows bursts: holds up to `burst` tokens and gains `perSecond` of them each second. */
export class TokenBucket {
  readonly #clock: Pick<Scheduler, 'nowMs'>
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #filledAtMs: number

  constructor(clock: Pick<Scheduler, 'nowMs'>, perSecond: number, burst: number) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#burst = burst
    this.#tokens = burst
    this.#filledAtMs = clock.nowMs()
  }

  /** Takes `count` tokens and returns true; takes none and returns false when there are fewer. */
  take(count = 1): boolean {
    const nowMs = this.#clock.nowMs()
    const gained = (Math.max(0, nowMs - this.#filledAtMs) * this.#perSecond) / 1_000
    this.#tokens = Math.min(this.#burst, this.#tokens + gained)
    this.#filledAtMs = nowMs
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }
}

/** Makes buckets that hold what they gain in `burstMs`. */
export const bucketsOver =
  (clock: Pick<Scheduler, 'nowMs'>, burstMs: number) =>
  (perSecond: number): TokenBucket =>
    new TokenBucket(clock, perSecond, (perSecond * burstMs) / 1_000)
