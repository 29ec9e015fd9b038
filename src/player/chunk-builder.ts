import type { AudioSample } from 'mediabunny'
import { downmixWeights } from '../domain/downmix.ts'

/** Sound of a track as it comes out of the decoder, in presentation order. */
export interface DecodedChunk {
  readonly startFrame: number
  /** One per channel, equal lengths; each has a buffer of its own, to be transferred. */
  readonly planes: Float32Array<ArrayBuffer>[]
}
export interface DecodedFormat {
  readonly sampleRate: number
  readonly channels: 1 | 2
}

/**
 * Gathers a decoder's short samples (a packet of MP3 is 26 ms) into chunks worth a message. Each is copied once, to where it stays:
 * garbage of this size is collected seldom, and is what a playing page's memory is made of.
 */
export class ChunkBuilder {
  readonly #format: DecodedFormat
  #startFrame = 0
  #length = 0
  #planes: Float32Array<ArrayBuffer>[] = []

  constructor(format: DecodedFormat) {
    this.#format = format
  }

  /** Frames gathered so far. */
  get length(): number {
    return this.#length
  }

  /** Whether a sample that begins at `startFrame` continues what is gathered and still fits. */
  takes(startFrame: number, frames: number): boolean {
    const [plane] = this.#planes
    if (plane === undefined) return true
    return startFrame === this.#startFrame + this.#length && this.#length + frames <= plane.length
  }

  /** @param roomFrames made for so many frames, or for the sample if that is longer, when it is the first of a chunk */
  add(sample: AudioSample, startFrame: number, roomFrames: number): void {
    const frames = sample.numberOfFrames
    if (this.#planes.length === 0) {
      this.#startFrame = startFrame
      this.#planes = Array.from(
        { length: this.#format.channels },
        () => new Float32Array(Math.max(frames, Math.round(roomFrames))),
      )
    }
    const into = this.#planes.map((plane) => plane.subarray(this.#length, this.#length + frames))
    into.forEach((plane, ear) => copyPlane(sample, Math.min(ear, sample.numberOfChannels - 1), plane))
    if (into.length === 2) addFurther(sample, into)
    this.#length += frames
  }

  /** What is gathered, and begins anew; null when that is nothing. */
  take(): DecodedChunk | null {
    if (this.#length === 0) return null
    const chunk = {
      startFrame: this.#startFrame,
      planes: this.#planes.map((plane) => plane.subarray(0, this.#length)),
    }
    this.#planes = []
    this.#length = 0
    return chunk
  }
}

const copyPlane = (sample: AudioSample, planeIndex: number, into: Float32Array): void =>
  sample.copyTo(into, { planeIndex, format: 'f32-planar' })

/** Adds what a sample of more than two channels has beyond the first two. */
function addFurther(sample: AudioSample, into: readonly Float32Array[]): void {
  for (let extra = 2; extra < sample.numberOfChannels; extra++) {
    const weights = downmixWeights(extra)
    const more = new Float32Array(sample.numberOfFrames)
    copyPlane(sample, extra, more)
    into.forEach((plane, ear) => {
      const weight = weights[ear]!
      if (weight !== 0) for (let i = 0; i < plane.length; i++) plane[i] = plane[i]! + weight * more[i]!
    })
  }
}
