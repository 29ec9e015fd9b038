import { Nodes } from '../../../src/app/nodes.ts'
import type { LobbyPort, LobbyRoom } from '../../../src/app/lobby.ts'
import type { HomePort, KeepingView, RecentRoom, Remedy, RoomPort, RoomView } from '../../../src/app/room-view.ts'
import type { ByHandPort, ByHandView } from '../../../src/app/by-hand-view.ts'
import type { EntryId, RoomId } from '../../../src/domain/ids.ts'
import type { Listing } from '../../../src/domain/record.ts'
import { CodeError, EarshotError, PermissionError } from '../../../src/domain/errors.ts'
import { me, roomFragment } from './people.ts'

/** A video that never moves, for its picture's sake. */
const stillVideo = document.createElement('video')
stillVideo.poster = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1920 1080" width="1920" height="1080"><rect width="1920" height="1080" fill="#27496d"/><circle cx="1400" cy="380" r="190" fill="#f8a170"/><path d="M0 760q480-160 960 0t960 0v320H0Z" fill="#123047"/></svg>',
)}`

const openRooms: readonly LobbyRoom[] = [
  {
    ...{ title: 'Blue Hour Jazz', listeners: 23, mood: 'calm', tags: ['jazz', 'vinyl'], language: 'en' },
    playing: { title: 'Harbour at Dusk', artist: 'The Slow Ferries' },
  },
  { ...{ title: 'Kitchen Disco on a Saturday Night in Gothenburg', listeners: 1, mood: 'party', tags: ['disco'] } },
  {
    ...{ title: 'Deep work', listeners: 214, mood: 'focus', tags: ['ambient', 'drone', 'no vocals'], distanceKm: 420 },
    playing: { title: 'A very long title that has to end somewhere before the card does' },
  },
].map((room, i) => ({ ...room, room: String(i).repeat(43) as RoomId, fragment: roomFragment }) as LobbyRoom)

/** Three open rooms, or none. */
export const fakeLobby = (calls: unknown[][], open: boolean): LobbyPort => ({
  open: () => () => {},
  subscribe: () => () => {},
  rooms: (_order, { words = '', mood }) =>
    (open ? openRooms : []).filter(
      (room) => room.title.toLowerCase().includes(words.toLowerCase()) && (mood === undefined || mood === room.mood),
    ),
  languages: ['en', 'no'],
  located: false,
  locate: async () => void calls.push(['locate']),
})

/** The real list, of nodes that are connected, not heard of yet, and away. */
export function fakeNodes(): Nodes {
  const nodes = new Nodes({
    own: 'wss://earshot.example',
    added: ['wss://node.friends-of-loud-music.example:8443', 'wss://attic.example'],
    save: () => Promise.resolve(),
    secure: true,
  })
  nodes.heard('wss://earshot.example', true)
  nodes.heard('wss://node.friends-of-loud-music.example:8443', false)
  return nodes
}

/** A room that does as it is told, and writes down what it was told. */
export class FakeRoom implements RoomPort {
  view: RoomView
  readonly keeping = {
    views: [{ node: 'earshot.example', state: 'off', days: 90, mine: false, busy: false }] as readonly KeepingView[],
    subscribe: (listener: () => void) => this.subscribe(listener),
    keep: async (node: string, on: boolean): Promise<void> => {
      this.#note('keep', node, on)
      if (this.refusal !== null) throw new EarshotError(this.refusal)
      this.tellKeeping({ state: on ? 'kept' : 'off', mine: on })
    },
  }
  readonly byHand: ByHandPort = new FakeByHand(
    (...call) => this.#note(...call),
    () => this.change({}),
  )
  readonly #calls: unknown[][]
  readonly #listeners = new Set<() => void>()

  constructor(view: RoomView, calls: unknown[][]) {
    this.view = view
    this.#calls = calls
  }

  /** Changes the view, as the program behind a real port would. */
  change(part: Partial<RoomView>): void {
    this.view = { ...this.view, ...part }
    for (const listener of this.#listeners) listener()
  }

  /** Why the node does not do what it is asked for. */
  refusal: string | null = null

  /** What the node says of keeping the room; null where it keeps none. */
  tellKeeping(part: Partial<KeepingView> | null): void {
    this.keeping.views = part === null ? [] : this.keeping.views.map((view) => ({ ...view, ...part }))
    this.change({})
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  positionMs(): number {
    return this.view.now?.positionMs ?? 0
  }
  spectrum(): Uint8Array {
    return Uint8Array.from({ length: 128 }, (_, i) => 110 + 100 * Math.sin(i / 2.1) * Math.cos(i / 5))
  }
  picture(): HTMLVideoElement | null {
    return this.view.now?.track.video === undefined || this.view.sound.state === 'locked' ? null : stillVideo
  }
  stopListening(): void {
    this.#note('stopListening')
  }

  async listen(): Promise<void> {
    this.#note('listen')
    this.change({ sound: { ...this.view.sound, state: 'playing' } })
  }
  addLink = async (address: string): Promise<void> => this.#note('addLink', address)
  addFiles = async (files: readonly File[]): Promise<void> =>
    this.#note(
      'addFiles',
      files.map((file) => file.name),
    )
  addDemoTracks = async (): Promise<void> => this.#note('addDemoTracks')
  cancelImport = (id: number): void => this.#note('cancelImport', id)
  async vote(entry: EntryId, up: boolean): Promise<void> {
    this.#note('vote', entry, up)
    this.change({
      queue: this.view.queue.map((item) =>
        item.id === entry ? { ...item, voted: up, votes: item.votes + (up ? 1 : -1) } : item,
      ),
    })
  }
  removeEntry = (entry: EntryId): Promise<void> => {
    this.#note('removeEntry', entry)
    return Promise.reject(new PermissionError('It sounds in a moment and cannot be removed any more.'))
  }
  playNext = async (entry: EntryId): Promise<void> => this.#note('playNext', entry)
  list = async (listing: Listing): Promise<void> => this.#note('list', listing)
  play = async (): Promise<void> => this.#playing('play', true)
  pause = async (): Promise<void> => this.#playing('pause', false)
  seek = async (positionMs: number): Promise<void> => this.#note('seek', Math.round(positionMs))
  skip = async (): Promise<void> => this.#note('skip')
  async send(text: string): Promise<void> {
    this.#note('send', text)
    const id = `sent ${this.view.chat.length}`
    this.change({
      chat: [
        ...this.view.chat,
        { kind: 'message', id: id as never, by: this.view.me, text, atMs: Date.UTC(2026, 10, 21, 20, 15) },
      ],
    })
  }
  rename = async (name: string): Promise<void> => this.#note('rename', name)
  changeFace = async (face: string): Promise<void> => this.#note('changeFace', face)
  renameRoom = async (name: string): Promise<void> => this.#note('renameRoom', name)
  setVolume = (volume: number): void => {
    this.#note('setVolume', volume)
    this.change({ sound: { ...this.view.sound, volume } })
  }
  setMuted = (muted: boolean): void => {
    this.#note('setMuted', muted)
    this.change({ sound: { ...this.view.sound, muted } })
  }
  setOffset = (offsetMs: number): void => {
    this.#note('setOffset', offsetMs)
    this.change({ sound: { ...this.view.sound, offsetMs } })
  }
  async tune(on: boolean): Promise<void> {
    this.#note('tune', on)
    this.change({ sound: { ...this.view.sound, tuning: on } })
  }
  /** What it was told of typing; apart from the commands, for every key says it. */
  readonly typed: boolean[] = []
  setTyping = (typing: boolean): void => void this.typed.push(typing)
  resync = (): void => this.#note('resync')
  remedy = (remedy: Remedy): void => this.#note('remedy', remedy)
  leave = async (): Promise<void> => this.#note('leave')

  #playing(command: string, playing: boolean): void {
    this.#note(command)
    if (this.view.now !== null) this.change({ now: { ...this.view.now, playing } })
  }

  #note(...call: unknown[]): void {
    this.#calls.push(call)
  }
}

const codeLink = (kind: string): string => `https://earshot.example/${kind}${'Ab3_-x9Q'.repeat(26)}`

/** Meets whoever is asked for: one step with each command. */
class FakeByHand implements ByHandPort {
  view: ByHandView = { state: 'idle' }
  readonly #note: (...call: unknown[]) => void
  readonly #changed: () => void

  constructor(note: (...call: unknown[]) => void, changed: () => void) {
    this.#note = note
    this.#changed = changed
  }

  invite(): void {
    this.#note('invite')
    const expiresAtMs = Date.UTC(2026, 10, 21, 20, 24)
    this.#show({ state: 'showing', role: 'inviting', link: codeLink(`${roomFragment}/`), expiresAtMs })
  }
  answer(code: string): void {
    this.#note('answer', code)
    const expiresAtMs = Date.UTC(2026, 10, 21, 20, 24)
    this.#show({ state: 'showing', role: 'answering', link: codeLink('#/a/'), expiresAtMs })
  }
  async accept(pasted: string): Promise<void> {
    this.#note('accept', pasted)
    if (pasted === 'wrong') throw new CodeError('This code is cut off or damaged. Copy all of it once more.')
    this.#show({ state: 'linked', role: 'inviting' })
  }
  cancel(): void {
    this.#note('cancel')
    this.#show({ state: 'idle' })
  }
  /** What is shown when it came to nothing. */
  fail(why: string): void {
    this.#show({ state: 'failed', role: 'inviting', why })
  }

  #show(view: ByHandView): void {
    this.view = view
    this.#changed()
  }
}

const recent = (name: string, letter: string, visibility: RecentRoom['visibility']): RecentRoom => ({
  room: letter.repeat(43) as RoomId,
  name,
  visibility,
  fragment: roomFragment,
  lastOpenedMs: Date.UTC(2026, 10, 20, 12),
})

export function fakeHome(calls: unknown[][], first: boolean): HomePort {
  return {
    recentRooms: async () =>
      first
        ? []
        : [
            recent('Friday Kitchen', 'A', 'unlisted'),
            recent('Album club: the long winter', 'B', 'private'),
            recent('Lobby radio', 'C', 'public'),
          ],
    forget: async (room) => void calls.push(['forget', room]),
    startRoom: async (options) => {
      calls.push(['startRoom', options])
      return roomFragment
    },
    me: { name: me.name, face: me.face },
    rename: async (name, face) => void calls.push(['rename', name, face]),
  }
}
