import { errorOf, findStretch, type Fit, type Guess } from './fidelity.ts'
import { resample } from './resample.ts'

/** Stretches that are fitted on each side of a seam, and how far they keep away from it, s. */
const SIDE_S = 0.1
const AWAY_S = 0.012
/** The seam itself: where a click would be. */
const NEAR_S = 0.01
/** Error is summed up in pieces of this length: a click is short. */
const PIECE_S = 0.001
/** A click stands out of the loudest piece of error around it by this factor in energy (6 dB). */
const CLICK_TIMES = 4
/** ... and is louder than 16 bits' own noise, RMS. */
const LEAST_CLICK = 1e-4
/** A gap longer than this is not looked across, source samples. */
const REACH = 4_000

export interface Seam {
  /** How much later than the last sample's successor the next track begins: a gap; negative: both overlap. Source samples. */
  readonly gapFrames: number
  readonly click: boolean
  /** Loudest ms of error at the seam, and around it, dB of full scale. */
  readonly nearDb: number
  readonly aroundDb: number
}

/**
 * How a recording passes the place in its source at which one track ends and the next begins.
 * @param seam source position of the next track's first sample
 * @param guess source position of the recorded frame 0, extrapolated from nearby
 */
export function hearSeam(
  recording: Float32Array,
  rate: number,
  source: Float32Array,
  seam: number,
  guess: Guess,
): Seam {
  const side = Math.round(SIDE_S * rate)
  const away = Math.round(AWAY_S * rate)
  const expected = Math.round((seam - guess.at) / guess.step)
  const fit = (from: number): Fit =>
    findStretch(
      recording,
      from,
      side,
      source,
      { at: guess.at + (from + side / 2) * guess.step, step: guess.step },
      REACH,
    )
  const beforeFrom = expected - away - side
  const before = fit(beforeFrom)
  /** Recorded frame at which the seam would sound, as this side has it. */
  const seamFrame = (from: number, { at, step }: Fit): number => from + side / 2 + (seam - at) / step
  const end = seamFrame(beforeFrom, before)
  const afterFrom = Math.ceil(end) + away
  const after = fit(afterFrom)
  const begin = seamFrame(afterFrom, after)
  const around = [
    ...pieces(errorOf(recording, beforeFrom, before.model, before.gain), rate),
    ...pieces(errorOf(recording, afterFrom, after.model, after.gain), rate),
  ]
  const near = pieces(errorAcross(recording, rate, source, end, [before, beforeFrom], [after, afterFrom]), rate)
  const loudest = Math.max(...near)
  const usual = Math.max(...around)
  return {
    gapFrames: (begin - end) * after.step,
    click: loudest > CLICK_TIMES * usual && loudest > LEAST_CLICK ** 2,
    nearDb: 10 * Math.log10(loudest + 1e-15),
    aroundDb: 10 * Math.log10(usual + 1e-15),
  }
}

/** Error within `NEAR_S` of the seam: until it, as the side before goes on; from it on, as the side after began. */
function errorAcross(
  recording: Float32Array,
  rate: number,
  source: Float32Array,
  end: number,
  ...sides: [before: readonly [Fit, number], after: readonly [Fit, number]]
): Float32Array {
  const near = Math.round(NEAR_S * rate)
  const first = Math.round(end) - near
  const out = new Float32Array(2 * near)
  for (const [index, [{ at, step, gain, model }, from]] of sides.entries()) {
    const start = index === 0 ? first : first + near
    const position = at + (start - from - model.length / 2) * step
    const expected = resample(source, position, step, near)
    out.set(errorOf(recording, start, expected, gain), index * near)
  }
  return out
}

/** Mean power of consecutive pieces. */
function pieces(error: Float32Array, rate: number): number[] {
  const length = Math.round(PIECE_S * rate)
  return Array.from({ length: Math.floor(error.length / length) }, (_, i) => {
    let sum = 0
    for (let k = 0; k < length; k++) sum += error[i * length + k]! ** 2
    return sum / length
  })
}
