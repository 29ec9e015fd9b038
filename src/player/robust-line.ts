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
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Theil-Sen line: median of the slopes of all pairs, then median of the levels; a third of the points may be wild.
 * @param doubt stretch in x below which a slope is hardly believed: the slope is shrunk towards 0 by stretch² / (stretch² + doubt²)
 * @param limit largest magnitude of the slope
 */
export function robustLine(points: readonly Point[], doubt: number, limit: number): Line {
  const last = points.at(-1)!
  const slopes: number[] = []
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++)
      slopes.push((points[j]!.y - points[i]!.y) / (points[j]!.x - points[i]!.x))
  }
  const stretch = last.x - points[0]!.x
  const believed = stretch ** 2 / (stretch ** 2 + doubt ** 2)
  const raw = slopes.length === 0 ? 0 : median(slopes) * believed
  const slope = Math.max(-limit, Math.min(limit, raw))
  const y = median(points.map((point) => point.y - slope * (point.x - last.x)))
  const spread = median(points.map((point) => Math.abs(point.y - y - slope * (point.x - last.x))))
  return { slope, x: last.x, y, spread }
}
