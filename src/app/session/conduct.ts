import type { PeerId } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import type { Scheduler } from '../../domain/scheduler.ts'

interface Mark {
  points: number
  cutOffUntilMs: number
}

/**
 * Marks peers down for what they send. Points fade, so that an honest peer with a bad day is not cut off for ever;
 * at `limits.penaltyPoints` the peer's links are closed and new ones refused for a while.
 */
export class Conduct {
  readonly #marks = new Map<PeerId, Mark>()
  readonly #scheduler: Scheduler
  /** Called when a peer has gone too far. */
  onCutOff: (peer: PeerId, why: string) => void = () => {}

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  readonly report = (peer: PeerId, why: string, points: number): void => {
    const mark = this.#marks.get(peer) ?? { points: 0, cutOffUntilMs: 0 }
    mark.points += points
    if (!this.#marks.has(peer) && this.#marks.size >= limits.penalisedPeers) this.#forgetOldest()
    this.#marks.set(peer, mark)
    if (mark.points < limits.penaltyPoints) return
    mark.points = 0
    mark.cutOffUntilMs = this.#scheduler.nowMs() + limits.penaltyCutOffMs
    this.onCutOff(peer, why)
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
