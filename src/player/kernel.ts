/**
 * Interpolation kernel of the resampler: a Kaiser-windowed sinc in `PHASES` steps, linear between the steps
 * (J. O. Smith, "Digital Audio Resampling", CCRMA). Stopband below -85 dB; flat to 0.88 of the Nyquist frequency.
 */
export interface Kernel {
  /** Source frames on each side that one output frame reads. */
  readonly half: number
  readonly taps: number
  /** `PHASES + 1` rows of `taps` coefficients. */
  readonly rows: Float32Array<ArrayBuffer>
  /** Difference of each row to the next one. */
  readonly slopes: Float32Array<ArrayBuffer>
}

/** Linear interpolation between phases errs by about (pi / PHASES)^2 / 24: -116 dB. */
export const PHASES = 512
/** Source frames on each side at full bandwidth; more would widen the flat band beyond 19.4 kHz at 44.1 kHz. */
const HALF = 24
const KAISER_BETA = 8.6

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/**
 * @param bandwidth cut-off relative to the source's Nyquist frequency, (0, 1]: below 1 when the output rate is lower than the source's.
 */
export function makeKernel(bandwidth: number): Kernel {
  const half = Math.ceil(HALF / bandwidth)
  const taps = 2 * half
  const rows = new Float32Array((PHASES + 1) * taps)
  const slopes = new Float32Array(PHASES * taps)
  const exact = new Float64Array(taps)
  const norm = besselI0(KAISER_BETA)
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const x = tap - half + 1 - phase / PHASES
      const edge = x / half
      const window = Math.abs(edge) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge)) / norm
      const value = sinc(x * bandwidth) * window
      exact[tap] = value
      sum += value
    }
    // Equal gain in every phase: otherwise a constant signal would ripple at the rate difference.
    for (let tap = 0; tap < taps; tap++) rows[phase * taps + tap] = exact[tap]! / sum
  }
  for (let i = 0; i < slopes.length; i++) slopes[i] = rows[i + taps]! - rows[i]!
  return { half, taps, rows, slopes }
}
