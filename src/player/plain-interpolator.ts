import type { Interpolator, Planes } from './interpolator.ts'
import { PHASES, type Kernel } from './kernel.ts'

/** What `VectorInterpolator` does, in plain JavaScript: three times as slow. */
export class PlainInterpolator implements Interpolator {
  readonly #kernel: Kernel
  #input: Planes = [new Float32Array(0), new Float32Array(0)]
  #output: Planes = [new Float32Array(0), new Float32Array(0)]

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  get half(): number {
    return this.#kernel.half
  }

  prepare(frames: number, count: number): Planes {
    if (this.#input[0].length < frames) this.#input = [new Float32Array(2 * frames), new Float32Array(2 * frames)]
    if (this.#output[0].length < count) this.#output = [new Float32Array(count), new Float32Array(count)]
    return this.#input
  }

  run(at: number, rate: number, count: number): Planes {
    const { taps, rows, slopes } = this.#kernel
    const [a, b] = this.#input
    const [left, right] = this.#output
    for (let i = 0; i < count; i++) {
      const position = at + i * rate
      const whole = Math.floor(position)
      const steps = (position - whole) * PHASES
      const phase = Math.floor(steps)
      const between = steps - phase
      const row = phase * taps
      let sumA = 0
      let sumB = 0
      for (let tap = 0; tap < taps; tap++) {
        const weight = rows[row + tap]! + between * slopes[row + tap]!
        sumA += weight * a[whole + tap]!
        sumB += weight * b[whole + tap]!
      }
      left[i] = sumA
      right[i] = sumB
    }
    return this.#output
  }
}
