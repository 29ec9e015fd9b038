export interface Summary {
  readonly median: number
  readonly p95: number
  readonly max: number
}

/** Median, 95th percentile and maximum of absolute values; NaN when there are none. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.map(Math.abs).toSorted((a, b) => a - b)
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
  return { median: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? NaN }
}

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/** Root of the mean square; 0 of nothing. */
export function rms(samples: Float32Array): number {
  let sum = 0
  for (const value of samples) sum += value * value
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
}

/** `length` samples from `at` on; what lies outside the recording is silence. */
export function excerpt(samples: Float32Array, at: number, length: number): Float32Array {
  const out = new Float32Array(length)
  const from = Math.max(0, at)
  const until = Math.min(samples.length, at + length)
  if (until > from) out.set(samples.subarray(from, until), from - at)
  return out
}
