import type { PeerId } from '../../domain/ids.ts'
import { generatedProfile, profileOf } from '../../domain/profiles.ts'
import type { RoomState } from '../../domain/room-state.ts'
import type { ChatView, PersonView } from '../room-view.ts'

/** What presence says of one person, whoever sent it on. */
export interface Here {
  readonly name: string
  readonly face: string
  readonly listening: boolean
}

/** What is known of people; `listening`: whether I am, for presence tells me of the others only. */
export interface PeopleSources {
  readonly state: RoomState | null
  readonly here: ReadonlyMap<PeerId, Here>
  readonly me: PeerId
  readonly listening: boolean
}

/** Names, faces and roles from the room's records and from presence; presence is fresher and wins. */
export function personView(peer: PeerId, { state, here, me, listening }: PeopleSources): PersonView {
  const present = here.get(peer)
  const { name, face } = present ?? (state ? profileOf(state, peer) : generatedProfile(peer))
  return {
    peer,
    name,
    face,
    role: state?.roles.get(peer) ?? 'listener',
    isMe: peer === me,
    here: present !== undefined || peer === me,
    listening: peer === me ? listening : (present?.listening ?? false),
  }
}

/** Notices kept: enough for a look back, not a log. */
const NOTICES = 50

type Notice = Extract<ChatView, { kind: 'joined' | 'left' }>

/** Join and leave notices of this device: seen here only, never stored nor sent. */
export class Notices {
  #known = new Set<PeerId>()
  #list: readonly {
    readonly kind: Notice['kind']
    readonly id: string
    readonly peer: PeerId
    readonly atMs: number
  }[] = []
  #count = 0

  get list(): readonly {
    readonly kind: Notice['kind']
    readonly id: string
    readonly peer: PeerId
    readonly atMs: number
  }[] {
    return this.#list
  }

  update(present: Iterable<PeerId>, atMs: number): void {
    const now = new Set(present)
    const joined = [...now].filter((peer) => !this.#known.has(peer))
    const left = [...this.#known].filter((peer) => !now.has(peer))
    this.#known = now
    const fresh = [
      ...joined.map((peer) => ({ kind: 'joined' as const, id: `notice-${this.#count++}`, peer, atMs })),
      ...left.map((peer) => ({ kind: 'left' as const, id: `notice-${this.#count++}`, peer, atMs })),
    ]
    if (fresh.length > 0) this.#list = [...this.#list, ...fresh].slice(-NOTICES)
  }
}

/** Chat and notices in one order: by time, ties by id. */
export function chatView(state: RoomState | null, notices: Notices, person: (peer: PeerId) => PersonView): ChatView[] {
  const messages = (state?.chat ?? []).map(({ id, by, text, atMs }): ChatView => ({
    kind: 'message',
    id,
    by: person(by),
    text,
    atMs,
  }))
  const others = notices.list.map(({ kind, id, peer, atMs }): ChatView => ({ kind, id, by: person(peer), atMs }))
  return [...messages, ...others].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
}
