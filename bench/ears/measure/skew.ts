import { findMatch } from './correlate.ts'
import { excerpt, rms } from './summary.ts'

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

/** What became of every window between two listeners: each is in exactly one of these. */
export interface SkewSeries {
  readonly windows: readonly SkewWindow[]
  /** Start of windows in which nobody sounds, s. */
  readonly silent: readonly number[]
  /** ... in which one listener sounds and the other does not, s. */
  readonly alone: readonly number[]
  /** ... in which both sound, but not the same within the search range, s. */
  readonly unlike: readonly number[]
}

export interface SkewOptions {
  readonly rate: number
  /** First frame of the first window. Default: 0. */
  readonly from?: number
  /** No window reaches beyond this frame. Default: the end of the shorter recording. */
  readonly until?: number
  readonly windowS?: number
  /** Search range on both sides, ms. */
  readonly mostMs?: number
}

/** Skew of two recordings of the same sound in consecutive windows: the peak of their cross-correlation. */
export function skewSeries(first: Float32Array, second: Float32Array, options: SkewOptions): SkewSeries {
  const { rate, from = 0, windowS = 0.25, mostMs = 190 } = options
  const length = Math.round(windowS * rate)
  const most = Math.round((mostMs * rate) / 1000)
  const end = Math.min(options.until ?? Infinity, first.length, second.length)
  const windows: SkewWindow[] = []
  const silent: number[] = []
  const alone: number[] = []
  const unlike: number[] = []
  for (let at = Math.max(0, from); at + length <= end; at += length) {
    const atS = at / rate
    const piece = first.subarray(at, at + length)
    const [quiet, otherQuiet] = [piece, second.subarray(at, at + length)].map((samples) => rms(samples) < SILENCE)
    if (quiet === true && otherQuiet === true) silent.push(atS)
    else if (quiet !== otherQuiet) alone.push(atS)
    else {
      const match = findMatch(piece, excerpt(second, at - most, length + 2 * most))
      if (match.likeness < LEAST_LIKENESS) unlike.push(atS)
      else windows.push({ atS, skewMs: ((match.at - most) * 1000) / rate, likeness: match.likeness })
    }
  }
  return { windows, silent, alone, unlike }
}

/** Several stretches as one. */
export const joined = (series: readonly SkewSeries[]): SkewSeries => ({
  windows: series.flatMap(({ windows }) => windows),
  silent: series.flatMap(({ silent }) => silent),
  alone: series.flatMap(({ alone }) => alone),
  unlike: series.flatMap(({ unlike }) => unlike),
})
