import type { Interpolator } from './interpolator.ts'
import type { PcmStream } from './pcm-stream.ts'

/** How a voice begins and ends, in source frames; fades are envelopes over the source position. */
export interface VoiceShape {
  /** Nothing before this frame sounds. */
  readonly start: number
  /** Fade-in from `start`, in source frames; 0 begins at once. */
  readonly fadeIn: number
  /** Level of the track, a factor. */
  readonly gain: number
  /** Level at `start`, where the voice continues another one: from there it moves to `gain` within `LEVEL_RAMP_MS`. */
  readonly gainBefore: number
}

/** Long enough for a step of level not to click, too short for a loud first beat to come through at a quiet track's level. */
export const LEVEL_RAMP_MS = 10

/** One run through a stream at a fractional position: resamples, fades, and adds itself to the output. */
export class Voice {
  readonly stream: PcmStream
  /** Source position of the next output frame; fractional, may stand before `start`. */
  position: number
  /** Source frames per output frame. */
  rate = 1
  readonly #interpolator: Interpolator
  readonly #start: number
  readonly #fadeIn: number
  readonly #gain: number
  readonly #gainBefore: number
  /** Source frames. */
  readonly #ramp: number
  #cut = Infinity
  #stop = Infinity
  #fadeOut = 0

  constructor(stream: PcmStream, interpolator: Interpolator, position: number, shape: VoiceShape) {
    this.stream = stream
    this.#interpolator = interpolator
    this.position = position
    this.#start = shape.start
    this.#fadeIn = shape.fadeIn
    this.#gain = shape.gain
    this.#gainBefore = shape.gainBefore
    this.#ramp = (LEVEL_RAMP_MS * stream.sampleRate) / 1000
  }

  /** Source frames that the kernel reads beyond the position. */
  get reach(): number {
    return this.#interpolator.half
  }

  /** Ends like a tape that is cut before `frame`: for what the next track's first frame continues. */
  cutAt(frame: number): void {
    this.#cut = frame
  }

  /** Fades out over `fade` source frames from `frame` on. A stop that was asked for earlier stays if it comes sooner. */
  stopAt(frame: number, fade: number): void {
    if (frame >= this.#stop) return
    this.#stop = frame
    this.#fadeOut = fade
  }

  get stopping(): boolean {
    return this.#stop !== Infinity
  }

  get done(): boolean {
    return this.position > this.#cut + this.#interpolator.half || this.position > this.#stop + this.#fadeOut
  }

  /** Adds `count` frames to `left` and `right` from index 0 and moves on. */
  render(left: Float32Array, right: Float32Array, count: number): void {
    const { half } = this.#interpolator
    const whole = Math.floor(this.position)
    const first = whole - half + 1
    const last = Math.floor(this.position + (count - 1) * this.rate) + half
    this.#load(first, last - first + 1, count)
    const [a, b] = this.#interpolator.run(this.position - whole, this.rate, count)
    for (let i = 0; i < count; i++) {
      const gain = this.#gainAt(this.position + i * this.rate)
      left[i] = left[i]! + gain * a[i]!
      right[i] = right[i]! + gain * b[i]!
    }
    this.position += count * this.rate
  }

  #load(first: number, span: number, count: number): void {
    const planes = this.#interpolator.prepare(span, count)
    // With a fade-in the frames before the start are read as they are: the fade hides them, and the filter does not ring at a false edge.
    const low = this.#fadeIn > 0 ? -Infinity : this.#start
    this.stream.read(first, span, low, this.#cut, planes)
  }

  #gainAt(position: number): number {
    let fade = 1
    if (this.#fadeIn > 0) {
      if (position <= this.#start) return 0
      fade = Math.min(1, (position - this.#start) / this.#fadeIn)
    }
    if (position > this.#stop) fade = Math.min(fade, Math.max(0, 1 - (position - this.#stop) / this.#fadeOut))
    return fade * this.#levelAt(position)
  }

  #levelAt(position: number): number {
    const done = Math.min(1, Math.max(0, (position - this.#start) / this.#ramp))
    return this.#gainBefore + (this.#gain - this.#gainBefore) * done
  }
}
