import type { PeerId } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import type { Scheduler } from '../../domain/scheduler.ts'

interface Mark {
  points: number
  cutOffUntilMs: number
}

/**
 * Marks peers down for what they send. Points fade, so that an honest peer with a bad day is not cut off for ever;
 * at `limits.misconductPoints` the peer's links are closed and new ones refused for a while.
 */
export class Conduct {
  readonly #marks = new Map<PeerId, Mark>()
  readonly #scheduler: Scheduler
  readonly #cutOff: (peer: PeerId, why: string) => void

  constructor(scheduler: Scheduler, cutOff: (peer: PeerId, why: string) => void) {
    this.#scheduler = scheduler
    this.#cutOff = cutOff
  }

  report(peer: PeerId, why: string, points: number): void {
    const mark = this.#marks.get(peer) ?? { points: 0, cutOffUntilMs: 0 }
    mark.points += points
    if (!this.#marks.has(peer) && this.#marks.size >= limits.misconductMarks) this.#forgetOldest()
    this.#marks.set(peer, mark)
    if (mark.points < limits.misconductPoints) return
    mark.points = 0
    mark.cutOffUntilMs = this.#scheduler.nowMs() + limits.misconductCutOffMs
    this.#cutOff(peer, why)
  }

  isCutOff(peer: PeerId): boolean {
    return (this.#marks.get(peer)?.cutOffUntilMs ?? 0) > this.#scheduler.nowMs()
  }

  /** Called once a minute. */
  fade(): void {
    for (const [peer, mark] of this.#marks) {
      mark.points = Math.floor(mark.points / 2)
      if (mark.points === 0 && mark.cutOffUntilMs <= this.#scheduler.nowMs()) this.#marks.delete(peer)
    }
  }

  #forgetOldest(): void {
    const oldest = this.#marks.keys().next()
    if (!oldest.done) this.#marks.delete(oldest.value)
  }
}
