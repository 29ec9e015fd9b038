/** What is thought of a pace before anything is known: 0, with this standard deviation, ppm. */
const PRIOR_PPM = 120
/** Crystals change with the temperature: no knowledge is surer than this. */
const LEAST_PPM = 4

/** A pace that was read off something, with its standard deviation. */
export interface PaceReading {
  readonly msPerS: number
  readonly doubtPpm: number
}

/**
 * How much slower (ms per s) a device runs than the local clock. Each reading adds to what was known, by its weight (a Kalman filter of one
 * number); a crystal outlasts what happens to a stream.
 */
export class Pace {
  #msPerS = 0
  #doubtPpm = PRIOR_PPM

  get msPerS(): number {
    return this.#msPerS
  }

  /** Standard deviation of what is known, ppm. */
  get doubtPpm(): number {
    return this.#doubtPpm
  }

  add({ msPerS, doubtPpm }: PaceReading): void {
    const gain = this.#doubtPpm ** 2 / (this.#doubtPpm ** 2 + doubtPpm ** 2)
    this.#msPerS += gain * (msPerS - this.#msPerS)
    this.#doubtPpm = Math.max(LEAST_PPM, this.#doubtPpm * Math.sqrt(1 - gain))
  }
}
