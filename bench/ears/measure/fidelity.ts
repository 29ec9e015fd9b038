import { findMatch } from './correlate.ts'
import { valueAt, resample } from './resample.ts'
import { excerpt } from './summary.ts'

/** Where a stretch of a recording stands in its source, and what is left when the source is taken away. */
export interface Fit {
  readonly gain: number
  /** Recorded frame at the middle of the stretch, source position there, and source samples per recorded frame. */
  readonly middle: number
  readonly at: number
  readonly step: number
  /** The source as it should have sounded, at gain 1. */
  readonly model: Float32Array
  readonly signalToErrorDb: number
}

export interface Guess {
  readonly at: number
  readonly step: number
}

const ITERATIONS = 8
/** Smaller changes of the path than this change nothing any more, source samples. */
const SETTLED = 1e-5
/** Source samples on each side over which the slope of the source is taken. */
const SLOPE_REACH = 0.02
/** A guess that is off by some samples may end in a lesser optimum: below this, the right place is looked for. */
const ASTRAY_DB = 30

/**
 * Fits gain and a slowly varying delay (a parabola over the stretch) to `length` frames of a recording from `from` on, by Gauss-Newton.
 * Players correct their pace smoothly and slowly; what such a delay does not explain is error.
 */
export function fitStretch(
  recording: Float32Array,
  from: number,
  length: number,
  source: Float32Array,
  guess: Guess,
): Fit {
  const half = length / 2
  const path = [guess.at, guess.step * half, 0]
  const position = (x: number): number => path[0]! + path[1]! * x + path[2]! * x * x
  let gain = 1
  let settled = false
  const model = new Float32Array(length)
  for (let round = 0; round <= ITERATIONS; round++) {
    let own = 0
    let both = 0
    for (let i = 0; i < length; i++) {
      model[i] = valueAt(source, position((i - half) / half))
      own += model[i]! ** 2
      both += model[i]! * (recording[from + i] ?? 0)
    }
    gain = own === 0 ? 0 : both / own
    if (round === ITERATIONS || gain === 0 || settled) break
    const normal = Array.from({ length: 3 }, () => [0, 0, 0, 0])
    for (let i = 0; i < length; i++) {
      const x = (i - half) / half
      const at = position(x)
      const slope = (gain * (valueAt(source, at + SLOPE_REACH) - valueAt(source, at - SLOPE_REACH))) / (2 * SLOPE_REACH)
      const row = [slope, slope * x, slope * x * x]
      const error = (recording[from + i] ?? 0) - gain * model[i]!
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 3; k++) normal[j]![k]! += row[j]! * row[k]!
        normal[j]![3]! += row[j]! * error
      }
    }
    const changes = solve(normal)
    changes.forEach((change, i) => (path[i]! += change))
    settled = changes.every((change) => Math.abs(change) < SETTLED)
  }
  const signalToErrorDb = 10 * Math.log10(powerOf(model, gain) / errorPower(recording, from, model, gain))
  return { gain, middle: from + half, at: path[0]!, step: path[1]! / half, model, signalToErrorDb }
}

/** Like `fitStretch`, but looks around within `reach` source samples when the guess leads nowhere. */
export function findStretch(
  recording: Float32Array,
  from: number,
  length: number,
  source: Float32Array,
  guess: Guess,
  reach: number,
): Fit {
  const near = fitStretch(recording, from, length, source, guess)
  if (near.signalToErrorDb > ASTRAY_DB) return near
  const start = guess.at - reach - (length / 2) * guess.step
  const place = resample(source, start, guess.step, length + Math.ceil((2 * reach) / guess.step))
  const { at } = findMatch(excerpt(recording, from, length), place)
  const found = fitStretch(recording, from, length, source, {
    at: start + (at + length / 2) * guess.step,
    step: guess.step,
  })
  return found.signalToErrorDb > near.signalToErrorDb ? found : near
}

export function powerOf(samples: Float32Array, gain = 1): number {
  let sum = 0
  for (const value of samples) sum += (gain * value) ** 2
  return sum
}

/** Power of what the model does not explain; a floor of 24 bits, so that a perfect copy has a finite figure. */
export const errorPower = (recording: Float32Array, from: number, model: Float32Array, gain: number): number =>
  powerOf(errorOf(recording, from, model, gain)) + model.length * 2 ** -48

export const errorOf = (recording: Float32Array, from: number, model: Float32Array, gain: number): Float32Array =>
  model.map((value, i) => (recording[from + i] ?? 0) - gain * value)

/** Gauss elimination of three equations; the last column is the right side. No change where they say nothing. */
function solve(rows: number[][]): number[] {
  const count = rows.length
  for (let i = 0; i < count; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best))
    if (Math.abs(pivot[i]!) < 1e-12) return Array<number>(count).fill(0)
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(i, 0, pivot)
    for (let j = 0; j < count; j++) {
      if (j === i) continue
      const factor = rows[j]![i]! / pivot[i]!
      for (let k = i; k <= count; k++) rows[j]![k]! -= factor * pivot[k]!
    }
  }
  return rows.map((row, i) => row[count]! / row[i]!)
}
