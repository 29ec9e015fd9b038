import { LearnedDelay } from './learned-delay.ts'

/** First guesses, until this device has shown what it needs: generous, for a landing that comes too late misses the room. */
const SEEK_GUESS_MS = 250
const START_GUESS_MS = 60
/** Time to spare beyond the longest seek of late: timers and decoders vary. */
const SPARE_MS = 60
/** Whatever a device's seeks are like, an error beyond this is not drawn in by pace: at 1 % that would take longer than 100 s. */
const SEEK_BEYOND_MS = 1_000
/** An error of this size is worth one, unless seeks are known to land no better: at 1 % it would be heard for 15 s and longer. */
const LEAST_SEEK_MS = 150
/** A seek must promise to be this many times better than the error. */
const BETTER = 3
/** Landings after which their misses are known. */
const KNOWN = 2

/**
 * How this device comes in at an instant of a track. A seek takes an uncertain time, a start from standstill a fairly constant one. So the
 * player seeks ahead of the room, waits there, and starts early by what a start takes. Both delays are learned.
 */
export class Landings {
  #seek = new LearnedDelay(SEEK_GUESS_MS)
  #start = new LearnedDelay(START_GUESS_MS)
  #miss = new LearnedDelay(SEEK_BEYOND_MS)

  /** How far ahead of the room to seek, ms: there is time to get there and to start. */
  get aheadMs(): number {
    return this.#seek.longestMs + SPARE_MS + this.startMs
  }

  /** From `play()` to the first sound, ms. */
  get startMs(): number {
    return this.#start.ms
  }

  forget(): void {
    this.#seek = new LearnedDelay(SEEK_GUESS_MS)
    this.#start = new LearnedDelay(START_GUESS_MS)
    this.#miss = new LearnedDelay(SEEK_BEYOND_MS)
  }

  sought(tookMs: number): void {
    this.#seek.add(tookMs)
  }

  /** What was heard after a start `leadMs` before its instant: late by `lateMs` (negative: early). */
  landed(leadMs: number, lateMs: number): void {
    this.#start.add(leadMs + lateMs)
    this.#miss.add(Math.abs(lateMs))
  }

  /** Whether an error of this size is better mended by coming in anew than by pace. */
  isWorthSeeking(lateMs: number): boolean {
    const error = Math.abs(lateMs)
    if (error > SEEK_BEYOND_MS) return true
    // The usual miss, not the worst: a machine that was busy once need not stay so.
    return error > LEAST_SEEK_MS && (this.#miss.count < KNOWN || error > BETTER * this.#miss.ms)
  }
}
