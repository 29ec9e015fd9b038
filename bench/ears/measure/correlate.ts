import { Fft } from './fft.ts'

export interface Match {
  /** Where in the longer piece the shorter one begins, in samples; a parabola through the peak's neighbours gives the fraction. */
  readonly at: number
  /** Normalised correlation there, -1 to 1. */
  readonly likeness: number
}

/** Transforms of the same size share their tables. */
const transforms = new Map<number, Fft>()

/**
 * Finds `piece` in `place` by the peak of the normalised cross-correlation.
 * @param place at least as long as `piece`
 */
export function findMatch(piece: Float32Array, place: Float32Array): Match {
  const positions = place.length - piece.length + 1
  if (positions < 1) throw new RangeError('the place is shorter than the piece')
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, place.length)))
  const fft = transforms.get(size) ?? new Fft(size)
  transforms.set(size, fft)
  const products = correlate(fft, piece, place)
  // The energy of the place under the piece at each position, so that a loud passage nearby does not win over the right one.
  const floor = 1e-9 * energyOf(place) + 1e-18
  const own = energyOf(piece)
  const scores = new Float64Array(positions)
  let under = energyOf(place.subarray(0, piece.length))
  for (let i = 0; i < positions; i++) {
    scores[i] = products[i]! / Math.sqrt(own * Math.max(under, floor) + 1e-30)
    const leaving = place[i]!
    const coming = place[i + piece.length] ?? 0
    under += coming * coming - leaving * leaving
  }
  let best = 0
  for (let i = 1; i < positions; i++) if (scores[i]! > scores[best]!) best = i
  const top = scores[best]!
  const before = scores[best - 1] ?? top
  const after = scores[best + 1] ?? top
  const bend = before - 2 * top + after
  return { at: best + (bend === 0 ? 0 : (before - after) / (2 * bend)), likeness: top }
}

function correlate(fft: Fft, piece: Float32Array, place: Float32Array): Float64Array {
  const { size } = fft
  const [are, aim, bre, bim] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  are.set(piece)
  bre.set(place)
  fft.transform(are, aim)
  fft.transform(bre, bim)
  for (let i = 0; i < size; i++) {
    const re = are[i]! * bre[i]! + aim[i]! * bim[i]!
    const im = are[i]! * bim[i]! - aim[i]! * bre[i]!
    are[i] = re
    aim[i] = im
  }
  fft.inverse(are, aim)
  return are
}

function energyOf(samples: Float32Array): number {
  let sum = 0
  for (const value of samples) sum += value * value
  return sum
}
