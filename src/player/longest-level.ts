import type { PaceReading } from './pace.ts'
import { levelled, median, medianDeviation, type Point } from './robust-line.ts'

/** Stretches over which a level is looked for, longest first. */
const STRETCHES_S = [24, 18, 12, 6, 3] as const
const FULL_SHARE = 0.85
/** A stretch is level when its points scatter (median deviation) by no more than this, */
const SCATTER_MS = 1
/** ... and the medians of its halves agree within this, or within what the scatter explains. */
const TILT_MS = 0.3
/** Three standard errors of the median of a half, in median deviations times the root of its size (normal scatter). */
const TILT_ERRORS = 5.6
/** The level of a stretch is that of its latest part: of so many seconds at least, and for each ms of scatter. */
const RECENT_S = 6
const RECENT_S_PER_MS = 40

/** ... and so many of them lie within that of it, or within so many median deviations: the rest may be wild. */
const MOST_SHARE = 0.8
const MOST_SCATTERS = 3

/** A stretch of points that is level. */
export interface Level {
  readonly seconds: number
  /** Median deviation of the points, ms. */
  readonly scatter: number
  readonly level: Point
}

/**
 * The longest stretch of the latest points that lies level along a pace, as far as that is known, and its level at `nowS`; null where none does.
 *
 * @param periodS from one point to the next
 */
export function longestLevel(
  points: readonly Point[],
  nowS: number,
  { msPerS, doubtPpm }: PaceReading,
  periodS: number,
): Level | null {
  for (const seconds of STRETCHES_S) {
    const stretch = points.filter(({ x }) => x >= nowS - seconds)
    const values = levelled(stretch, nowS, msPerS)
    if (values.length < (FULL_SHARE * seconds) / periodS) continue
    const half = values.length >> 1
    const scatter = medianDeviation(values)
    const recentS = Math.max(RECENT_S, RECENT_S_PER_MS * scatter)
    const recent = median(values.slice(-recentS / periodS))
    const tilt = Math.abs(median(values.slice(0, half)) - median(values.slice(half)))
    const off = Math.max(tilt, Math.abs(recent - median(values)))
    const explained = (TILT_ERRORS * scatter) / Math.sqrt(half)
    // Halves are half a stretch apart: so much of a tilt may be the pace's own.
    const unknown = (doubtPpm / 1000) * (seconds / 2)
    const near = Math.max(TILT_MS, MOST_SCATTERS * scatter, unknown)
    if (values.filter((value) => Math.abs(value - recent) <= near).length < MOST_SHARE * values.length) continue
    if (scatter <= SCATTER_MS && off <= Math.max(TILT_MS, explained, unknown))
      return { seconds, scatter, level: { x: nowS, y: recent } }
  }
  return null
}
