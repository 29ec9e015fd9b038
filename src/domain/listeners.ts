import type { Unsubscribe } from './scheduler.ts'

/** Where an error thrown by somebody's listener goes: shown, logged or collected, but never lost. */
export type ReportError = (error: unknown) => void

/** Throws the error where the host reports uncaught ones, so that one listener's fault stops nobody else. */
export const reportUncaught: ReportError = (error) => void rethrow(error)

/** An unhandled rejection, which every host reports as it reports uncaught errors. */
async function rethrow(error: unknown): Promise<never> {
  throw error
}

/** Listeners of one event. One that throws does not keep the others from being told. */
export class Listeners<Args extends unknown[]> {
  readonly #listeners = new Map<symbol, (...args: Args) => void>()
  readonly #report: ReportError

  constructor(report: ReportError = reportUncaught) {
    this.#report = report
  }

  get size(): number {
    return this.#listeners.size
  }

  /** The same function added twice is told twice; each result takes away its own. */
  add(listener: (...args: Args) => void): Unsubscribe {
    const key = Symbol('listener')
    this.#listeners.set(key, listener)
    return () => {
      this.#listeners.delete(key)
    }
  }

  /** Tells those that listened when it began and still do when their turn comes. */
  tell(...args: Args): void {
    for (const [key, listener] of [...this.#listeners]) {
      if (!this.#listeners.has(key)) continue
      try {
        listener(...args)
      } catch (error) {
        this.#report(error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
