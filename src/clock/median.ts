/** Median of at least one number. Of an even count, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const [low, high] = middle(values)
  return (low + high) / 2
}

/** The two middle values in order; of an odd count, the same one twice. */
export function middle(values: readonly number[]): readonly [low: number, high: number] {
  if (values.length === 0) throw new RangeError('no values: there is no median')
  const sorted = values.toSorted((a, b) => a - b)
  return [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!]
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
