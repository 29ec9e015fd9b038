/** Fastest correction, ppm: a sixth of a semitone. */
export const MOST_PPM = 10_000
/**
 * Slowest one: Chromium plays at exactly 1 whatever is within 0.1 % of it (its window of 20 ms has 960 frames), so smaller corrections
 * are made of strokes.
 */
const LEAST_PPM = 2_000
/** Rates change in steps of this: each change is work for the browser. */
const STEP_PPM = 1_000
/** Time in which a larger error shrinks to 1/e, s. */
const TIME_CONSTANT_S = 1.5
/** Bounds of the band in which the element is left alone, ms; between them it follows the readings' scatter. */
const LEAST_BAND_MS = 2
const MOST_BAND_MS = 8
const BAND_PER_SCATTER = 2
/** Seconds in which the integrator takes over a lasting error. */
const INTEGRATOR_S = 30

/**
 * Pace of a media element. Within a narrow band it is left at its own pace; what leaves the band is brought back in one stroke. A slow
 * integrator shifts where strokes end, so that an element that drifts always to one side is on average right instead of always at one edge.
 */
export class Steering {
  #ppm = 0
  #aimMs = 0
  #atMs: number | null = null

  reset(): void {
    this.#ppm = 0
    this.#aimMs = 0
    this.#atMs = null
  }

  /** How much faster than its own pace to play from now on, ppm, when the sound is `lateMs` late and readings scatter by `scatterMs`. */
  steer(lateMs: number, scatterMs: number, nowMs: number): number {
    const bandMs = Math.max(LEAST_BAND_MS, Math.min(MOST_BAND_MS, BAND_PER_SCATTER * scatterMs))
    const elapsedS = this.#atMs === null ? 0 : Math.min(1, (nowMs - this.#atMs) / 1000)
    this.#atMs = nowMs
    // Beyond the band the error comes from an event, not from drift.
    if (Math.abs(lateMs) <= 2 * bandMs) {
      const aimMs = this.#aimMs - (lateMs * elapsedS) / INTEGRATOR_S
      this.#aimMs = Math.max(-bandMs / 2, Math.min(bandMs / 2, aimMs))
    }
    const leftMs = lateMs - this.#aimMs
    const done = this.#ppm !== 0 && Math.sign(leftMs) !== Math.sign(this.#ppm)
    if (done || (this.#ppm === 0 && Math.abs(lateMs) <= bandMs)) this.#ppm = 0
    else this.#ppm = strokePpm(leftMs)
    return this.#ppm
  }
}

function strokePpm(leftMs: number): number {
  const wanted = Math.round((Math.abs(leftMs) * 1000) / TIME_CONSTANT_S / STEP_PPM) * STEP_PPM
  return Math.sign(leftMs) * Math.max(LEAST_PPM, Math.min(MOST_PPM, wanted))
}
