import { foldCharter, type Charter } from './charter.ts'
import { ChatFold } from './chat.ts'
import type { EntryId, PeerId, RecordHash, RoomId } from './ids.ts'
import { foldPlays } from './plays.ts'
import { foldProfiles, type Profile } from './profiles.ts'
import { QueueFold } from './queue.ts'
import type { RecordKind, VerifiedRecord } from './record.ts'
import { foldRoles, type Roles } from './roles.ts'
import type { Entry, Play, RoomState } from './room-state.ts'

/** Records of each kind that is folded as a whole, in order of arrival. */
type Lists = {
  readonly [K in Exclude<RecordKind, 'entry' | 'withdraw' | 'next' | 'vote' | 'message'>]: VerifiedRecord<K>[]
}

/**
 * The deterministic fold of a room's records: same set, same state, in any order of arrival (ROOM-1).
 * Incremental: only what depends on the kinds that changed is folded again; states handed out never change.
 */
export class RoomFold {
  readonly #room: RoomId
  readonly #seen = new Set<RecordHash>()
  readonly #lists: Lists = { genesis: [], charter: [], role: [], profile: [], play: [] }
  readonly #queue = new QueueFold()
  readonly #chat = new ChatFold()
  readonly #changed = new Set<RecordKind>()
  #state: RoomState | null = null

  constructor(room: RoomId) {
    this.#room = room
  }

  /** Takes records in; those of other rooms and those known already change nothing. */
  add(records: Iterable<VerifiedRecord>): void {
    for (const record of records) {
      if (this.#seen.has(record.hash) || !this.#isOurs(record)) continue
      this.#seen.add(record.hash)
      this.#changed.add(record.kind)
      switch (record.kind) {
        case 'entry':
        case 'withdraw':
        case 'next':
        case 'vote':
          this.#queue.add(record)
          break
        case 'message':
          this.#chat.add(record)
          break
        default:
          ;(this.#lists[record.kind] as VerifiedRecord[]).push(record)
      }
    }
  }

  /** The state of all records so far, null while the genesis is missing; the same object while nothing changes. */
  get state(): RoomState | null {
    const genesis = this.#lists.genesis[0]
    if (genesis === undefined) return null
    if (this.#changed.size === 0 && this.#state !== null) return this.#state
    const roles = this.#roles(genesis.author)
    const { name, control, listing } = this.#charter(roles)
    const entries = this.#queue.entries(roles)
    this.#state = {
      room: this.#room,
      founder: genesis.author,
      visibility: genesis.body.visibility,
      name,
      control,
      ...(listing === undefined ? {} : { listing }),
      roles,
      profiles: this.#profiles(),
      entries,
      chat: this.#chat.messages,
      plays: this.#plays(entries, control, roles),
    }
    this.#changed.clear()
    return this.#state
  }

  #isOurs(record: VerifiedRecord): boolean {
    // A genesis cannot name the room that its own hash names.
    return record.kind === 'genesis' ? (record.hash as string) === this.#room : record.room === this.#room
  }

  #roles(founder: PeerId): Roles {
    return this.#kept('roles', ['role']) ?? foldRoles(founder, this.#lists.role)
  }

  #charter(roles: Roles): Charter {
    if (roles === this.#state?.roles && !this.#changed.has('charter')) return this.#state
    return foldCharter(roles, this.#lists.charter)
  }

  #profiles(): ReadonlyMap<PeerId, Profile> {
    return this.#kept('profiles', ['profile']) ?? foldProfiles(this.#lists.profile)
  }

  #plays(entries: ReadonlyMap<EntryId, Entry>, control: Charter['control'], roles: Roles): readonly Play[] {
    return (
      this.#kept('plays', ['play', 'entry', 'role', 'charter']) ?? foldPlays(this.#lists.play, entries, control, roles)
    )
  }

  /** The value of the state before, when none of the kinds that it hangs on has changed. */
  #kept<Key extends keyof RoomState>(key: Key, kinds: readonly RecordKind[]): RoomState[Key] | undefined {
    return kinds.some((kind) => this.#changed.has(kind)) ? undefined : this.#state?.[key]
  }
}

/** Folds a whole set of records at once. Null while the genesis is missing. */
export function foldRoom(room: RoomId, records: Iterable<VerifiedRecord>): RoomState | null {
  const fold = new RoomFold(room)
  fold.add(records)
  return fold.state
}
