import { median } from '../robust-line.ts'

/** As many of the latest as count: a device changes, and one hiccup among five teaches nothing. */
const KEPT = 5
/** Nothing that a browser does takes longer than this without being a stall. */
const MOST_MS = 3_000

/** How long something takes on this device, learned from how long it took. */
export class LearnedDelay {
  readonly #guessMs: number
  readonly #seen: number[] = []

  constructor(guessMs: number) {
    this.#guessMs = guessMs
  }

  add(tookMs: number): void {
    this.#seen.push(Math.max(0, Math.min(MOST_MS, tookMs)))
    if (this.#seen.length > KEPT) this.#seen.shift()
  }

  get count(): number {
    return this.#seen.length
  }

  /** What to expect, ms. */
  get ms(): number {
    return this.#seen.length === 0 ? this.#guessMs : median(this.#seen)
  }

  /** The longest of late, ms: what to allow for. */
  get longestMs(): number {
    return this.#seen.length === 0 ? this.#guessMs : Math.max(...this.#seen)
  }
}
