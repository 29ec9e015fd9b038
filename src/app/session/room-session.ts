import { formatRoomFragment, type RoomAddress } from '../../domain/address.ts'
import type { Signer } from '../../domain/crypto.ts'
import { RoomLinkError } from '../../domain/errors.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { VerifiedRecord } from '../../domain/record.ts'
import type { RoomState, Segment, Timeline } from '../../domain/room-state.ts'
import { RoomFold } from '../../domain/fold.ts'
import { createTimeline, type RoomTimeline } from '../../domain/timeline.ts'
import type { MediaLibrary } from '../../media/media-library.ts'
import type { ClockService } from '../../net/clock-service.ts'
import type { Link } from '../../net/link.ts'
import type { Transport } from '../../net/transport.ts'
import type { RoomPlayer } from '../../player/player.ts'
import type { Presence } from '../../replica/presence.ts'
import type { Replica } from '../../replica/replica.ts'
import type { RecentRoom, RoomView } from '../room-view.ts'
import { Arrivals } from './arrivals.ts'
import { buildView } from './build-view.ts'
import type { Conduct } from './conduct.ts'
import { Conductor } from './conductor.ts'
import { connectionView, Meeting } from './connection.ts'
import { Covers } from './covers.ts'
import { Imports } from './imports.ts'
import { Lead } from './lead.ts'
import { Mesh } from './mesh.ts'
import type { OwnSound } from './own-sound.ts'
import { servicesOf } from './services.ts'
import { Soon } from './soon.ts'
import type { Onset } from './onset.ts'
import { onSoundNews } from './sound-news.ts'
import { ChatLines, Notices } from './chat-lines.ts'

/** The parts of one open room, made by `main.ts`. */
export interface RoomParts {
  readonly address: RoomAddress
  readonly base: string
  readonly signer: Signer
  readonly scheduler: Scheduler
  readonly random: Random
  readonly conduct: Conduct
  readonly replica: Replica
  readonly presence: Presence
  readonly clock: ClockService
  readonly media: MediaLibrary
  readonly player: RoomPlayer
  readonly onset: Onset
  readonly transports: readonly Transport[]
  readonly sound: OwnSound
  /** Puts the room among those that the start page knows. */
  readonly remember: (room: RecentRoom) => Promise<void>
  /** Something went wrong that stops nothing. */
  readonly onProblem: (problem: unknown) => void
}

/** Snapshots at most this often: people see no difference, phones do. */
const VIEW_PERIOD_MS = 50
const CONDUCT_FADE_MS = 60_000
/** Some of what is shown changes with time alone, such as how long one has tried to connect. */
const IDLE_REFRESH_MS = 2_000

/**
 * One open room: folds its records, keeps player and swarm on the time line, and publishes what people see. Every event marks
 * what it made stale and asks for one `refresh`.
 */
export class RoomSession {
  readonly parts: RoomParts
  readonly imports: Imports
  readonly lead: Lead
  /** Set by the commands: this device is silent by its person's wish while the room plays on. */
  away = false
  readonly #mesh: Mesh
  readonly #arrivals: Arrivals
  readonly #conductor: Conductor
  readonly #covers: Covers
  readonly #notices = new Notices()
  readonly #chatLines = new ChatLines()
  readonly #listeners = new Set<() => void>()
  readonly #unsubscribes: Unsubscribe[]
  readonly #soon: Soon
  #timeline: RoomTimeline | null = null
  #fold: RoomFold
  #loaded = false
  readonly #meeting: Meeting
  #view: RoomView
  #closed = false
  #remembered = ''

  constructor(parts: RoomParts) {
    this.parts = parts
    const { conduct, replica, presence, clock, media, player, sound, scheduler, random } = parts
    this.#soon = new Soon(scheduler, VIEW_PERIOD_MS, () => this.refresh())
    const refresh = (): void => this.#refreshSoon()
    conduct.onCutOff = (peer, why) => {
      parts.onProblem(new Error(`cut off ${peer}: ${why}`))
      this.#mesh.cutOff(peer)
    }
    this.imports = new Imports(refresh, parts.onProblem)
    this.#covers = new Covers((ref, signal) => media.readAll(ref, signal), refresh, parts.onProblem)
    this.#arrivals = new Arrivals(scheduler, refresh)
    this.#conductor = new Conductor({
      ...{ scheduler, random, player, onset: parts.onset, blobs: media },
      anchor: () => this.onAnchor(),
      holds: () => this.#arrivals.holding,
      onTurn: refresh,
    })
    this.#mesh = new Mesh({
      transports: parts.transports,
      room: parts.address,
      signer: parts.signer,
      ...servicesOf(parts),
      refuses: (peer) => conduct.isCutOff(peer),
      onChange: refresh,
    })
    this.#meeting = new Meeting(this.#mesh, scheduler)
    this.lead = new Lead({
      ...{ clock, presence, player },
      linked: () => this.#mesh.peers,
      offsetMs: () => sound.view.offsetMs,
    })
    this.#fold = this.#foldAll()
    this.#view = this.#buildView(null, this.nowMs())
    this.#unsubscribes = [
      replica.onRecords((records) => this.#take(records)),
      replica.onVoided(() => {
        this.#fold = this.#foldAll()
        refresh()
      }),
      replica.onMisbehaviour(conduct.report),
      presence.onMisbehaviour(conduct.report),
      presence.onChange(refresh),
      media.onProgress(refresh),
      onSoundNews(player, scheduler, () => this.#soon.doneAtMs, refresh),
      // A person's own act shows at once.
      sound.onChange(() => this.refresh()),
      clock.onChange(refresh),
      scheduler.every(CONDUCT_FADE_MS, () => conduct.fade()),
      scheduler.every(IDLE_REFRESH_MS, refresh),
    ]
    void replica.ready.then(() => {
      this.#loaded = true
      refresh()
    })
  }

  /** Set by the commands: writes an anchor when one is due. */
  onAnchor: () => void = () => {}

  get view(): RoomView {
    return this.#view
  }

  get links(): ReadonlySet<Link> {
    return this.#mesh.links
  }

  get transports(): Mesh['transports'] {
    return this.#mesh.transports
  }

  /** How two people link by codes; undefined when no network here can. */
  get byHand(): Mesh['byHand'] {
    return this.#mesh.byHand
  }

  /** Joins over one more network; nothing once the room was left. */
  joinOver(transport: Transport): void {
    this.#mesh.join(transport)
  }

  nowMs(): number {
    return this.parts.clock.roomTime.at()
  }

  /** The folded room; throws RoomLinkError while not even its first record has come. */
  timeline(): RoomTimeline {
    this.#follow()
    if (this.#timeline) return this.#timeline
    throw new RoomLinkError(
      'This room has not arrived yet. Keep the page open until somebody who has been in it is online.',
    )
  }

  state(): RoomState {
    return this.timeline().state
  }

  /** What sounds or stands paused right now; null also while the room has not arrived. */
  segment(): Segment | null {
    this.#follow()
    return this.#timeline?.segmentAt(this.nowMs()) ?? null
  }

  subscribe(listener: () => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#soon.clear()
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#arrivals.close()
    this.parts.onset.close()
    this.#conductor.close()
    this.imports.cancelAll()
    this.#covers.close()
    const { presence, clock, media, player, replica, sound } = this.parts
    sound.close()
    // The farewell needs the links; the links need nothing of the rest.
    await presence.close()
    await this.#mesh.leave()
    clock.close()
    media.close()
    await Promise.all([player.close(), replica.close()])
  }

  /** Plays are in a hurry, and a hidden page's timers come late: the player hears of them in this very turn. */
  #take(records: readonly VerifiedRecord[]): void {
    this.#fold.add(records)
    if (!this.#arrivals.inHurry(records, this.nowMs())) return this.#refreshSoon()
    this.refresh()
    this.lead.heard(records, this.nowMs())
  }

  #refreshSoon(): void {
    if (!this.#closed) this.#soon.ask()
  }

  /** Makes everything follow what is known now; commands call it so that a person's own act shows at once. */
  refresh(): void {
    this.#soon.clear()
    this.#follow()
    const nowMs = this.nowMs()
    // Sorting the queue is the costly part: once for what is played and what is shown.
    const shown = this.#timeline?.at(nowMs) ?? null
    if (this.#timeline && shown) this.#conductor.evaluate(this.#timeline, shown, nowMs)
    const { presence, clock } = this.parts
    presence.set({ neighbours: this.#mesh.peers.size, epoch: clock.epoch, readyMs: this.lead.readyMs() })
    this.#notices.update(presence.people.keys(), nowMs, this.#meeting.settledIn())
    this.#view = this.#buildView(shown, nowMs)
    this.#remember()
    for (const listener of [...this.#listeners]) listener()
  }

  /** Once its name is known, and again when that changes. */
  #remember(): void {
    const { room, name, visibility } = this.#view
    if (name === '' || name === this.#remembered) return
    this.#remembered = name
    const { address, scheduler, remember, onProblem } = this.parts
    const recent = { room, name, visibility, fragment: formatRoomFragment(address), lastOpenedMs: scheduler.wallMs() }
    remember(recent).catch(onProblem)
  }

  #foldAll(): RoomFold {
    const fold = new RoomFold(this.parts.address.room)
    fold.add(this.parts.replica.records.values())
    return fold
  }

  /** Brings the time line up to the records; cheap when none has come. */
  #follow(): void {
    const { state } = this.#fold
    if (state !== null && state !== this.#timeline?.state)
      this.#timeline = createTimeline(state, this.#timeline ?? undefined)
  }

  #buildView(timeline: Timeline | null, nowMs: number): RoomView {
    const { address, base, signer, presence, clock, media, player, sound, scheduler } = this.parts
    const { neighbours, errorMs } = clock.diagnostics()
    return buildView({
      address,
      base,
      me: signer.peer,
      listening: presence.state.listening,
      state: this.#timeline?.state ?? null,
      timeline,
      nowMs,
      wallAheadMs: scheduler.wallMs() - nowMs,
      here: presence.people,
      notices: this.#notices,
      chatLines: this.#chatLines,
      connection: connectionView({
        loaded: this.#loaded,
        links: this.#mesh.links,
        reach: this.#mesh.reach,
        lonelyMs: this.#meeting.lonelyMs(),
        othersNear: this.#mesh.attempts > 0 || [...presence.people.keys()].some((peer) => peer !== signer.peer),
      }),
      progress: (ref) => media.progress(ref),
      coverUrl: (ref) => this.#covers.url(ref),
      player: player.status,
      sound: sound.view,
      away: this.away,
      clock: { settled: clock.roomTime.settled, errorMs, neighbours },
      imports: this.imports.views,
    })
  }
}
