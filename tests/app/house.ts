import { meetIn } from '../../src/app/session/by-hand.ts'
import { Conduct } from '../../src/app/session/conduct.ts'
import { Onset } from '../../src/app/session/onset.ts'
import { OwnSound } from '../../src/app/session/own-sound.ts'
import { RoomCommands } from '../../src/app/session/room-commands.ts'
import { RoomSession } from '../../src/app/session/room-session.ts'
import type { KeepingPort } from '../../src/app/room-view.ts'
import { Settings } from '../../src/app/settings.ts'
import type { RoomTime } from '../../src/clock/room-time.ts'
import type { RoomAddress } from '../../src/domain/address.ts'
import type { Signer } from '../../src/domain/crypto.ts'
import { generatedProfile } from '../../src/domain/profiles.ts'
import type { Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { hashText, type BlobId } from '../../src/domain/ids.ts'
import type { Loudness } from '../../src/domain/loudness.ts'
import { trackName, type ControlPolicy } from '../../src/domain/record.ts'
import { MediaLibrary } from '../../src/media/media-library.ts'
import { ClockService } from '../../src/net/clock-service.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { quietPath, type PathChoice, type PathModel } from '../../src/net/memory/path.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { KeyValue } from '../../src/platform/key-value.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
import type { PlayerSegment, PlayerStatus, RoomPlayer } from '../../src/player/player.ts'
import { Presence } from '../../src/replica/presence.ts'
import type { ReplicaStore } from '../../src/replica/store.ts'
import { Replica } from '../../src/replica/replica.ts'
import { memoryStore } from '../replica/support/memory-store.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

/** A loudspeaker that only takes note of what it was told to play. */
export class SilentPlayer implements RoomPlayer {
  pictureOf = (): null => null
  /** What it is to play, at times that are known. */
  segments: readonly PlayerSegment[] = []
  /** What it is to keep ready. */
  held: readonly PlayerSegment[] = []
  muted = false
  /** Each segment that has a time as it was told first, with the room time of that. */
  readonly told = new Map<string, { readonly segment: PlayerSegment; readonly atMs: number }>()
  readonly status: PlayerStatus
  readonly #roomTime: RoomTime
  constructor(roomTime: RoomTime, outputLatencyMs: number) {
    this.#roomTime = roomTime
    this.status = { ...SilentPlayer.#status, outputLatencyMs }
  }
  static readonly #status: PlayerStatus = {
    state: 'playing',
    segment: null,
    positionMs: 0,
    errorMs: 0,
    outputLatencyMs: 0,
    ratePpm: 0,
    timing: 'steady',
    engine: 'audio-graph',
    level: 0,
  }
  unlock = (): Promise<void> => Promise.resolve()
  setSegments = (segments: readonly PlayerSegment[]): void => {
    this.segments = segments.filter(({ startsAtMs }) => startsAtMs < Infinity)
    this.held = segments.filter(({ startsAtMs }) => startsAtMs === Infinity)
    for (const segment of this.segments)
      if (!this.told.has(segment.id)) this.told.set(segment.id, { segment, atMs: this.#roomTime.at() })
  }
  setVolume: RoomPlayer['setVolume'] = () => {}
  setMuted = (muted: boolean): void => void (this.muted = muted)
  setOffset: RoomPlayer['setOffset'] = () => {}
  resync = (): void => {}
  outputChanged = (): void => {}
  setClicks: RoomPlayer['setClicks'] = () => {}
  remedy = (): void => {}
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  onStatus = (listener: (status: PlayerStatus) => void): Unsubscribe => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  /** As the audio thread has it told, a few times a second. */
  tell(change: Partial<PlayerStatus> = {}): void {
    for (const listener of this.#listeners) listener({ ...this.status, ...change })
  }
  spectrum = (): Uint8Array => new Uint8Array()
  close = (): Promise<void> => Promise.resolve()
}

/** One member with everything but a browser: the shipped session over the memory transport, in virtual time. */
export interface Member {
  readonly room: RoomCommands
  readonly session: RoomSession
  readonly player: SilentPlayer
  /** Title that this member's player has on the line right now. */
  playing(): string | undefined
}

/** What a simulated device is like. */
export interface Device {
  readonly signer?: Signer
  readonly store?: ReplicaStore
  /** From rendering to the ear, ms. */
  readonly outputLatencyMs?: number
  /** Its own clock, for everything in it; default: true time. */
  readonly clock?: Scheduler
  /** In whose hands its page's timers are. */
  readonly timers?: Scheduler
}

/** Timers of a page that a browser can hold back. */
export class HeldTimers implements Scheduler {
  /** While it is hidden, timers fire at multiples of this only; 0: on time. */
  heldBackMs = 0
  readonly #time: Scheduler

  constructor(time: Scheduler) {
    this.#time = time
  }

  nowMs = (): number => this.#time.nowMs()
  wallMs = (): number => this.#time.wallMs()

  after(delayMs: number, task: () => void): Unsubscribe {
    let cancel = this.#time.after(delayMs, () => {
      const beyondMs = this.heldBackMs === 0 ? 0 : this.nowMs() % this.heldBackMs
      if (beyondMs === 0) task()
      else cancel = this.after(this.heldBackMs - beyondMs, task)
    })
    return () => cancel()
  }

  every(periodMs: number, task: () => void): Unsubscribe {
    let cancel: Unsubscribe
    const next = (): void => {
      cancel = this.after(periodMs, () => {
        next()
        task()
      })
    }
    next()
    return () => cancel()
  }
}

/** A simulated house full of devices; the seed decides everything. */
export class House {
  readonly time = new VirtualTime({ turn: () => new Promise((done) => setImmediate(done)) })
  readonly network: MemoryNetwork
  /** What any member complained of. */
  readonly problems: unknown[] = []
  readonly #random
  readonly #crypto

  constructor(seed: number, path: PathModel | PathChoice = quietPath) {
    this.#random = seededRandom(seed)
    this.#crypto = nodeCrypto(this.#random)
    this.network = new MemoryNetwork({ scheduler: this.time, random: this.#random, crypto: this.#crypto, path })
  }

  /** Founds a room and opens it on the founder's device. */
  async found(
    control: ControlPolicy = 'everyone',
    device: Device = {},
  ): Promise<{ readonly address: RoomAddress; readonly founder: Member }> {
    const { signer = nodeSigner(this.#random), store = memoryStore() } = device
    const { address, replica } = await Replica.found({
      ...this.#context(signer),
      ...{ visibility: 'unlisted', name: 'House', control, storeFor: () => store },
    })
    await replica.close()
    return { address, founder: await this.enter(address, { ...device, signer, store }) }
  }

  async enter(address: RoomAddress, device: Device = {}): Promise<Member> {
    const { signer = nodeSigner(this.#random), store = memoryStore(), outputLatencyMs = 30 } = device
    const { network } = this
    const { clock: ticking = this.time, timers: scheduler = ticking } = device
    const crypto = this.#crypto
    const random = this.#random
    const clock = new ClockService({ me: signer.peer, scheduler, random, foundAfterMs: 500 })
    const context = { ...this.#context(signer), roomNow: () => clock.roomTime.at() }
    const replica = await Replica.open({ ...context, address, store })
    const profile = generatedProfile(signer.peer)
    const initial = {
      ...profile,
      listening: false,
      typing: false,
      joinedAtMs: clock.roomTime.at(),
      neighbours: 0,
      epoch: null,
      readyMs: 0,
    }
    const conduct = new Conduct(scheduler)
    const player = new SilentPlayer(clock.roomTime, outputLatencyMs)
    const session = new RoomSession({
      ...{ address, signer, scheduler, random, conduct, replica, clock, player },
      onset: new Onset(player, scheduler),
      base: 'https://earshot.example/',
      presence: await Presence.open({ address, signer, crypto, scheduler, initial }),
      media: new MediaLibrary({
        ...{ store: new MemoryPieceStore(), crypto, scheduler, random },
        onMisbehaviour: conduct.report,
      }),
      transports: [network.transport(ticking)],
      sound: new OwnSound({
        player,
        outputs: { current: () => Promise.resolve(null), onChange: () => () => {} },
        settings: { volume: 1, muted: false, offsets: [] },
        save: () => Promise.resolve(),
        onProblem: (problem) => this.problems.push(problem),
      }),
      remember: () => Promise.resolve(),
      onProblem: (problem) => this.problems.push(problem),
    })
    const room = new RoomCommands({
      ...{ session, profile },
      settings: new Settings(memoryValues(), signer.peer),
      keeping: noKeeper,
      byHand: meetIn(session, { take: () => () => {} }),
      demoFiles: () => Promise.resolve([]),
      importLink: () => Promise.reject(new Error('no links here')),
      onLeave: () => {},
    })
    await replica.ready
    return {
      ...{ room, session, player },
      playing: () => {
        const id = player.segments[0]?.track.ref.id
        const track = room.view.now?.track
        return track !== undefined && trackName(track) === id ? track.title : undefined
      },
    }
  }

  /** Records the entry of a track whose bytes nobody needs here. */
  async addTrack(member: Member, title: string, durationMs: number, loudness?: Loudness): Promise<void> {
    const id = hashText<BlobId>(await this.#crypto.sha256(new TextEncoder().encode(title)))
    const track = { id, sizeBytes: 1_000, type: 'audio/mpeg', durationMs, title, ...(loudness && { loudness }) }
    await member.room.addTrack(track, title)
  }

  #context(signer: ReturnType<typeof nodeSigner>) {
    const { time: scheduler } = this
    return { signer, crypto: this.#crypto, scheduler, random: this.#random, roomNow: () => scheduler.wallMs() }
  }
}

/** As with a node that keeps nothing. */
const noKeeper: KeepingPort = { views: [], subscribe: () => () => {}, keep: () => Promise.resolve() }

/** A store of values that lives as long as the test. */
export function memoryValues(): KeyValue {
  const values = new Map<string, unknown>()
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
  }
}
