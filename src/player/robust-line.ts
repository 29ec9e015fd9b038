/** A point of a series that should be a straight line. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface Line {
  readonly slope: number
  /** Value at `x`. */
  readonly x: number
  readonly y: number
  /** Median absolute deviation of the points from the line. */
  readonly spread: number
}

/** Median; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  // Sorted as numbers by the engine itself: a comparator in an ordinary array was most of what the output clock left to be collected.
  const sorted = new Float64Array(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median distance from the median. */
export function medianDeviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map((value) => Math.abs(value - middle)))
}

/** Value of a point as if it had been taken at `x`. */
export const heightAt = (point: Point, x: number, slope: number): number => point.y + slope * (x - point.x)

/** A point moved to `x` along its line. */
export const along = (point: Point, x: number, slope: number): Point => ({ x, y: heightAt(point, x, slope) })

/** Values of points as if all had been taken at `x`. */
export const levelled = (points: readonly Point[], x: number, slope: number): number[] =>
  points.map((point) => heightAt(point, x, slope))

export interface LineOptions {
  /** Stretch in x at which a slope is half believed: it is shrunk towards 0 by stretch² / (stretch² + doubt²). */
  readonly doubt: number
  /** Largest magnitude of the slope. */
  readonly limit: number
  /** The level is the median of the points within this stretch of the last one. */
  readonly recent: number
}

/** Theil-Sen line: slope from the median of all pairs' slopes, level from the median of the recent points; a third of them may be wild. */
export function robustLine(points: readonly Point[], { doubt, limit, recent }: LineOptions): Line {
  const last = points.at(-1)!
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2)
  let pairs = 0
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++)
      slopes[pairs++] = (points[j]!.y - points[i]!.y) / (points[j]!.x - points[i]!.x)
  }
  const stretch = last.x - points[0]!.x
  const believed = stretch ** 2 / (stretch ** 2 + doubt ** 2)
  const raw = slopes.length === 0 ? 0 : median(slopes) * believed
  const slope = Math.max(-limit, Math.min(limit, raw))
  const near = points.filter((point) => point.x >= last.x - recent)
  const y = median(near.map((point) => point.y - slope * (point.x - last.x)))
  const spread = median(near.map((point) => Math.abs(point.y - y - slope * (point.x - last.x))))
  return { slope, x: last.x, y, spread }
}

/** How far above the line a point lies. */
export const residual = (line: Line, { x, y }: Point): number => y - line.y - line.slope * (x - line.x)
