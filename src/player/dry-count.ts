/** Buffer on machines that do not keep up with a small one: outlasts stalls of 100 ms (a busy host, a weak phone). PulseAudio makes 0.36 s of it. */
export const ROOMY_S = 0.12
/** So many times within so long mean that the small buffer is too small. */
const TIMES = 3
const WITHIN_MS = 10_000

/** Counts how often the output ran dry of late. */
export class DryCount {
  #atMs: readonly number[] = []

  /** When it did last, local ms; -Infinity while it has not of late. */
  get latestMs(): number {
    return this.#atMs.at(-1) ?? -Infinity
  }

  /** It ran dry at `nowMs`; true when that was once too often. */
  add(nowMs: number): boolean {
    this.#atMs = [...this.#atMs, nowMs].filter((atMs) => nowMs - atMs < WITHIN_MS)
    return this.#atMs.length >= TIMES
  }

  reset(): void {
    this.#atMs = []
  }
}
