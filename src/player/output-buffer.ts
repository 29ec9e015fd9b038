/**
 * Output buffers to ask for, s; the next larger one when the present one runs dry. The first outlasts stalls of 40 ms and more, and
 * is short enough for a press to be heard within a quarter of a second; the last one outlasts a busy host's stalls of 0.3 s.
 */
const BUFFERS_S = [0.03, 0.06, 0.12] as const
/** So many times within so long mean that the buffer is too small, */
const TIMES = 3
const WITHIN_MS = 30_000
/** ... counted so far apart at least: what a busy moment costs, another page that loads say, is one time. */
const APART_MS = 5_000
/** A stream that has just begun, on a page that has just loaded, says nothing of the hours to come. */
const BEGINNING_MS = 8_000

/** Chooses the output's buffer by how often it ran dry of late. */
export class OutputBuffer {
  #index = 0
  #countedMs: readonly number[] = []
  #latestMs = -Infinity
  #beganMs = -Infinity

  /** When it did last, local ms; -Infinity while it has not since the output began. */
  get latestMs(): number {
    return this.#latestMs
  }

  /** What to ask for, s. */
  get wantedS(): number {
    return BUFFERS_S[this.#index]!
  }

  /** It ran dry at `nowMs`; true when that was once too often and `wantedS` is a larger one now. */
  add(nowMs: number): boolean {
    this.#latestMs = nowMs
    if (nowMs - this.#beganMs < BEGINNING_MS) return false
    if (nowMs - (this.#countedMs.at(-1) ?? -Infinity) < APART_MS) return false
    this.#countedMs = [...this.#countedMs, nowMs].filter((atMs) => nowMs - atMs < WITHIN_MS)
    if (this.#countedMs.length < TIMES || this.#index + 1 >= BUFFERS_S.length) return false
    this.#index += 1
    return true
  }

  /** The output begins anew at `nowMs`. */
  reset(nowMs: number): void {
    this.#beganMs = nowMs
    this.#latestMs = -Infinity
    this.#countedMs = []
  }
}
