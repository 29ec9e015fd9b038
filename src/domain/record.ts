import type { BlobId, EntryId, PeerId, RecordHash, RoomId } from './ids.ts'
import type { Loudness } from './loudness.ts'
import type { SeekTable } from './seek-table.ts'

/** A blob by content: what the swarm can fetch and verify. */
export interface BlobRef {
  readonly id: BlobId
  readonly sizeBytes: number
  /** MIME type, lower case, e.g. `audio/mpeg`. */
  readonly type: string
}

/** How large a track's picture is meant to be shown, in square pixels, turned upright. */
export interface PictureSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** What an `entry` record says of any track: everything that a queue shows before one byte of it has come. */
interface TrackWords {
  /** Signed length in ms (fractions allowed): every peer walks the queue with it, so that no message is needed at a track's end. */
  readonly durationMs: number
  readonly title: string
  readonly artist?: string
  readonly album?: string
  readonly cover?: BlobRef
  /** Absent when it could not be measured, and in records from before it was. */
  readonly loudness?: Loudness
  /** The file holds moving pictures beside its sound. */
  readonly video?: PictureSize
}

/** A track whose bytes members have and give to one another. */
export interface FileTrack extends BlobRef, TrackWords {
  /** Only of formats that have none in themselves; absent in records from before there were any. */
  readonly seekTable?: SeekTable
}

/** A track that each listener plays from where it lies, because its host lets pages play it and not read it. */
export interface LinkedTrack extends TrackWords {
  /** As `new URL(url).href` writes it: http or https, no name or password in it. */
  readonly url: string
}

export type Track = FileTrack | LinkedTrack

export const isLinked = (track: Track): track is LinkedTrack => 'url' in track

/** One name for one sound. */
export const trackName = (track: Track): string => (isLinked(track) ? track.url : track.id)

export type Visibility = 'public' | 'unlisted' | 'private'
export type Role = 'founder' | 'host' | 'listener'
/** Who may play, pause, seek and skip. */
export type ControlPolicy = 'everyone' | 'hosts'

export const moods = ['calm', 'focus', 'happy', 'energetic', 'party', 'melancholic'] as const
export type Mood = (typeof moods)[number]

/** A cell of one degree of latitude and longitude, about 100 km wide: its south-west corner. */
export interface CoarsePlace {
  readonly latitudeDeg: number
  readonly longitudeDeg: number
}

/** What a public room says of itself in the lobby, beside its name and what plays. */
export interface Listing {
  readonly tags: readonly string[]
  readonly mood?: Mood
  /** Of the talk: a primary language subtag (BCP 47), lower case, e.g. `en`. */
  readonly language?: string
  /** Only where a host wanted it. */
  readonly place?: CoarsePlace
}

/** Bodies by kind. Later records supersede earlier ones by rule; removal is a record too. */
export interface RecordBodies {
  /** First record of a room: its hash is the room id. `nonce` makes two rooms of one founder differ. */
  genesis: { readonly nonce: Uint8Array; readonly visibility: Visibility }
  charter: { readonly name: string; readonly control: ControlPolicy; readonly listing?: Listing }
  /** Makes a person host or listener; only the founder may, and hosts where the charter allows. */
  role: { readonly peer: PeerId; readonly role: Exclude<Role, 'founder'> }
  profile: { readonly name: string; readonly face: string }
  entry: { readonly track: Track }
  withdraw: { readonly entry: EntryId }
  /** A host's "play next": the entry stands before all votes; a later `next` stands before an earlier one. */
  next: { readonly entry: EntryId }
  vote: { readonly entry: EntryId; readonly up: boolean }
  message: { readonly text: string }
  play: PlayBody
}
export type RecordKind = keyof RecordBodies

export type PlayCause = 'play' | 'pause' | 'seek' | 'skip' | 'anchor'

/**
 * A play: from room time `startsAtMs` on, `entry` sounds from `positionMs` (or stands still there, when `playing` is false).
 * `anchor` repeats what every peer computed by itself, so that history need not be walked again.
 */
export interface PlayBody {
  /** Null: silence; the queue has run dry or was skipped to its end. */
  readonly entry: EntryId | null
  readonly positionMs: number
  readonly startsAtMs: number
  readonly playing: boolean
  /** Rises by one over the winner that its author knew. */
  readonly turn: number
  readonly cause: PlayCause
}

/** Root maps of the room document and the kinds that may stand in each. */
export const kindsByMap = {
  room: ['genesis', 'charter', 'role', 'profile'],
  queue: ['entry', 'withdraw', 'next'],
  votes: ['vote'],
  chat: ['message'],
  playback: ['play'],
} as const satisfies Record<string, readonly RecordKind[]>
export type RootMap = keyof typeof kindsByMap

/** A record whose signature, place in the document and form were checked. */
export type VerifiedRecord<K extends RecordKind = RecordKind> = K extends RecordKind
  ? {
      readonly hash: RecordHash
      readonly v: 1
      /** The room; in a genesis record, which names the room by its own hash, the empty string. */
      readonly room: RoomId | ''
      readonly author: PeerId
      /** Counts the author's records of this session from 0; equals `yClock`. */
      readonly seq: number
      /** Author's room time in ms when it was written. */
      readonly at: number
      readonly kind: K
      readonly body: RecordBodies[K]
      /** The author's random number of this page load; `yClient` is derived from room, author and session, so nobody can take another's. */
      readonly session: number
      readonly yClient: number
      readonly yClock: number
    }
  : never
