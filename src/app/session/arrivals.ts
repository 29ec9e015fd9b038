import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { VerifiedRecord } from '../../domain/record.ts'

/** Plays are followed at once, but not more often than this, ms: nobody presses so fast, and a flood must not stall the page. */
const HURRY_PERIOD_MS = 20
/** A play that comes so long after its start was not just slow: it is from a time when one was apart from its author, ms. */
const PAST_MS = 1_000
/** Plays of the past come from several neighbours: when none has come for so long, all have, ms. */
const CALM_MS = 400
/** Longest time for which what sounds is left alone, and the least from one such time to the next, ms: a flood must not hold the music. */
const MAX_HOLD_MS = 1_500
const HOLD_PERIOD_MS = 5_000

/**
 * What newly come plays ask for. A press of just now is in a hurry. The past of another half of the room, which comes play by play
 * and in no order when halves meet again, is not: until it has come to rest what sounds is left alone, so that it changes once, to what
 * both agree on, and not with each play on the way there.
 */
export class Arrivals {
  readonly #scheduler: Scheduler
  readonly #onRest: () => void
  #hurriedAtMs = -Infinity
  #heldSinceMs = -Infinity
  #release: Unsubscribe | null = null

  constructor(scheduler: Scheduler, onRest: () => void) {
    this.#scheduler = scheduler
    this.#onRest = onRest
  }

  /** Whether what sounds is to be left alone. */
  get holding(): boolean {
    return this.#release !== null
  }

  /** Whether these records, come at this room time, must be followed in this very turn. */
  inHurry(records: readonly VerifiedRecord[], roomMs: number): boolean {
    const plays = records.filter((record) => record.kind === 'play')
    if (plays.length === 0) return false
    const nowMs = this.#scheduler.nowMs()
    // An anchor cites the past and is said now.
    if (plays.some(({ body }) => body.startsAtMs > roomMs)) this.close()
    else if (plays.some(({ at, body }) => Math.max(at, body.startsAtMs) < roomMs - PAST_MS)) this.#hold(nowMs)
    if (this.holding || nowMs - this.#hurriedAtMs < HURRY_PERIOD_MS) return false
    this.#hurriedAtMs = nowMs
    return true
  }

  /** Ends the waiting. */
  close(): void {
    this.#release?.()
    this.#release = null
  }

  #hold(nowMs: number): void {
    if (!this.holding) {
      if (nowMs - this.#heldSinceMs < HOLD_PERIOD_MS) return
      this.#heldSinceMs = nowMs
    }
    this.#release?.()
    this.#release = this.#scheduler.after(Math.min(CALM_MS, this.#heldSinceMs + MAX_HOLD_MS - nowMs), () => {
      this.#release = null
      this.#onRest()
    })
  }
}
