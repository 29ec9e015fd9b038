import { Fft } from './fft.ts'

/** Windows quieter than this (RMS, -60 dB) say nothing about time. */
const SILENCE = 0.001
/** Below this normalised correlation two windows do not hold the same sound. */
const LEAST_LIKENESS = 0.5

export interface SkewWindow {
  /** Start of the window in the recording, s. */
  readonly atS: number
  /** How much later the second listener hears, ms. */
  readonly skewMs: number
  /** Normalised correlation at the peak, -1 to 1. */
  readonly likeness: number
}

export interface SkewSeries {
  readonly windows: readonly SkewWindow[]
  readonly silent: number
  /** Windows in which both sound, but not the same within the search range. */
  readonly unlike: number
}

/**
 * Skew of two recordings of the same sound in consecutive windows: peak of the cross-correlation, refined by a parabola through its neighbours.
 * @param mostMs search range on both sides
 */
export function skewSeries(
  first: Float32Array,
  second: Float32Array,
  rate: number,
  windowS = 0.25,
  mostMs = 190,
): SkewSeries {
  const length = Math.round(windowS * rate)
  const most = Math.round((mostMs * rate) / 1000)
  const fft = new Fft(2 ** Math.ceil(Math.log2(length + 2 * most)))
  const windows: SkewWindow[] = []
  let silent = 0
  let unlike = 0
  for (let at = most; at + length + most <= Math.min(first.length, second.length); at += length) {
    const a = first.subarray(at, at + length)
    const b = second.subarray(at - most, at + length + most)
    if (rms(a) < SILENCE || rms(second.subarray(at, at + length)) < SILENCE) {
      silent++
      continue
    }
    const { lag, likeness } = peak(fft, a, b, most)
    if (likeness < LEAST_LIKENESS) unlike++
    else windows.push({ atS: at / rate, skewMs: (lag * 1000) / rate, likeness })
  }
  return { windows, silent, unlike }
}

export const rms = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)

/** Best lag of `a` inside `b`, where lag 0 lies `most` frames into `b`. */
function peak(fft: Fft, a: Float32Array, b: Float32Array, most: number): { lag: number; likeness: number } {
  const { size } = fft
  const [are, aim, bre, bim] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  are.set(a)
  bre.set(b)
  fft.transform(are, aim)
  fft.transform(bre, bim)
  for (let i = 0; i < size; i++) {
    const re = are[i]! * bre[i]! + aim[i]! * bim[i]!
    const im = are[i]! * bim[i]! - aim[i]! * bre[i]!
    are[i] = re
    aim[i] = im
  }
  fft.inverse(are, aim)
  // Energy of b under the window at each lag, so that a loud passage nearby does not win over the right place.
  const energyA = a.reduce((sum, value) => sum + value * value, 0)
  let energyB = b.subarray(0, a.length).reduce((sum, value) => sum + value * value, 0)
  const score = new Float64Array(2 * most + 1)
  for (let i = 0; i <= 2 * most; i++) {
    score[i] = are[i]! / Math.sqrt(energyA * Math.max(energyB, 1e-12))
    const leaving = b[i] ?? 0
    const coming = b[i + a.length] ?? 0
    energyB += coming * coming - leaving * leaving
  }
  let best = 0
  for (let i = 1; i < score.length; i++) if (score[i]! > score[best]!) best = i
  const [before, top, after] = [score[best - 1] ?? score[best]!, score[best]!, score[best + 1] ?? score[best]!]
  const bend = before - 2 * top + after
  const fraction = bend === 0 ? 0 : (before - after) / (2 * bend)
  return { lag: best - most + fraction, likeness: top }
}

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
