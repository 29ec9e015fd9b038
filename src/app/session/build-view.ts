import { formatRoomFragment, type RoomAddress } from '../../domain/address.ts'
import type { PeerId } from '../../domain/ids.ts'
import { mayControl, mayPlayNext, mayWithdraw } from '../../domain/permissions.ts'
import { hostOf } from '../../domain/media-url.ts'
import { isLinked, type BlobRef, type Track } from '../../domain/record.ts'
import type { QueueItem, RoomState, Segment, Timeline } from '../../domain/room-state.ts'
import { positionAt } from '../../domain/timeline.ts'
import type { BlobProgress } from '../../media/blobs.ts'
import type { PlayerStatus } from '../../player/player.ts'
import type {
  Availability,
  ConnectionView,
  HistoryView,
  ImportView,
  NowView,
  OwnSoundView,
  PersonView,
  QueueEntryView,
  RoomView,
  SoundView,
  TrackView,
} from '../room-view.ts'
import type { ChatLines, Notices } from './chat-lines.ts'
import { personView, type Here } from './people.ts'
import { syncView } from './sync-view.ts'

/** Everything that a view is made of, read at one instant. */
export interface ViewSources {
  readonly address: RoomAddress
  /** The page's own address without its fragment. */
  readonly base: string
  readonly me: PeerId
  readonly listening: boolean
  readonly state: RoomState | null
  readonly timeline: Timeline | null
  readonly nowMs: number
  /** Wall clock minus room time, to show times of day. */
  readonly wallAheadMs: number
  readonly here: ReadonlyMap<PeerId, Here>
  readonly notices: Notices
  readonly chatLines: ChatLines
  readonly connection: ConnectionView
  readonly progress: (ref: BlobRef) => BlobProgress
  readonly coverUrl: (ref: BlobRef) => string | undefined
  readonly player: PlayerStatus
  readonly sound: OwnSoundView
  readonly away: boolean
  readonly clock: { readonly settled: boolean; readonly errorMs: number; readonly neighbours: number }
  readonly imports: readonly ImportView[]
}

/** Makes the page's snapshot: pure, so that what people see can be tested without a browser. */
export function buildView(sources: ViewSources): RoomView {
  const { address, state, timeline, me } = sources
  const person = (peer: PeerId): PersonView => personView(peer, sources)
  return {
    room: address.room,
    name: state?.name ?? '',
    visibility: state?.visibility ?? (address.secret === undefined ? 'unlisted' : 'private'),
    listing: state?.listing ?? { tags: [] },
    link: sources.base + formatRoomFragment(address),
    me: person(me),
    myRole: state?.roles.get(me) ?? 'listener',
    people: people(sources, person),
    typing: [...sources.here].filter(([peer, { typing }]) => typing && peer !== me).map(([peer]) => person(peer)),
    connection: sources.connection,
    now: timeline?.current ? nowView(timeline.current, sources, person) : null,
    queue: (timeline?.queue ?? []).map((item) => queueView(item, sources, person)),
    history: (timeline?.history ?? []).map((segment) => historyView(segment, sources, person)),
    chat: sources.chatLines.read(sources, person),
    sync: syncView(sources),
    sound: soundView(sources),
    imports: sources.imports,
    control: state ? mayControl(state, me) : { allowed: false, why: 'The room has not arrived yet.' },
  }
}

function people({ here, me }: ViewSources, person: (peer: PeerId) => PersonView): PersonView[] {
  const others = [...here.keys()].filter((peer) => peer !== me).map(person)
  return [person(me), ...others.sort((a, b) => a.name.localeCompare(b.name) || (a.peer < b.peer ? -1 : 1))]
}

function trackView(track: Track, { coverUrl }: ViewSources): TrackView {
  const url = track.cover && coverUrl(track.cover)
  return url === undefined ? track : { ...track, coverUrl: url }
}

function availability(track: Track, { progress, connection }: ViewSources): Availability {
  if (isLinked(track)) return { state: 'elsewhere', host: hostOf(track.url) }
  const { complete, heldBytes, sizeBytes, holders } = progress(track)
  if (complete) return { state: 'here' }
  if (holders > 0 || heldBytes > 0) return { state: 'fetching', fraction: heldBytes / sizeBytes, holders }
  return {
    state: 'missing',
    why:
      connection.state === 'direct' || connection.state === 'relayed'
        ? 'Nobody who is connected has this track yet.'
        : 'Whoever has this track is not connected right now.',
  }
}

function nowView(segment: Segment, sources: ViewSources, person: (peer: PeerId) => PersonView): NowView {
  const { entry, playing } = segment
  const play = sources.state?.plays.at(-1)
  const acted = play !== undefined && play.entry === entry.id && play.cause !== 'anchor' ? play : null
  return {
    entry: entry.id,
    track: trackView(entry.track, sources),
    addedBy: person(entry.addedBy),
    playing,
    positionMs: positionAt(segment, sources.nowMs),
    availability: availability(entry.track, sources),
    lastAction: acted && acted.cause !== 'anchor' ? { by: person(acted.by), cause: acted.cause } : null,
  }
}

function queueView(
  { entry, voters, pinned }: QueueItem,
  sources: ViewSources,
  person: (peer: PeerId) => PersonView,
): QueueEntryView {
  const { state, me } = sources
  return {
    id: entry.id,
    track: trackView(entry.track, sources),
    addedBy: person(entry.addedBy),
    votes: voters.length,
    voted: voters.includes(me),
    mine: state !== null && mayWithdraw(state, me, entry).allowed,
    pinned,
    mayPlayNext: state !== null && mayPlayNext(state, me).allowed,
    availability: availability(entry.track, sources),
  }
}

const historyView = (segment: Segment, sources: ViewSources, person: (peer: PeerId) => PersonView): HistoryView => ({
  entry: segment.entry.id,
  track: trackView(segment.entry.track, sources),
  addedBy: person(segment.entry.addedBy),
  startedAtMs: segment.startsAtMs + sources.wallAheadMs,
})

const soundView = ({ player, sound, away }: ViewSources): SoundView => ({
  state: away ? 'locked' : player.state,
  away,
  remedies: player.remedies ?? [],
  ...(player.message === undefined ? {} : { message: player.message }),
  ...sound,
})
