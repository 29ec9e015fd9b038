import { seededRandom } from '../../../src/net/memory/seeded-random.ts'

export const MUSIC_RATE = 44_100

/** The band ends here, far below half of any sample rate: what is lost above is no error of a player. */
const CUTOFF_HZ = 12_000
const TAPS = 95
/** Tilted like music, so that a correlation bears a rate that is being corrected: a one-pole smoother takes this share of each new sample ... */
const TILT = 0.06
/** ... and the bright rest keeps this level. */
const BRIGHT = 0.03
const LEVEL_RMS = 0.12
/** Beats per second of the swell that makes it less of a hiss. */
const SWELL_HZ = 2

/**
 * Seeded mono noise in the shape of music: tilted, band-limited, swelling. No passage is like another one, so that any piece of it
 * tells where it is from; a pure tone would not.
 */
export function noiseMusic(seed: number, seconds: number): Float32Array {
  const random = seededRandom(seed)
  const count = Math.round(seconds * MUSIC_RATE)
  const white = Float32Array.from({ length: count + TAPS }, () => random() * 2 - 1)
  let smooth = 0
  for (let i = 0; i < white.length; i++) {
    smooth += TILT * (white[i]! - smooth)
    white[i] = smooth + BRIGHT * white[i]!
  }
  const filter = lowPass()
  const out = new Float32Array(count)
  let energy = 0
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let tap = 0; tap < TAPS; tap++) sum += filter[tap]! * white[i + tap]!
    const swell = 0.7 + 0.3 * Math.cos((2 * Math.PI * SWELL_HZ * i) / MUSIC_RATE)
    out[i] = sum * swell
    energy += out[i]! ** 2
  }
  const gain = LEVEL_RMS / Math.sqrt(energy / count)
  return quantised(out.map((value) => value * gain))
}

/** As 16 bits will hold it: what is compared with the file must be what is in the file. */
const quantised = (samples: Float32Array): Float32Array =>
  samples.map((value) => Math.max(-32768, Math.min(32767, Math.round(value * 32768))) / 32768)

/** Windowed sinc (Blackman). */
function lowPass(): Float64Array {
  const middle = (TAPS - 1) / 2
  const taps = Float64Array.from({ length: TAPS }, (_, i) => {
    const x = (2 * CUTOFF_HZ * (i - middle)) / MUSIC_RATE
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    const turn = (2 * Math.PI * i) / (TAPS - 1)
    return sinc * (0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn))
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}
