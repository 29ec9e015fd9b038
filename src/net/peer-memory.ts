import type { Scheduler } from '../domain/scheduler.ts'

/** How long somebody is left alone after a parting, ms. */
export const avoidMs = {
  /** Had no room for an attempt just now: as short as attempts take to end. */
  busy: 3_000,
  /** Closed a link because it had too many: long enough for both to find others. */
  crowded: 15_000,
  misbehaved: 10 * 60_000,
} as const
/** How long a failed attempt counts as a peer without a route. Above the slowest announcement (45 s), which brings the next attempt. */
const failedMs = 50_000
/** How long an announcement says that its sender is about. */
const aboutMs = 120_000
/** Names that one map may hold: strangers make them up for nothing. */
const most = 500

/** What a member remembers of peers that it has no link to. All of it fades. */
export class PeerMemory {
  readonly #scheduler: Scheduler
  readonly #avoided = new Map<string, number>()
  readonly #failed = new Map<string, number>()
  readonly #about = new Map<string, number>()
  readonly #answers = new Map<string, number>()

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** `who` is a name in signals or a PeerId. */
  avoid(who: string, why: keyof typeof avoidMs): void {
    this.#note(this.#avoided, who, avoidMs[why])
  }

  avoids(who: string): boolean {
    return this.#holds(this.#avoided, who)
  }

  failed(session: string): void {
    this.#note(this.#failed, session, failedMs)
  }

  succeeded(session: string): void {
    this.#failed.delete(session)
  }

  /** Peers whose last attempt failed, those in `but` not counted. */
  failures(but: ReadonlySet<string>): number {
    return [...this.#failed.keys()].filter((session) => !but.has(session) && this.#holds(this.#failed, session)).length
  }

  announced(session: string): void {
    this.#note(this.#about, session, aboutMs)
    this.#answers.delete(session)
  }

  /** Somebody else was heard to answer the last announcement of `session`. */
  answered(session: string): void {
    trim(this.#answers).set(session, this.answersTo(session) + 1)
  }

  /** How many others were heard to answer the last announcement of `session`. */
  answersTo(session: string): number {
    return this.#answers.get(session) ?? 0
  }

  /** Whether somebody is about who is neither in `linked` nor avoided. */
  knowsStrangers(linked: ReadonlySet<string>): boolean {
    return [...this.#about.keys()].some(
      (session) => !linked.has(session) && this.#holds(this.#about, session) && !this.avoids(session),
    )
  }

  #note(map: Map<string, number>, key: string, forMs: number): void {
    map.delete(key)
    trim(map).set(key, this.#scheduler.nowMs() + forMs)
  }

  #holds(map: Map<string, number>, key: string): boolean {
    const untilMs = map.get(key)
    if (untilMs === undefined) return false
    if (untilMs > this.#scheduler.nowMs()) return true
    map.delete(key)
    return false
  }
}

/** Makes room for one more: the oldest goes. */
function trim(map: Map<string, number>): Map<string, number> {
  const [oldest] = map.keys()
  if (map.size >= most && oldest !== undefined) map.delete(oldest)
  return map
}
