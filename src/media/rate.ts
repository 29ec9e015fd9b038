import type { Scheduler } from '../domain/scheduler.ts'

type Clock = Pick<Scheduler, 'nowMs'>

/** Bytes a second over the last few seconds. */
export class RateMeter {
  readonly #clock: Clock
  readonly #windowMs: number
  #samples: { readonly atMs: number; readonly bytes: number }[] = []

  constructor(clock: Clock, windowMs = 3_000) {
    this.#clock = clock
    this.#windowMs = windowMs
  }

  add(bytes: number): void {
    this.#forget()
    this.#samples.push({ atMs: this.#clock.nowMs(), bytes })
  }

  /** Over at least half a second, so that one piece alone does not read as a torrent. */
  get bytesPerSecond(): number {
    this.#forget()
    const first = this.#samples[0]
    if (first === undefined) return 0
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0)
    return (bytes * 1_000) / Math.max(500, this.#clock.nowMs() - first.atMs)
  }

  #forget(): void {
    const since = this.#clock.nowMs() - this.#windowMs
    while (this.#samples[0] !== undefined && this.#samples[0].atMs < since) this.#samples.shift()
  }
}

/** Lets `perSecond` things pass each second, and as many at once after a rest. */
export class TokenBucket {
  readonly #clock: Clock
  readonly #perSecond: number
  #tokens: number
  #atMs: number

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#tokens = perSecond
    this.#atMs = clock.nowMs()
  }

  take(): boolean {
    const now = this.#clock.nowMs()
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#atMs) * this.#perSecond) / 1_000)
    this.#atMs = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
