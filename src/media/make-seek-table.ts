import { limits } from '../domain/limits.ts'
import type { SeekTable } from '../domain/seek-table.ts'

/** Sound between two marks, at least: some hundred kilobytes, about a piece of the swarm. */
const MARK_S = 10
/** How many marks there will be is known at the end only: until then they stand closer. */
const STEP_S = 1

/** Takes packets of one length, one after another, and notes where some of them stand. */
export class SeekTableMaker {
  readonly #sampleRate: number
  readonly #packetFrames: number
  readonly #packetsPerStep: number
  readonly #stepBytes: number[] = []
  #packets = 0

  /** `packetFrames`: of each packet but the last one. */
  constructor(sampleRate: number, packetFrames: number) {
    this.#sampleRate = sampleRate
    this.#packetFrames = packetFrames
    this.#packetsPerStep = Math.ceil((STEP_S * sampleRate) / packetFrames)
  }

  /** The next packet; false when it begins at another frame than it should. */
  add(frame: number, atByte: number): boolean {
    if (frame !== this.#packets * this.#packetFrames) return false
    if (this.#packets % this.#packetsPerStep === 0) this.#stepBytes.push(atByte)
    this.#packets++
    return true
  }

  /** Null when that is too short to need one. */
  table(): SeekTable | null {
    const stepFrames = this.#packetsPerStep * this.#packetFrames
    const seconds = (this.#packets * this.#packetFrames) / this.#sampleRate
    const markS = Math.max(MARK_S, seconds / (limits.seekMarks - 1))
    const steps = Math.ceil((markS * this.#sampleRate) / stepFrames)
    const marks = this.#stepBytes.filter((_, i) => i % steps === 0)
    if (marks.length < 2) return null
    const gapsBytes = marks.map((atByte, i) => atByte - (marks[i - 1] ?? 0))
    return { sampleRate: this.#sampleRate, everyFrames: steps * stepFrames, gapsBytes }
  }
}
