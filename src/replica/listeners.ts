import type { PeerId } from '../domain/ids.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/** `points` out of `limits.misconductPoints`. */
export type MisbehaviourListener = (peer: PeerId, why: string, points: number) => void

/** What a refused message costs: the third is one too many. */
export const REFUSED_POINTS = 34
/** A sender whose line is full may just be fast. */
export const FLOOD_POINTS = 1

/** Those who want to hear of something. Who leaves while it is told hears no more. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #all = new Set<(...args: Args) => void>()

  add(listener: (...args: Args) => void): Unsubscribe {
    // A function of its own, so that one listener may be added twice and taken off once.
    const own = (...args: Args): void => listener(...args)
    this.#all.add(own)
    return () => this.#all.delete(own)
  }

  tell(...args: Args): void {
    for (const listener of [...this.#all]) if (this.#all.has(listener)) listener(...args)
  }
}
