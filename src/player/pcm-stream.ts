import type { Planes } from './interpolator.ts'

/** A stretch of decoded sound: one plane per channel (1 or 2), equal lengths. */
export interface PcmChunk {
  readonly startFrame: number
  readonly planes: readonly Float32Array[]
}

/** Decoded frames of one track that are held in memory: contiguous, from `from` to `until`, growing at the end and trimmed at the start. */
export class PcmStream {
  readonly sampleRate: number
  readonly channels: 1 | 2
  /** First frame beyond the source's end, once it is known. */
  endFrame: number | null = null
  #chunks: PcmChunk[] = []
  #from = 0
  #until = 0

  constructor(sampleRate: number, channels: 1 | 2) {
    this.sampleRate = sampleRate
    this.channels = channels
  }

  get from(): number {
    return this.#from
  }
  /** Exclusive. */
  get until(): number {
    return this.#until
  }

  /** Takes a chunk; what does not continue the held frames replaces them. */
  push(chunk: PcmChunk): void {
    const length = chunk.planes[0]?.length ?? 0
    if (length === 0) return
    if (this.#chunks.length === 0 || chunk.startFrame !== this.#until) {
      this.#chunks = []
      this.#from = chunk.startFrame
    }
    this.#chunks.push(chunk)
    this.#until = chunk.startFrame + length
  }

  /** Forgets whole chunks that end at or before `frame`. */
  trim(frame: number): void {
    while (this.#chunks.length > 0) {
      const first = this.#chunks[0]!
      const end = first.startFrame + first.planes[0]!.length
      if (end > frame) return
      this.#chunks.shift()
      this.#from = end
    }
  }

  /** True when [start, end) is held, counting what lies before 0 and beyond the source's end as held silence. */
  holds(start: number, end: number): boolean {
    if (this.#chunks.length === 0) return false
    const coveredEnd = this.endFrame !== null && this.#until >= this.endFrame ? Infinity : this.#until
    const coveredStart = this.#from <= 0 ? -Infinity : this.#from
    return start >= coveredStart && end <= coveredEnd
  }

  /** Copies `count` frames from `start` into `left` and `right`; frames that are not held or lie outside [low, high) are 0. */
  read(start: number, count: number, low: number, high: number, [left, right]: Planes): void {
    left.fill(0, 0, count)
    right.fill(0, 0, count)
    for (const { startFrame, planes } of this.#chunks) {
      if (startFrame >= start + count) return
      const [a, b = a] = planes
      const from = Math.max(start, low, startFrame)
      const to = Math.min(start + count, high, startFrame + a!.length)
      // One by one: `set` wants a view, which is garbage.
      for (let frame = from; frame < to; frame++) {
        left[frame - start] = a![frame - startFrame]!
        right[frame - start] = b![frame - startFrame]!
      }
    }
  }
}
