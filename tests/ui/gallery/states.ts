import type { QueueEntryView, RoomView, TrackView } from '../../../src/app/room-view.ts'
import type { BlobId, EntryId, RecordHash, RoomId } from '../../../src/domain/ids.ts'
import { ada, bo, chidi, everyone, maximiliane, me, others, roomFragment, yuki } from './people.ts'

/** A picture in three colours, as covers are. */
const cover = (sky: string, sun: string, sea: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${sky}"/><stop offset="1" stop-color="${sun}"/></linearGradient></defs><rect width="400" height="400" fill="url(#g)"/><circle cx="270" cy="170" r="78" fill="${sun}"/><path d="M0 270q100-50 200 0t200 0v130H0Z" fill="${sea}"/><path d="M0 320q100-40 200 0t200 0v80H0Z" fill="${sea}" opacity=".6"/></svg>`,
  )}`

let count = 0
const track = (title: string, artist: string | undefined, seconds: number, coverUrl?: string): TrackView => ({
  id: `${title}${'-'.repeat(43)}`.slice(0, 43) as BlobId,
  sizeBytes: 4_000_000,
  type: 'audio/mpeg',
  durationMs: seconds * 1000,
  title,
  ...(artist === undefined ? {} : { artist }),
  ...(coverUrl === undefined ? {} : { coverUrl }),
})
const entry = (of: TrackView, more: Partial<QueueEntryView> = {}): QueueEntryView => ({
  id: `entry${count++}` as EntryId,
  track: of,
  addedBy: ada,
  votes: 0,
  voted: false,
  mine: false,
  pinned: false,
  mayPlayNext: false,
  availability: { state: 'here' },
  ...more,
})

const dusk = track('Harbour at Dusk', 'The Slow Ferries', 247, cover('#1d2b64', '#f8a170', '#123047'))
const midday = Date.UTC(2026, 10, 21, 20, 14)
const minute = 60_000

/** A room with everybody in it and everything going on. */
const busy = (): RoomView => ({
  room: 'A'.repeat(43) as RoomId,
  name: 'Friday Kitchen',
  visibility: 'unlisted',
  listing: { tags: [] },
  link: `https://earshot.example/${roomFragment}`,
  me,
  myRole: 'host',
  people: everyone,
  typing: [chidi],
  connection: { state: 'direct', nodeDown: false },
  now: {
    entry: 'now' as EntryId,
    track: dusk,
    addedBy: ada,
    playing: true,
    positionMs: 83_000,
    availability: { state: 'here' },
    lastAction: { by: bo, cause: 'seek' },
  },
  queue: [
    entry(track('Paper Lanterns', 'Mio & the Tide', 201, cover('#7b2d43', '#ffcf56', '#2a1a3e')), {
      addedBy: bo,
      votes: 5,
      voted: true,
      mayPlayNext: true,
    }),
    entry(track('Low Orbit', 'Kestrel', 312, cover('#06373a', '#7ef0c5', '#021b1e')), {
      addedBy: me,
      votes: 3,
      mine: true,
      mayPlayNext: true,
    }),
    entry(
      track('A Very Long Title That Goes On About the Weather in the North', 'An Orchestra With a Long Name', 428),
      {
        addedBy: maximiliane,
        votes: 2,
        mayPlayNext: true,
        availability: { state: 'fetching', fraction: 0.62, holders: 2 },
      },
    ),
    entry(track('untitled_take3_final', undefined, 95), {
      addedBy: chidi,
      votes: 1,
      mayPlayNext: true,
      availability: { state: 'missing', why: 'nobody here has it any more' },
    }),
    entry(track('夜の電車', '雪', 266, cover('#2b2b2b', '#d0d0d0', '#555555')), {
      addedBy: yuki,
      votes: 0,
      mayPlayNext: true,
    }),
    entry(track('Second Breakfast', 'Kestrel', 188), { addedBy: me, votes: 0, mine: true, mayPlayNext: true }),
    entry(track('Glasshouse', 'Ines', 233, cover('#c9e265', '#4c9f70', '#20504f')), {
      addedBy: others[2] ?? ada,
      mayPlayNext: true,
    }),
  ],
  history: [
    {
      entry: 'h1' as EntryId,
      track: track('Morning Static', 'Kestrel', 180),
      addedBy: ada,
      startedAtMs: midday - 5 * minute,
    },
    {
      entry: 'h2' as EntryId,
      track: track('Copper Wire', 'Mio & the Tide', 180),
      addedBy: bo,
      startedAtMs: midday - 9 * minute,
    },
  ],
  chat: [
    { kind: 'joined', id: 'j1', by: chidi, atMs: midday - 12 * minute },
    {
      kind: 'message',
      id: 'c1' as RecordHash,
      by: ada,
      text: 'Welcome! Drop whatever you like, the queue is wide open tonight.',
      atMs: midday - 11 * minute,
    },
    { kind: 'message', id: 'c2' as RecordHash, by: chidi, text: 'This one is gorgeous', atMs: midday - 8 * minute },
    { kind: 'message', id: 'c3' as RecordHash, by: chidi, text: 'Where did you find it?', atMs: midday - 7.5 * minute },
    {
      kind: 'message',
      id: 'c4' as RecordHash,
      by: ada,
      text: 'A friend of a friend recorded it on a ferry. You can hear the engine at 2:10 if you listen closely',
      atMs: midday - 6 * minute,
    },
    { kind: 'left', id: 'l1', by: others[0] ?? ada, atMs: midday - 5 * minute },
    { kind: 'joined', id: 'j2', by: others[0] ?? ada, atMs: midday - 4.8 * minute },
    { kind: 'message', id: 'c5' as RecordHash, by: yuki, text: 'こんばんは 🎧', atMs: midday - 3 * minute },
    { kind: 'message', id: 'c6' as RecordHash, by: me, text: 'Voting for Paper Lanterns!', atMs: midday - 1 * minute },
  ],
  sync: {
    state: 'in-step',
    errorMs: 0.3,
    clockErrorMs: 1.2,
    outputLatencyMs: 42,
    ratePpm: 12,
    neighbours: 8,
    engine: 'audio-graph',
  },
  sound: {
    state: 'playing',
    away: false,
    remedies: [],
    volume: 0.72,
    muted: false,
    offsetMs: 0,
    output: { label: null, changes: 0 },
    tuning: false,
  },
  imports: [],
  control: { allowed: true },
})

const alone = (): RoomView => ({
  ...busy(),
  me: { ...me, role: 'founder' },
  myRole: 'founder',
  people: [{ ...me, role: 'founder' }],
  typing: [],
  connection: { state: 'alone', nodeDown: false },
  chat: [],
  sync: {
    state: 'no-clock',
    errorMs: 0,
    clockErrorMs: 0,
    outputLatencyMs: 42,
    ratePpm: 0,
    neighbours: 0,
    engine: 'audio-graph',
  },
})

const empty = (): RoomView => ({
  ...alone(),
  now: null,
  queue: [],
  history: [],
  sound: { ...busy().sound, state: 'silent' },
})

const watching = (): RoomView => {
  const view = busy()
  return view.now === null
    ? view
    : { ...view, now: { ...view.now, track: { ...dusk, type: 'video/mp4', video: { widthPx: 1920, heightPx: 1080 } } } }
}

/** Every state that a room's page can be in, by name. */
export const states = {
  busy,
  alone,
  empty,
  locked: (): RoomView => ({
    ...busy(),
    sound: { ...busy().sound, state: 'locked' },
    sync: { ...busy().sync, state: 'off' },
    myRole: 'listener',
  }),
  away: (): RoomView => ({
    ...busy(),
    sound: { ...busy().sound, state: 'locked', away: true },
    sync: { ...busy().sync, state: 'off' },
  }),
  loading: (): RoomView => ({
    ...empty(),
    name: '',
    connection: { state: 'loading', nodeDown: false },
    sync: { ...empty().sync, state: 'off' },
  }),
  connecting: (): RoomView => ({
    ...busy(),
    people: [me],
    connection: { state: 'connecting', nodeDown: false },
    sync: { ...busy().sync, state: 'settling' },
  }),
  offline: (): RoomView => ({
    ...busy(),
    people: [me],
    connection: { state: 'offline', nodeDown: true },
    sync: { ...busy().sync, state: 'no-clock' },
  }),
  'no-route': (): RoomView => ({
    ...busy(),
    people: [me],
    connection: { state: 'no-route', nodeDown: false },
    sync: { ...busy().sync, state: 'no-clock' },
  }),
  /** Everyone is reached, but through the node. */
  relayed: (): RoomView => ({ ...busy(), connection: { state: 'relayed', nodeDown: false } }),
  'node-down': (): RoomView => ({ ...busy(), connection: { state: 'direct', nodeDown: true } }),
  /** A public room that says of itself what the lobby is told. */
  listed: (): RoomView => ({
    ...busy(),
    visibility: 'public',
    listing: { tags: ['jazz', 'vinyl'], mood: 'calm', language: 'en', place: { latitudeDeg: 59, longitudeDeg: 10 } },
  }),
  /** A video plays. */
  video: (): RoomView => watching(),
  /** The same before the first tap. */
  'video-locked': (): RoomView => ({ ...watching(), sound: { ...busy().sound, state: 'locked' } }),
  /** This browser has no decoder for what plays. */
  'no-decoder': (): RoomView => ({
    ...busy(),
    sound: {
      ...busy().sound,
      state: 'failed',
      message: 'This browser cannot decode ac-3. Another browser on this device may.',
      remedies: ['other-engine', 'skip'],
    },
    sync: { ...busy().sync, state: 'off' },
  }),
  skipped: (): RoomView => ({
    ...busy(),
    sound: { ...busy().sound, state: 'silent', remedies: ['back'] },
    sync: { ...busy().sync, state: 'off' },
  }),
  /** Someone else rules the music, the track's bytes are not here, and files are being read. */
  error: (): RoomView => {
    const view = busy()
    return {
      ...view,
      control: { allowed: false, why: 'Only hosts may play, pause and skip in this room.' },
      now:
        view.now === null
          ? null
          : {
              ...view.now,
              playing: false,
              lastAction: { by: ada, cause: 'pause' },
              availability: { state: 'missing', why: 'nobody who has it is here' },
            },
      sound: { ...view.sound, state: 'waiting', muted: true },
      sync: { ...view.sync, state: 'correcting', errorMs: 38 },
      imports: [
        { id: 1, fileName: 'Nocturne in C sharp minor (live, long recording).flac', state: 'reading', fraction: 0.4 },
        {
          id: 2,
          fileName: 'holiday.jpg',
          state: 'failed',
          fraction: 0,
          message: 'This is a picture, not music. Earshot reads MP3, M4A, FLAC, Opus, Ogg and WAV.',
        },
      ],
    }
  },
} satisfies Record<string, () => RoomView>

export type StateName = keyof typeof states
