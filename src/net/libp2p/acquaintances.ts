import type { Announcement } from './envelope.ts'

/** Announcements that are remembered: strangers make them up for nothing. */
const most = 500

/** What members said of themselves, by session, latest last. */
export class Acquaintances {
  readonly #known = new Map<string, Announcement>()

  hear(announcement: Announcement): void {
    this.#known.delete(announcement.session)
    this.#known.set(announcement.session, announcement)
    const [oldest] = this.#known.keys()
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest)
  }

  get(session: string): Announcement | undefined {
    return this.#known.get(session)
  }

  /** Those that cannot be called for now: they are heard of again when they announce themselves. */
  forget(session: string): void {
    this.#known.delete(session)
  }

  /** The most strangers that one of them has heard of: who has just come has heard of few, and those who have been here for long of nearly all. */
  get mostStrangers(): number {
    return Math.max(0, ...[...this.#known.values()].map(({ strangers }) => strangers))
  }

  /** How many are known beside neighbours. */
  strangers(isNeighbour: (session: string) => boolean): number {
    return [...this.#known.keys()].filter((session) => !isNeighbour(session)).length
  }
}
