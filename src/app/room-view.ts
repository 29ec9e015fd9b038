import type { BlobId, EntryId, PeerId, RecordHash, RoomId } from '../domain/ids.ts'
import type { Listing, Role, Track, Visibility } from '../domain/record.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { Remedy } from '../player/player.ts'
import type { ByHandPort } from './by-hand-view.ts'

/** For the interface, which does not see the player. */
export type { Remedy }

/** All that a room's page shows: an immutable snapshot. A new one is made whenever anything in it changes. */
export interface RoomView {
  readonly room: RoomId
  readonly name: string
  readonly visibility: Visibility
  /** What the lobby is told of a public room, beside its name and what plays. */
  readonly listing: Listing
  readonly link: string
  readonly me: PersonView
  readonly myRole: Role
  readonly people: readonly PersonView[]
  /** Others who are writing a message right now. */
  readonly typing: readonly PersonView[]
  readonly connection: ConnectionView
  readonly now: NowView | null
  readonly queue: readonly QueueEntryView[]
  readonly history: readonly HistoryView[]
  readonly chat: readonly ChatView[]
  readonly sync: SyncView
  readonly sound: SoundView
  readonly imports: readonly ImportView[]
  /** Whether I may play, pause, seek and skip; the reason when not. */
  readonly control: { readonly allowed: true } | { readonly allowed: false; readonly why: string }
}

export interface PersonView {
  readonly peer: PeerId
  readonly name: string
  /** Seed of the drawn face. */
  readonly face: string
  readonly role: Role
  readonly isMe: boolean
  readonly here: boolean
  readonly listening: boolean
}

/**
 * - `loading`: own copy is being read
 * - `connecting`: no link yet, and the meeting point is not reached yet, or others are here
 * - `alone`: meeting point reached, nobody else is here
 * - `no-route`: others are here but no direct connection comes about
 * - `offline`: no meeting point and no links: what is written now merges later
 * - `relayed`: others are reached, all of them through a relay only
 * - `direct`: at least one link leads straight to somebody
 */
export interface ConnectionView {
  readonly state: 'loading' | 'connecting' | 'alone' | 'no-route' | 'offline' | 'relayed' | 'direct'
  /** True when the meeting point is out of reach (links may live on). */
  readonly nodeDown: boolean
}

export type TrackView = Track & {
  /** Object URL of the cover once it is here. */
  readonly coverUrl?: string
}

/** How much of a track's bytes is on this device. */
export type Availability =
  | { readonly state: 'here' }
  | { readonly state: 'fetching'; readonly fraction: number; readonly holders: number }
  | { readonly state: 'missing'; readonly why: string }
  /** Each listener plays it from that host. */
  | { readonly state: 'elsewhere'; readonly host: string }

export interface NowView {
  readonly entry: EntryId
  readonly track: TrackView
  readonly addedBy: PersonView
  readonly playing: boolean
  /** Position now, for first paint; `positionAt` of the session gives it at any instant. */
  readonly positionMs: number
  readonly availability: Availability
  /** Who did what last, e.g. {by, cause: 'pause'}; null when it advanced by itself. */
  readonly lastAction: { readonly by: PersonView; readonly cause: 'play' | 'pause' | 'seek' | 'skip' } | null
}

export interface QueueEntryView {
  readonly id: EntryId
  readonly track: TrackView
  readonly addedBy: PersonView
  readonly votes: number
  readonly voted: boolean
  readonly mine: boolean
  readonly pinned: boolean
  readonly mayPlayNext: boolean
  readonly availability: Availability
}

export interface HistoryView {
  readonly entry: EntryId
  readonly track: TrackView
  readonly addedBy: PersonView
  /** Wall-clock ms at which it began to sound. */
  readonly startedAtMs: number
}

export type ChatView =
  | {
      readonly kind: 'message'
      readonly id: RecordHash
      readonly by: PersonView
      readonly text: string
      readonly atMs: number
    }
  /** Join and leave notices: seen by this device only, never stored. */
  | { readonly kind: 'joined' | 'left'; readonly id: string; readonly by: PersonView; readonly atMs: number }

/**
 * - `off`: "Listen" was not pressed, or the browser asks for it again
 * - `settling`: room time is being agreed on
 * - `idle`: nothing sounds here
 * - `learning`: when what is rendered leaves the loudspeaker is not known yet
 * - `waiting`: bytes or decoder are behind
 * - `ran-dry`: the device got no sound for a moment
 * - `cut-over`: the sound jumped into place a moment ago
 * - `correcting`: it is off by more than the ear may notice, and drawn in
 * - `in-step`
 * - `no-clock`: in step with a room time that nobody else here holds
 */
export interface SyncView {
  readonly state:
    | 'off'
    | 'settling'
    | 'idle'
    | 'learning'
    | 'waiting'
    | 'ran-dry'
    | 'cut-over'
    | 'correcting'
    | 'in-step'
    | 'no-clock'
  /** Estimated audible error against the room, ms; positive when late. */
  readonly errorMs: number
  /** Bound of the room clock's error, ms. */
  readonly clockErrorMs: number
  readonly outputLatencyMs: number
  readonly ratePpm: number
  readonly neighbours: number
  readonly engine: 'audio-graph' | 'media-element'
}

export interface SoundView extends OwnSoundView {
  /** `locked` until "Listen" was pressed, and again while `away`. */
  readonly state: 'locked' | 'silent' | 'waiting' | 'playing' | 'failed'
  /** I stopped my own sound, from the lock screen say; the room plays on. */
  readonly away: boolean
  readonly message?: string
  /** What I may do, for myself alone, about a track that does not play on this device. */
  readonly remedies: readonly Remedy[]
}

/** What this person has set for this device alone. */
export interface OwnSoundView {
  readonly volume: number
  readonly muted: boolean
  /** How late the output in use is, ms. */
  readonly offsetMs: number
  readonly output: OutputView
  /** Whether this device clicks for somebody who sets the offset by ear. */
  readonly tuning: boolean
}

export interface OutputView {
  /** As the system names it; null where the browser does not tell outputs apart, and one offset serves for all. */
  readonly label: string | null
  /** How often another output was gone over to since the room was opened. */
  readonly changes: number
}

/** A file that is being read. */
export interface ImportView {
  readonly id: number
  readonly fileName: string
  readonly state: 'reading' | 'failed'
  readonly fraction: number
  /** What went wrong and what to do, when failed. */
  readonly message?: string
}

/** A room as its page uses it: a snapshot, its changes, and commands. Commands reject with an EarshotError that a person can read. */
export interface RoomPort {
  readonly view: RoomView
  readonly keeping: KeepingPort
  readonly byHand: ByHandPort
  subscribe(listener: () => void): Unsubscribe
  /** Position of the current track right now, in ms. */
  positionMs(): number
  /** Magnitudes 0 to 1 of the audible spectrum, for the visualiser; empty while silent. */
  spectrum(): Uint8Array
  /** Shows the moving pictures of what plays, without controls; null while there are none. Whoever shows it keeps it in the page. */
  picture(): HTMLVideoElement | null
  /** Lets this device sound, in the middle of what plays. To be called from a tap. */
  listen(): Promise<void>
  /** Falls silent on this device alone, until `listen()`. */
  stopListening(): void
  addFiles(files: readonly File[]): Promise<void>
  /** Adds what lies at an address, as `addFiles` does: progress and failure show in `imports`. */
  addLink(address: string): Promise<void>
  addDemoTracks(): Promise<void>
  cancelImport(id: number): void
  vote(entry: EntryId, up: boolean): Promise<void>
  removeEntry(entry: EntryId): Promise<void>
  playNext(entry: EntryId): Promise<void>
  play(): Promise<void>
  pause(): Promise<void>
  seek(positionMs: number): Promise<void>
  skip(): Promise<void>
  send(text: string): Promise<void>
  /** A key was touched in the message line; `typing`: there is something in it. */
  setTyping(typing: boolean): void
  rename(name: string): Promise<void>
  changeFace(face: string): Promise<void>
  renameRoom(name: string): Promise<void>
  /** Says what the lobby is told of the room. */
  list(listing: Listing): Promise<void>
  setVolume(volume: number): void
  setMuted(muted: boolean): void
  setOffset(offsetMs: number): void
  /** Clicks on every second of room time, or stops it; resolves when sound is on. Needs a gesture, as `listen` does. */
  tune(on: boolean): Promise<void>
  resync(): void
  /** One of `view.sound.remedies`. */
  remedy(remedy: Remedy): void
  leave(): Promise<void>
}

/**
 * - `off`: the node does not keep this room
 * - `kept`: what is here is there too
 * - `full`: part of it has no room there
 * - `away`: the node keeps the room and is out of reach
 */
export interface KeepingView {
  /** The node's host. */
  readonly node: string
  readonly state: 'off' | 'kept' | 'full' | 'away'
  /** How long the node keeps the room after somebody was last there, days. */
  readonly days: number
  /** It was asked for on this device, so here it can be ended. */
  readonly mine: boolean
  /** It is being asked for, or ended. */
  readonly busy: boolean
}

/** The nodes that keep rooms for those who ask. */
export interface KeepingPort {
  /** One for each node that is used and keeps rooms. */
  readonly views: readonly KeepingView[]
  subscribe(listener: () => void): Unsubscribe
  /** Asks a node, by its host, to keep the room, or to throw its copy away. Rejects with an EarshotError that a person can read. */
  keep(node: string, on: boolean): Promise<void>
}

/** A room that this device knows, for the start page. */
export interface RecentRoom {
  readonly room: RoomId
  readonly name: string
  readonly visibility: Visibility
  /** `#/r/…`, with the secret for private rooms. */
  readonly fragment: string
  readonly lastOpenedMs: number
  readonly cover?: BlobId
}

/** What the start page needs. */
export interface HomePort {
  recentRooms(): Promise<readonly RecentRoom[]>
  forget(room: RoomId): Promise<void>
  /** Founds a room; the result is its `#/r/…` fragment. */
  startRoom(options: { readonly name: string; readonly visibility: Visibility }): Promise<string>
  readonly me: { readonly name: string; readonly face: string }
  rename(name: string, face: string): Promise<void>
}
