/** Zero crossings of the interpolation kernel on each side, and its Kaiser window: images stay below -100 dB. */
const CROSSINGS = 32
const KAISER_BETA = 10
/** Tabulated points of the kernel per sample; between them it is interpolated in a line (error below -110 dB). */
const STEPS = 2048

const bessel0 = (x: number): number => {
  let sum = 1
  let term = 1
  for (let k = 1; k < 50; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const kernel = Float64Array.from({ length: CROSSINGS * STEPS + 2 }, (_, i) => {
  const x = i / STEPS
  if (x >= CROSSINGS) return 0
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
  return (sinc * bessel0(KAISER_BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2))) / bessel0(KAISER_BETA)
})

/** Value of a band-limited signal between its samples, at a fractional position; silence beyond its ends. */
export function valueAt(samples: Float32Array, position: number): number {
  const whole = Math.floor(position)
  let sum = 0
  for (let i = whole - CROSSINGS + 1; i <= whole + CROSSINGS; i++) {
    const sample = samples[i]
    if (sample === undefined) continue
    const x = Math.abs(position - i) * STEPS
    const at = Math.floor(x)
    sum += sample * (kernel[at]! + (x - at) * (kernel[at + 1]! - kernel[at]!))
  }
  return sum
}

/**
 * `count` values from position `start` on, every `step` samples. For signals whose band ends below half the slower one of both rates.
 * @param step source samples per output sample
 */
export function resample(samples: Float32Array, start: number, step: number, count: number): Float32Array {
  const out = new Float32Array(count)
  for (let i = 0; i < count; i++) out[i] = valueAt(samples, start + i * step)
  return out
}
