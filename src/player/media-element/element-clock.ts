/** Readings of the last so many ms count. */
const WINDOW_MS = 1_500
/** A position is believed from so many readings on. */
const LEAST_READINGS = 6
/**
 * Where the middle of the latest readings parts from that of the older ones by more than this, and by more than they scatter, the sound has
 * stepped: the older ones say nothing any more.
 */
const STEP_MS = 12
const STEP_PER_SCATTER = 2
const LATEST_MS = 400
/**
 * A browser that updates `currentTime` only now and then shows it late, never early: the truth lies at the upper edge of the readings. The
 * quartile is as good as the edge there, and a few outliers do not move it.
 */
const UPPER = 0.75

interface Reading {
  readonly localMs: number
  /** Position less what was played since the clock began: constant as long as the element keeps the pace it was given. */
  readonly aheadMs: number
}

/** Where a media element is, from readings of `currentTime` that are coarse, late and scattered. */
export class ElementClock {
  #readings: Reading[] = []
  #playedMs = 0
  #rate = 1
  #atMs: number | null = null

  reset(): void {
    this.#readings = []
    this.#atMs = null
    this.#playedMs = 0
  }

  /** The element plays at `rate` from now on. */
  setRate(rate: number, nowMs: number): void {
    this.#advance(nowMs)
    this.#rate = rate
  }

  observe(nowMs: number, positionMs: number): void {
    this.#advance(nowMs)
    this.#readings.push({ localMs: nowMs, aheadMs: positionMs - this.#playedMs })
    this.#readings = this.#readings.filter(({ localMs }) => nowMs - localMs <= WINDOW_MS)
    const older = this.#readings.filter(({ localMs }) => nowMs - localMs > LATEST_MS)
    const latest = this.#readings.slice(older.length)
    if (older.length === 0 || latest.length < LEAST_READINGS) return
    const stepMs = Math.max(STEP_MS, STEP_PER_SCATTER * scatter(older))
    if (Math.abs(quantile(latest, 0.5) - quantile(older, 0.5)) > stepMs) this.#readings = latest
  }

  /** Position that sounds at `nowMs`; null while too little was read. */
  positionAt(nowMs: number): number | null {
    if (this.#readings.length < LEAST_READINGS || this.#atMs === null) return null
    return this.#playedMs + (nowMs - this.#atMs) * this.#rate + upper(this.#readings)
  }

  /** How far the readings lie apart (the middle half of them), ms. */
  get scatterMs(): number {
    return this.#readings.length === 0 ? 0 : scatter(this.#readings)
  }

  #advance(nowMs: number): void {
    if (this.#atMs !== null) this.#playedMs += (nowMs - this.#atMs) * this.#rate
    this.#atMs = nowMs
  }
}

const upper = (readings: readonly Reading[]): number => quantile(readings, UPPER)
const scatter = (readings: readonly Reading[]): number => upper(readings) - quantile(readings, 1 - UPPER)

function quantile(readings: readonly Reading[], share: number): number {
  const sorted = readings.map(({ aheadMs }) => aheadMs).toSorted((a, b) => a - b)
  return sorted[Math.round(share * (sorted.length - 1))]!
}
