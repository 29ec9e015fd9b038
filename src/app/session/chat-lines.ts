import type { PeerId } from '../../domain/ids.ts'
import type { RoomState } from '../../domain/room-state.ts'
import type { ChatView, PersonView } from '../room-view.ts'

/** Notices kept: enough for a look back, not a log. */
const NOTICES = 50

interface Notice {
  readonly kind: 'joined' | 'left'
  readonly id: string
  readonly peer: PeerId
  /** Room time, ms. */
  readonly atMs: number
}

/** Join and leave notices of this device: seen here only, never stored nor sent. */
export class Notices {
  #known = new Set<PeerId>()
  #list: readonly Notice[] = []
  #count = 0

  get list(): readonly Notice[] {
    return this.#list
  }

  /** `tell` false: who is seen now was here before us, which is no news. */
  update(present: Iterable<PeerId>, atMs: number, tell: boolean): void {
    const now = new Set(present)
    const joined = [...now].filter((peer) => !this.#known.has(peer))
    const left = [...this.#known].filter((peer) => !now.has(peer))
    this.#known = now
    if (!tell) return
    const notice = (kind: Notice['kind']) => (peer: PeerId) => ({ kind, id: `notice-${this.#count++}`, peer, atMs })
    const fresh = [...joined.map(notice('joined')), ...left.map(notice('left'))]
    if (fresh.length > 0) this.#list = [...this.#list, ...fresh].slice(-NOTICES)
  }
}

/** All that chat lines are made of; `wallAheadMs`: wall clock minus room time. */
export interface ChatSources {
  readonly state: RoomState | null
  readonly notices: Notices
  readonly here: unknown
  readonly wallAheadMs: number
}

/** Messages and notices in one order: by time, ties by id. Made anew only when something in them has changed: a chat may be long. */
export class ChatLines {
  #made: readonly unknown[] = []
  #lines: readonly ChatView[] = []

  read(sources: ChatSources, person: (peer: PeerId) => PersonView): readonly ChatView[] {
    const { state, notices, here } = sources
    // Times of day need no more than seconds; room time is slewed all the while.
    const aheadMs = Math.round(sources.wallAheadMs / 1_000) * 1_000
    const made = [state?.chat, state?.profiles, state?.roles, notices.list, here, aheadMs]
    if (made.some((part, i) => part !== this.#made[i])) {
      this.#made = made
      this.#lines = lines(state, notices, person, aheadMs)
    }
    return this.#lines
  }
}

function lines(
  state: RoomState | null,
  notices: Notices,
  person: (peer: PeerId) => PersonView,
  aheadMs: number,
): ChatView[] {
  const messages = (state?.chat ?? []).map((message): ChatView => {
    const { id, by, text, atMs } = message
    return { kind: 'message', id, by: person(by), text, atMs: atMs + aheadMs }
  })
  const others = notices.list.map((notice): ChatView => {
    const { kind, id, peer, atMs } = notice
    return { kind, id, by: person(peer), atMs: atMs + aheadMs }
  })
  return [...messages, ...others].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
}
