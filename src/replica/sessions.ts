import type { PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { PresenceNote, PresenceState, SignedNote } from './presence-codec.ts'

/** A person as the room sees them: all their sessions (tabs) as one. */
export interface PersonHere extends PresenceState {
  /** Tabs of this person. */
  readonly sessions: number
}

interface Session {
  readonly author: PeerId
  readonly counter: number
  /** Null after a farewell or when it was silent for too long; the counter stays known. */
  readonly state: PresenceState | null
  readonly message: SignedNote
  readonly heardAtMs: number
}

const keyOf = ({ author, session }: Pick<PresenceNote, 'author' | 'session'>): string => `${author}/${session}`

/** The sessions that were heard of. Gone ones are remembered as long as there is room, so that their old notes do not bring them back. */
export class Sessions {
  /** In the order in which they were last heard. */
  readonly #sessions = new Map<string, Session>()

  /** Whether a note says something newer than what is known. */
  isNews(note: PresenceNote): boolean {
    return note.counter > (this.#sessions.get(keyOf(note))?.counter ?? -1)
  }

  /** Whether a note is exactly the latest that is known. */
  isLatest(note: PresenceNote): boolean {
    return note.counter === this.#sessions.get(keyOf(note))?.counter
  }

  /** Takes a verified note in; true when it changes what people see. */
  take(message: SignedNote, nowMs: number): boolean {
    const { author, counter, state } = message.note
    const key = keyOf(message.note)
    const before = this.#sessions.get(key)
    this.#sessions.delete(key)
    this.#sessions.set(key, { author, counter, state, message, heardAtMs: nowMs })
    const evicted = this.#sessions.size > limits.presenceSessions && this.#evict()
    return evicted || JSON.stringify(before?.state ?? null) !== JSON.stringify(state)
  }

  /** Takes away who was silent since `sinceMs`; true when somebody was. */
  expire(sinceMs: number): boolean {
    let gone = false
    for (const [key, session] of this.#sessions) {
      if (session.heardAtMs >= sinceMs || session.state === null) continue
      this.#sessions.set(key, { ...session, state: null })
      gone = true
    }
    return gone
  }

  /** Those here who were heard last between two instants (the later one excluded). */
  silentBetween(fromMs: number, toMs: number): readonly PeerId[] {
    const within = ({ heardAtMs }: Session) => heardAtMs >= fromMs && heardAtMs < toMs
    return this.#here.filter(within).map((session) => session.author)
  }

  /** The latest notes of those who are here, of everyone or of some authors. */
  latest(authors?: readonly PeerId[]): readonly SignedNote[] {
    const wanted = this.#here.filter(({ author }) => authors === undefined || authors.includes(author))
    return wanted.map((session) => session.message)
  }

  /** Everyone here but `except`: what was said last counts for name, face and typing; one tab that listens is enough, and the slowest one says when it is ready. */
  people(except: PeerId): ReadonlyMap<PeerId, PersonHere> {
    const people = new Map<PeerId, PersonHere>()
    for (const { author, state } of this.#here) {
      if (state === null || author === except) continue
      const other = people.get(author)
      people.set(author, {
        ...state,
        listening: state.listening || (other?.listening ?? false),
        typing: state.typing || (other?.typing ?? false),
        joinedAtMs: Math.min(state.joinedAtMs, other?.joinedAtMs ?? Infinity),
        readyMs: Math.max(state.readyMs, other?.readyMs ?? 0),
        neighbours: state.neighbours + (other?.neighbours ?? 0),
        sessions: 1 + (other?.sessions ?? 0),
      })
    }
    return people
  }

  get #here(): readonly Session[] {
    return [...this.#sessions.values()].filter((session) => session.state !== null)
  }

  /** Forgets one session, gone ones first. True when it was somebody who is here. */
  #evict(): boolean {
    for (const [key, session] of this.#sessions) {
      if (session.state === null) return !this.#sessions.delete(key)
    }
    const oldest = this.#sessions.keys().next().value
    return oldest !== undefined && this.#sessions.delete(oldest)
  }
}
