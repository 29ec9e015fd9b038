import { median, residual, robustLine, type Point } from './robust-line.ts'

/** Stretches over which a slope is looked for, longest first, s. */
const STRETCHES_S = [48, 24, 12] as const
/** Points beyond this age teach nothing any more, s. */
export const SLOPE_MEMORY_S = 60
/** Enough for a slope; a line through n points costs n². */
const MOST_POINTS = 30
/** Crystals are within 100 ppm of each other, virtual devices within 200. */
const LIMIT_MS_PER_S = 0.3
/** A stretch is straight when its points scatter (median deviation) by no more than this, */
const STRAIGHT_MS = 0.15
/** ... and its middle third lies within half of this of the line between the outer ones: wandering stamps bend. */
const BEND_MS = 0.2
/** What is thought of a slope before anything is known: 0, with this standard deviation, ppm. */
const PRIOR_PPM = 120
/** Standard deviation of a slope that is read off 12 s of stamps, ppm; it shrinks with the stretch to the power of 1.5, */
const DOUBT_PPM = 80
const DOUBT_STRETCH_S = 12
/** ... and grows with a scatter beyond this. */
const DOUBT_SCATTER_MS = 0.06
/** Crystals change with the temperature: no knowledge is surer than this. */
const LEAST_PPM = 4

/**
 * How much slower (ms per s) a device runs than the local clock, learnt from its timestamps: only a straight stretch counts, for a
 * browser's stamps swing for some ten seconds after a disturbance. Each stretch adds to what was known, by its weight (a Kalman filter of
 * one number); a crystal outlasts what happens to a stream.
 */
export class StampSlope {
  #slope = 0
  #doubtPpm = PRIOR_PPM
  #learntAtS = -Infinity

  get msPerS(): number {
    return this.#slope
  }

  /** @param points about `periodS` apart, oldest first; all from one run of the stream */
  learn(points: readonly Point[], periodS: number): void {
    const nowS = points.at(-1)!.x
    for (const seconds of STRETCHES_S) {
      const count = seconds / periodS
      // Half of a stretch at least must be new, or the same stamps would count again and again.
      if (points.length < count || nowS - this.#learntAtS < seconds / 2) continue
      const step = Math.ceil(count / MOST_POINTS)
      const stretch = points.slice(-count).filter((_, i) => i % step === 0)
      const line = robustLine(stretch, { doubt: 0, limit: LIMIT_MS_PER_S, recent: Infinity })
      if (line.spread > STRAIGHT_MS || bend(stretch.map((point) => residual(line, point))) > BEND_MS) continue
      this.#add(
        line.slope,
        DOUBT_PPM * (DOUBT_STRETCH_S / seconds) ** 1.5 * Math.max(1, line.spread / DOUBT_SCATTER_MS),
      )
      this.#learntAtS = nowS
      return
    }
  }

  /** Another stream: context time begins anew. */
  startAnew(): void {
    this.#learntAtS = -Infinity
  }

  #add(slope: number, doubtPpm: number): void {
    const gain = this.#doubtPpm ** 2 / (this.#doubtPpm ** 2 + doubtPpm ** 2)
    this.#slope += gain * (slope - this.#slope)
    this.#doubtPpm = Math.max(LEAST_PPM, this.#doubtPpm * Math.sqrt(1 - gain))
  }
}

/** How far the outer thirds of a series lie off its middle one, both together. */
function bend(values: readonly number[]): number {
  const third = Math.floor(values.length / 3)
  const outer = median(values.slice(0, third)) + median(values.slice(-third))
  return Math.abs(outer - 2 * median(values.slice(third, -third)))
}
