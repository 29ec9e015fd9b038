import { tidyLoudness, type Loudness } from '../domain/loudness.ts'

/** Loudness of a mean square of 1: the K-filter's gain at 997 Hz taken away again (ITU-R BS.1770-4, annex 1). */
const OFFSET_LUFS = -0.691
/** Gating blocks of 400 ms overlap by three quarters: they are made of steps of 100 ms. */
const STEPS_PER_SECOND = 10
const STEPS_PER_BLOCK = 4
const ABSOLUTE_GATE_LUFS = -70
const RELATIVE_GATE_LU = -10
/** Below what any format carries: keeps a filter that rings out from reaching the slow subnormal numbers. */
const TINY = 1e-25

interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/**
 * The K-weighting at any sample rate: bilinear transforms of the analogue shelf (+4 dB above 1.7 kHz, the head) and high pass
 * (38 Hz) whose values at 48 kHz are the coefficients that BS.1770-4 prints.
 */
export function kWeighting(sampleRate: number): readonly [shelf: Biquad, highPass: Biquad] {
  const shelf = { hz: 1681.974450955533, q: 0.7071752369554196, gainDb: 3.999843853973347 }
  const high = { hz: 38.13547087602444, q: 0.5003270373238773 }
  const s = Math.tan((Math.PI * shelf.hz) / sampleRate)
  const gain = 10 ** (shelf.gainDb / 20)
  const middle = gain ** 0.4996667741545416
  const s0 = 1 + s / shelf.q + s * s
  const h = Math.tan((Math.PI * high.hz) / sampleRate)
  const h0 = 1 + h / high.q + h * h
  return [
    {
      b: [
        (gain + (middle * s) / shelf.q + s * s) / s0,
        (2 * (s * s - gain)) / s0,
        (gain - (middle * s) / shelf.q + s * s) / s0,
      ],
      a: [(2 * (s * s - 1)) / s0, (1 - s / shelf.q + s * s) / s0],
    },
    { b: [1, -2, 1], a: [(2 * (h * h - 1)) / h0, (1 - h / high.q + h * h) / h0] },
  ]
}

const toLufs = (meanSquare: number): number => OFFSET_LUFS + 10 * Math.log10(meanSquare)
const toMeanSquare = (lufs: number): number => 10 ** ((lufs - OFFSET_LUFS) / 10)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** One ear: both filters' memory, the sum of squares of the step under way, the largest sample so far. */
class Ear {
  sum = 0
  peak = 0
  readonly #shelf: Biquad
  readonly #high: Biquad
  #memory: readonly [number, number, number, number] = [0, 0, 0, 0]

  constructor([shelf, high]: readonly [Biquad, Biquad]) {
    this.#shelf = shelf
    this.#high = high
  }

  /** Transposed direct form II of both filters in a row: the inner loop of a measurement. */
  add(samples: Float32Array, from: number, to: number): void {
    const [b0, b1, b2] = this.#shelf.b
    const [a1, a2] = this.#shelf.a
    const [c1, c2] = this.#high.a
    let [s1, s2, h1, h2] = this.#memory
    let { sum, peak } = this
    for (let i = from; i < to; i++) {
      const x = samples[i]!
      const size = x < 0 ? -x : x
      if (size > peak) peak = size
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      const z = y + h1
      h1 = h2 - 2 * y - c1 * z
      h2 = y - c2 * z
      sum += z * z
    }
    this.#memory = [s1, s2, h1, h2].map((value) => (Math.abs(value) < TINY ? 0 : value)) as [
      number,
      number,
      number,
      number,
    ]
    this.sum = sum
    this.peak = peak
  }
}

/** Measures integrated loudness and peak of two ears' sound as it comes by; keeps eight bytes per 100 ms and nothing else. */
export class LoudnessMeter {
  readonly #left: Ear
  readonly #right: Ear
  readonly #stepFrames: number
  #filled = 0
  /** Mean squares of whole steps, both ears together. */
  readonly #steps: number[] = []

  constructor(sampleRate: number) {
    const filters = kWeighting(sampleRate)
    this.#left = new Ear(filters)
    this.#right = new Ear(filters)
    this.#stepFrames = Math.round(sampleRate / STEPS_PER_SECOND)
  }

  /** The next `frames` frames. One that is no number makes the whole unmeasurable. */
  add(left: Float32Array, right: Float32Array, frames: number): void {
    for (let from = 0; from < frames;) {
      const to = Math.min(frames, from + this.#stepFrames - this.#filled)
      this.#left.add(left, from, to)
      this.#right.add(right, from, to)
      this.#filled += to - from
      from = to
      if (this.#filled === this.#stepFrames) this.#endStep()
    }
  }

  /** Null for what is silent or shorter than one gating block. */
  result(): Loudness | null {
    const peak = Math.max(this.#left.peak, this.#right.peak)
    return tidyLoudness(this.#integratedLufs(), 20 * Math.log10(peak))
  }

  #endStep(): void {
    this.#steps.push((this.#left.sum + this.#right.sum) / this.#stepFrames)
    this.#left.sum = 0
    this.#right.sum = 0
    this.#filled = 0
  }

  /** BS.1770-4, annex 1: the mean of all blocks above the absolute gate and within 10 LU of such blocks' own mean. */
  #integratedLufs(): number {
    const blocks: number[] = []
    for (let end = STEPS_PER_BLOCK; end <= this.#steps.length; end++)
      blocks.push(mean(this.#steps.slice(end - STEPS_PER_BLOCK, end)))
    const audible = blocks.filter((block) => !(block <= toMeanSquare(ABSOLUTE_GATE_LUFS)))
    const gate = mean(audible) * 10 ** (RELATIVE_GATE_LU / 10)
    return toLufs(mean(audible.filter((block) => !(block <= gate))))
  }
}
