import { comeEvenly } from './even.ts'

/** Readings that must have come before anything sounds: 0.4 s at 20 a second. */
const LEAST = 8
/** A page that does not come to rest plays all the same, s after its first reading. */
const PATIENCE_S = 1.5

/** When a message of the audio thread arrived, local ms, that was posted when it had rendered up to `renderedS` of context time. */
interface Arrival {
  readonly renderedS: number
  readonly nowMs: number
}

/**
 * What a stream begins with. While a page still loads, its device loses sound and answers late, and what the browser tells of the output then
 * is wrong for ten seconds: so the first readings that count are the first ones in a row that came evenly.
 */
export class FirstReadings<Reading extends Arrival> {
  #latest: readonly Reading[] = []
  #beganS: number | null = null

  /** The readings to begin with, oldest first; null until they have come. */
  add(reading: Reading): readonly Reading[] | null {
    this.#beganS ??= reading.renderedS
    this.#latest = [...this.#latest, reading].slice(-LEAST)
    if (this.#latest.length < LEAST) return null
    const requests = this.#latest.map(({ renderedS, nowMs }) => ({ x: renderedS, y: nowMs - renderedS * 1000 }))
    return comeEvenly(requests) || reading.renderedS - this.#beganS >= PATIENCE_S ? this.#latest : null
  }
}
