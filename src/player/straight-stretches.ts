import type { PaceReading } from './pace.ts'
import { median, residual, robustLine, type Line, type Point } from './robust-line.ts'

/** Points beyond this age teach nothing any more, s. */
export const PACE_MEMORY_S = 60
/** What only judges another series may lack points: a busy page makes them late. */
const JUDGES_SHARE = 0.85
/** Enough for a slope; a line through n points costs n². */
const MOST_POINTS = 30
/** Crystals are within 100 ppm of each other, virtual devices within 200. */
const LIMIT_MS_PER_S = 0.3
/** A stretch is straight when its middle third lies within half of this of the line between the outer ones: wandering points bend. */
const BEND_MS = 0.2
/** Stretches over which a pace is looked for, longest first, s. */
const LENGTHS_S = [48, 24, 12] as const
/** Within the shortest a pace is only guessed, and only while nothing was read: a disturbed stream's points are straight too, but not as long as that. */
const GUESSED_S = 6
/** The doubt shrinks with the stretch to the power of 1.5, from this on, */
const DOUBT_STRETCH_S = 12
/** ... and grows with a scatter beyond this. */
const DOUBT_SCATTER_MS = 0.06

export interface StraightStretchesOptions {
  /** From one point to the next, s. */
  readonly periodS: number
  /** Points of a straight stretch scatter (median deviation) by no more than this, ms. */
  readonly scatterMs: number
  /** Standard deviation of a pace that is read off 12 s of quiet points, ppm. */
  readonly doubtPpm: number
  /** The same for a guess, of a stretch of 6 s; null where so few points say nothing. */
  readonly guess: { readonly scatterMs: number; readonly doubtPpm: number } | null
}

/** A pace, and how it was read. */
export interface StraightStretch extends PaceReading {
  readonly seconds: number
  /** Median deviation of the points from the line, ms. */
  readonly scatterMs: number
}

/** A length over which a pace is looked for. */
interface Length {
  readonly seconds: number
  readonly scatterMs: number
  /** When the points scatter by no more than `DOUBT_SCATTER_MS`. */
  readonly doubtPpm: number
  readonly guessed: boolean
}

/** Reads a device's pace off a series of points, one for each period: only where they lie on a straight line, for a disturbed series swings. */
export class StraightStretches {
  readonly #periodS: number
  readonly #lengths: readonly Length[]
  #readAtS = -Infinity

  constructor({ periodS, scatterMs, doubtPpm, guess }: StraightStretchesOptions) {
    this.#periodS = periodS
    const read = LENGTHS_S.map((seconds) => {
      return { seconds, scatterMs, doubtPpm: doubtPpm * (DOUBT_STRETCH_S / seconds) ** 1.5, guessed: false }
    })
    this.#lengths = guess === null ? read : [...read, { ...guess, seconds: GUESSED_S, guessed: true }]
  }

  /**
   * The pace, when the latest points lie straight and half of them are new: or the same ones would count again and again.
   *
   * @param points oldest first; all from one run of the stream
   */
  read(points: readonly Point[]): StraightStretch | null {
    const nowS = points.at(-1)!.x
    for (const { seconds, scatterMs, doubtPpm, guessed } of this.#lengths) {
      if (guessed ? this.#readAtS !== -Infinity : nowS - this.#readAtS < seconds / 2) continue
      const found = this.#lineOver(seconds, points)
      if (found === null || found.line.spread > scatterMs || bend(found.offs) > BEND_MS) continue
      this.#readAtS = nowS
      const { slope, spread } = found.line
      const noisier = Math.max(1, spread / DOUBT_SCATTER_MS)
      return { msPerS: slope, doubtPpm: doubtPpm * noisier, seconds, scatterMs: spread }
    }
    return null
  }

  /** Median deviation of the latest points from their line, ms; 0 while there are too few. */
  scatterMs(seconds: number, points: readonly Point[]): number {
    return this.#lineOver(seconds, points, JUDGES_SHARE)?.line.spread ?? 0
  }

  /** Another stream: context time begins anew. */
  startAnew(): void {
    this.#readAtS = -Infinity
  }

  /** Null while there are too few points. `offs`: of the points, above the line. */
  #lineOver(
    seconds: number,
    points: readonly Point[],
    leastShare = 1,
  ): { readonly line: Line; readonly offs: number[] } | null {
    const count = seconds / this.#periodS
    if (points.length < leastShare * count) return null
    const step = Math.ceil(count / MOST_POINTS)
    const stretch = points.slice(-count).filter((_, i) => i % step === 0)
    const line = robustLine(stretch, { doubt: 0, limit: LIMIT_MS_PER_S, recent: Infinity })
    return { line, offs: stretch.map((point) => residual(line, point)) }
  }
}

/** How far the outer thirds of a series lie off its middle one, both together. */
function bend(values: readonly number[]): number {
  const third = Math.floor(values.length / 3)
  const outer = median(values.slice(0, third)) + median(values.slice(-third))
  return Math.abs(outer - 2 * median(values.slice(third, -third)))
}
