/**
 * Output buffers to ask for, s; the next larger one when the present one runs dry. The first outlasts stalls of 40 ms and more, and
 * is short enough for a press to be heard within a quarter of a second; the last one outlasts a busy host's stalls of 0.3 s.
 */
export const BUFFERS_S = [0.03, 0.06, 0.12] as const
/** So many times within so long mean that the buffer is too small, */
const TIMES = 3
const WITHIN_MS = 30_000
/** ... counted so far apart at least: what a busy moment costs, another page that loads say, is one time. */
const APART_MS = 5_000
/** A stream that has just begun, on a page that has just loaded, says nothing of the hours to come. */
const BEGINNING_MS = 8_000

/** Counts how often the output ran dry of late. */
export class DryCount {
  #countedMs: readonly number[] = []
  #latestMs = -Infinity
  #beganMs = -Infinity

  /** When it did last, local ms; -Infinity while it has not since the output began. */
  get latestMs(): number {
    return this.#latestMs
  }

  /** It ran dry at `nowMs`; true when that was once too often. */
  add(nowMs: number): boolean {
    this.#latestMs = nowMs
    if (nowMs - this.#beganMs < BEGINNING_MS) return false
    if (nowMs - (this.#countedMs.at(-1) ?? -Infinity) < APART_MS) return false
    this.#countedMs = [...this.#countedMs, nowMs].filter((atMs) => nowMs - atMs < WITHIN_MS)
    return this.#countedMs.length >= TIMES
  }

  /** The output begins anew at `nowMs`. */
  reset(nowMs: number): void {
    this.#beganMs = nowMs
    this.#latestMs = -Infinity
    this.#countedMs = []
  }
}
