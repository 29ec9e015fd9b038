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
