import type { Scheduler } from '../../domain/scheduler.ts'
import type { Link } from '../../net/link.ts'
import type { ConnectionView } from '../room-view.ts'
import type { Mesh } from './mesh.ts'

/** Trying this long without a single link is worth a word: the network lets no direct connection through. */
const NO_ROUTE_AFTER_MS = 12_000

/** Whoever shows up within this time after the meeting point was reached was here before us. */
const SETTLE_IN_MS = 5_000

/** Since when one has met others, or tried to in vain. */
export class Meeting {
  readonly #mesh: Pick<Mesh, 'links' | 'reach' | 'attempts'>
  readonly #scheduler: Scheduler
  #lonelySinceMs: number | null = null
  #metSinceMs: number | null = null

  constructor(mesh: Pick<Mesh, 'links' | 'reach' | 'attempts'>, scheduler: Scheduler) {
    this.#mesh = mesh
    this.#scheduler = scheduler
  }

  /** Whether who comes from now on is new to the room. */
  settledIn(): boolean {
    const nowMs = this.#scheduler.nowMs()
    if (this.#mesh.links.size > 0 || this.#mesh.reach === 'meeting') this.#metSinceMs ??= nowMs
    return this.#metSinceMs !== null && nowMs - this.#metSinceMs >= SETTLE_IN_MS
  }

  /** For how long connections have been tried without one coming about, ms. */
  lonelyMs(): number {
    const lonely = this.#mesh.links.size === 0 && this.#mesh.attempts > 0
    if (!lonely) this.#lonelySinceMs = null
    else this.#lonelySinceMs ??= this.#scheduler.nowMs()
    return this.#lonelySinceMs === null ? 0 : this.#scheduler.nowMs() - this.#lonelySinceMs
  }
}

/** Tells *alone*, *connecting*, *offline*, *no route*, *relayed* and *direct* apart; `lonelyMs`: how long there were attempts and no link. */
export function connectionView(facts: {
  readonly loaded: boolean
  readonly links: Iterable<Pick<Link, 'relayed'>>
  readonly reach: 'meeting' | 'connecting' | 'unreachable'
  readonly lonelyMs: number
  /** Somebody else was here a moment ago, or is being connected to: a link that has just broken leaves nobody alone. */
  readonly othersNear: boolean
}): ConnectionView {
  const nodeDown = facts.reach === 'unreachable'
  return { state: connectionState(facts), nodeDown }
}

function connectionState({
  loaded,
  links,
  reach,
  lonelyMs,
  othersNear,
}: Parameters<typeof connectionView>[0]): ConnectionView['state'] {
  if (!loaded) return 'loading'
  const [some, ...more] = links
  if (some !== undefined) return [some, ...more].every(({ relayed }) => relayed) ? 'relayed' : 'direct'
  if (reach === 'unreachable') return 'offline'
  if (lonelyMs >= NO_ROUTE_AFTER_MS) return 'no-route'
  return reach === 'meeting' && !othersNear ? 'alone' : 'connecting'
}
