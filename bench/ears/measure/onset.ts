import { findMatch, type Match } from './correlate.ts'
import { excerpt, rms } from './summary.ts'

/** Sound begins where a stretch of 5 ms is louder than -50 dB. */
const ONSET_LEVEL = 0.003
const ONSET_S = 0.005
/** Music is found where the recording is this much like it; another passage of the same music stays far below. */
const FOUND_LIKENESS = 0.6
/** Pieces by which known music is found: short enough that a rate that is being corrected does not blur them. */
const PIECE_S = 0.25
/** From where the music should have begun, it is looked for in pieces of `LOOK_S`, each `HOP_S` on, within `DRIFT_S` of their places. */
const LOOK_S = 0.05
const HOP_S = 0.01
const DRIFT_S = 0.01

/** First frame from `from` on at which sound stands above the noise; null when none does before `until`. */
export function onsetAfter(samples: Float32Array, rate: number, from: number, until = samples.length): number | null {
  const length = Math.round(ONSET_S * rate)
  const end = Math.min(until, samples.length)
  for (let at = Math.max(0, from); at + length <= end; at += length) {
    if (rms(samples.subarray(at, at + length)) > ONSET_LEVEL) return at
  }
  return null
}

/**
 * Frame at which known music begins to sound; null when it does not. A player that joins in late leaves out its beginning: what comes
 * later tells where it should have begun, and from there on the first piece that really sounds is looked for.
 * @param passage the music from its beginning on, two seconds or so
 * @param until latest frame at which it should have begun
 */
export function passageOnset(
  samples: Float32Array,
  rate: number,
  passage: Float32Array,
  from: number,
  until: number,
): number | null {
  const piece = Math.round(PIECE_S * rate)
  const place = excerpt(samples, from, until - from + passage.length)
  const matches: Match[] = []
  for (let at = 0; at + piece <= passage.length; at += piece) {
    const { at: found, likeness } = findMatch(passage.subarray(at, at + piece), place)
    matches.push({ at: found - at, likeness })
  }
  const best = matches.reduce((one, other) => (other.likeness > one.likeness ? other : one))
  if (best.likeness < FOUND_LIKENESS) return null
  const due = from + Math.round(best.at)
  const look = Math.round(LOOK_S * rate)
  const drift = Math.round(DRIFT_S * rate)
  for (let at = 0; at + look <= passage.length; at += Math.round(HOP_S * rate)) {
    const near = excerpt(samples, due + at - drift, look + 2 * drift)
    if (findMatch(passage.subarray(at, at + look), near).likeness >= FOUND_LIKENESS) return due + at
  }
  return null
}
