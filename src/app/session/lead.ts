import { limits } from '../../domain/limits.ts'
import type { PeerId } from '../../domain/ids.ts'
import { leadMs } from '../../domain/playback.ts'
import type { VerifiedRecord } from '../../domain/record.ts'
import type { ClockService } from '../../net/clock-service.ts'
import type { PlayerStatus } from '../../player/player.ts'
import type { PresenceState } from '../../replica/presence-codec.ts'

interface LeadParts {
  readonly clock: Pick<ClockService, 'slowRoundTripsMs'>
  readonly presence: {
    readonly state: Pick<PresenceState, 'listening'>
    readonly people: ReadonlyMap<PeerId, Pick<PresenceState, 'listening' | 'readyMs'>>
  }
  readonly player: { readonly status: Pick<PlayerStatus, 'outputLatencyMs'> }
  /** The neighbours. */
  readonly linked: () => ReadonlySet<PeerId>
  /** The person's own offset, ms: sound that is made so much later has to be asked for so much earlier. */
  readonly offsetMs: () => number
}

/** Before the first play was written here, ms. */
const USUAL_WRITE_MS = 20
/** While the player does not know its output yet, ms. */
const USUAL_OUTPUT_MS = 50
/** A player that is told of a segment so long before its sound leaves the device starts it in time, ms: one decode and a few render quanta. */
const START_MS = 30
/** What one start in time takes back of what was learned from late ones, and what a write takes back of a slower one. */
const FORGET = 0.1
/** What was learned from late starts is at most this, ms: beyond it, it is the network that is broken, and waiting does not mend it. */
const MAX_LATE_MS = 300
/** Readiness is told in steps, ms: presence is not said anew for every tremble of the output's latency. */
const STEP_MS = 10

/** How long a press must wait for its effect: learned from one's own writing, from the starts that were late here, and from what the others say. */
export class Lead {
  readonly #parts: LeadParts
  #writeMs = USUAL_WRITE_MS
  #lateMs = 0
  #toldMs = 0

  constructor(parts: LeadParts) {
    this.#parts = parts
  }

  /** Lead of a press now, ms. */
  ms(): number {
    const { clock, presence } = this.#parts
    const linked = this.#parts.linked()
    const others = [...presence.people].filter(([, { listening }]) => listening)
    return leadMs({
      writeMs: this.#writeMs,
      roundTripsMs: clock.slowRoundTripsMs(),
      direct: others.every(([peer]) => linked.has(peer)),
      readyMs: [...(presence.state.listening ? [this.#toldMs] : []), ...others.map(([, { readyMs }]) => readyMs)],
    })
  }

  /** A play was written; it took `ms` until it was on its way. */
  wrote(ms: number): void {
    this.#writeMs = Math.min(limits.readyMs, Math.max(ms, this.#writeMs * (1 - FORGET)))
  }

  /** The player has just been told of these plays, at room time `nowMs`. */
  heard(records: readonly VerifiedRecord[], nowMs: number): void {
    if (!this.#parts.presence.state.listening) return
    for (const record of records) {
      if (record.kind !== 'play' || !record.body.playing || record.body.cause === 'anchor') continue
      const spareMs = record.body.startsAtMs - nowMs - this.#outputMs
      // What comes after a partition, or when one joins, says nothing of how fast plays come.
      if (spareMs < -limits.leadMaxMs) continue
      const shortMs = START_MS - spareMs
      this.#lateMs = shortMs > 0 ? Math.min(MAX_LATE_MS, this.#lateMs + shortMs) : this.#lateMs * (1 - FORGET)
    }
  }

  /** What this device needs from having a play in hand to its sound, to be told in presence, ms. */
  readyMs(): number {
    const needMs = this.#outputMs + this.#lateMs
    if (needMs > this.#toldMs || needMs < this.#toldMs - 2 * STEP_MS)
      this.#toldMs = Math.min(limits.readyMs, STEP_MS * Math.ceil(needMs / STEP_MS))
    return this.#toldMs
  }

  get #outputMs(): number {
    const { outputLatencyMs } = this.#parts.player.status
    return Math.max(0, (outputLatencyMs > 0 ? outputLatencyMs : USUAL_OUTPUT_MS) + this.#parts.offsetMs())
  }
}
