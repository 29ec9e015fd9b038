import { LEVEL_RAMP_MS } from '../../../src/player/voice.ts'
import { errorOf, findStretch, fitStretch, type Fit, type Guess } from './fidelity.ts'
import { excerpt } from './summary.ts'

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
  const before = fit(expected - away - side)
  /** Recorded frame at which the seam sounds, as this side has it. */
  const seamFrame = ({ at, step, middle }: Fit): number => middle + (seam - at) / step
  const end = seamFrame(before)
  const after = fit(Math.ceil(end) + away)
  const begin = seamFrame(after)
  const errors = pieces(errorAcross(recording, rate, source, Math.round(end), before, after), rate)
  const first = errors.length / 2 - NEAR_S / PIECE_S
  const near = errors.splice(first, (2 * NEAR_S) / PIECE_S)
  const loudest = Math.max(...near)
  const usual = Math.max(...errors)
  return {
    gapFrames: (begin - end) * after.step,
    click: loudest > CLICK_TIMES * usual && loudest > LEAST_CLICK ** 2,
    nearDb: 10 * Math.log10(loudest + 1e-15),
    aroundDb: 10 * Math.log10(usual + 1e-15),
  }
}

/**
 * Error of a stretch with the seam in its middle, as if the music just went on. All is first brought to the same loudness: tracks may be
 * levelled apart, and the player moves from one level to the other within `LEVEL_RAMP_MS`, straight on. Fitted across, not extrapolated from both sides: a hundredth of a sample would look like a click.
 */
function errorAcross(
  recording: Float32Array,
  rate: number,
  source: Float32Array,
  seamFrame: number,
  before: Fit,
  after: Fit,
): Float32Array {
  const side = Math.round((SIDE_S / 2) * rate)
  const ramp = (LEVEL_RAMP_MS / 1000) * rate
  const gainAt = (i: number): number =>
    before.gain + (after.gain - before.gain) * Math.min(1, Math.max(0, (i - side) / ramp))
  const level = excerpt(recording, seamFrame - side, 2 * side).map((value, i) => value / gainAt(i))
  const at = before.at + (seamFrame - before.middle) * before.step
  const { model, gain } = fitStretch(level, 0, 2 * side, source, { at, step: before.step })
  return errorOf(level, 0, model, gain).map((value) => value * before.gain)
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
