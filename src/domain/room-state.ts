import type { EntryId, PeerId, RecordHash, RoomId } from './ids.ts'
import type { ControlPolicy, Listing, PlayBody, Role, Track, Visibility } from './record.ts'

/** What the fold of a room's records says. Same set of records, same state, on every device, in any order of arrival. */
export interface RoomState {
  readonly room: RoomId
  readonly founder: PeerId
  readonly visibility: Visibility
  /** Empty until the first charter has come. */
  readonly name: string
  readonly control: ControlPolicy
  /** What the lobby is told, beside the name; absent when nobody said anything. */
  readonly listing?: Listing
  /** Hosts and founder; everyone else is a listener. */
  readonly roles: ReadonlyMap<PeerId, Role>
  readonly profiles: ReadonlyMap<PeerId, { readonly name: string; readonly face: string }>
  /** All entries ever, by id, withdrawn ones too. */
  readonly entries: ReadonlyMap<EntryId, Entry>
  /** Oldest first; ties by hash. */
  readonly chat: readonly ChatMessage[]
  /** Valid plays, oldest turn first, one winner per turn. The last is the winner. */
  readonly plays: readonly Play[]
}

export interface Entry {
  readonly id: EntryId
  readonly track: Track
  readonly addedBy: PeerId
  readonly atMs: number
  /** Room time from which it no longer counts; absent while it stands. */
  readonly withdrawnAtMs?: number
  /** Every stance in force or once in force: a person's stance at t is the latest with `atMs` <= t. */
  readonly votes: readonly {
    readonly by: PeerId
    readonly up: boolean
    readonly atMs: number
    readonly hash: RecordHash
  }[]
  /** Room times at which hosts said "play next", ascending. */
  readonly nextAtMs: readonly number[]
}

export interface ChatMessage {
  readonly id: RecordHash
  readonly by: PeerId
  readonly text: string
  readonly atMs: number
}

export interface Play extends PlayBody {
  readonly hash: RecordHash
  readonly by: PeerId
  readonly atMs: number
}

/** A stretch of room time in which one entry sounds or stands still. */
export interface Segment {
  readonly entry: Entry
  readonly startsAtMs: number
  /** Position in the track at `startsAtMs`. */
  readonly positionMs: number
  /** Room time at which it ends by itself or a later play takes over (known or to come); Infinity when paused for good. */
  readonly endsAtMs: number
  readonly playing: boolean
}

/** What everyone hears, derived from `RoomState` and a room time; never stored. */
export interface Timeline {
  /** What sounds (or stands paused) at `nowMs`; null when the queue has run dry. */
  readonly current: Segment | null
  /** What sounds next without any further message: the boundary's entry, or a play that waits for its start. Never paused. */
  readonly next: Segment | null
  /** Waiting entries in the order in which they will sound, as it stands now; that of `next` first. */
  readonly queue: readonly QueueItem[]
  /** What has sounded, latest first; pauses and seeks of one run are merged. */
  readonly history: readonly Segment[]
}

export interface QueueItem {
  readonly entry: Entry
  readonly voters: readonly PeerId[]
  readonly pinned: boolean
}
