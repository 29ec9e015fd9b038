import { levellingGain } from '../../domain/loudness.ts'
import { UnsupportedError } from '../../domain/errors.ts'
import { isLinked, type BlobRef, type Track } from '../../domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { RoomState, Segment, Timeline } from '../../domain/room-state.ts'
import type { RoomTimeline } from '../../domain/timeline.ts'
import type { Blobs } from '../../media/blobs.ts'
import type { Player, PlayerSegment } from '../../player/player.ts'
import { limits } from '../../domain/limits.ts'
import type { Onset } from './onset.ts'

interface ConductorOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly blobs: Blobs
  readonly player: Player
  readonly onset: Onset
  /** Confirms in writing what the room reached by itself; a no-op when somebody has done so already. */
  readonly anchor: () => void
  /** The past is still coming in: what sounds is left alone. */
  readonly holds: () => boolean
  /** The timeline has turned a corner: what people see changes without any message. */
  readonly onTurn: () => void
}

/** Entries of the queue whose bytes are fetched ahead of need. */
const FETCH_AHEAD = 4
/** What comes next is fetched in any case when the current track ends within this. */
const SOON_MS = 30_000

/**
 * Keeps player and swarm on the room's time line. All events end in one `evaluate`: what should sound now and next, what bytes
 * that needs, and when to look again; nothing else is remembered.
 */
export class Conductor {
  readonly #options: ConductorOptions
  #wake: Unsubscribe | null = null
  #anchor: Unsubscribe | null = null
  #anchoring: string | null = null
  /** Whether the player was given something that sounds now. */
  #sounds = false
  #shared: RoomState['entries'] | null = null

  constructor(options: ConductorOptions) {
    this.#options = options
    options.onset.onOver(options.onTurn)
  }

  /** `timeline` is what `timelines` says of `nowMs`. */
  evaluate(timelines: RoomTimeline, timeline: Timeline, nowMs: number): void {
    const { player, blobs, holds } = this.#options
    if (!this.#sounds || !holds()) {
      player.setSegments(toPlay(timeline).map((segment) => this.#playerSegment(segment)))
      this.#sounds = timeline.current?.playing === true
    }
    blobs.want(this.#wanted(timeline, nowMs))
    this.#share(timelines.state)
    this.#planAnchor(timelines.advancedByItselfAt(nowMs) ? timeline.current : null)
    this.#planWake(timeline, nowMs)
  }

  close(): void {
    this.#wake?.()
    this.#anchor?.()
  }

  #playerSegment(segment: Segment): PlayerSegment {
    return {
      id: segmentId(segment),
      track: this.#source(segment.entry.track),
      startsAtMs: segment.playing ? segment.startsAtMs : Infinity,
      positionMs: segment.positionMs,
      endsAtMs: segment.playing ? segment.endsAtMs : Infinity,
      gain: levellingGain(segment.entry.track.loudness),
      video: segment.entry.track.video !== undefined,
    }
  }

  /** While sound begins, no bytes of what comes later: to fetch and verify them takes the processor from it. */
  #wanted(timeline: Timeline, nowMs: number): BlobRef[] {
    if (!this.#options.onset.isUnderWay) return wanted(timeline, FETCH_AHEAD)
    const endsSoon = timeline.current === null || timeline.current.endsAtMs - nowMs < SOON_MS
    return wanted(timeline, endsSoon ? 1 : 0)
  }

  #source(track: Track): PlayerSegment['track'] {
    if (!isLinked(track)) {
      const { seekTable } = track
      return { ...this.#options.blobs.reader(track), ...(seekTable && { seekTable }) }
    }
    const { url } = track
    const read = (): Promise<never> =>
      Promise.reject(new UnsupportedError('The host of this track does not let pages read it.'))
    return { ref: { id: url, sizeBytes: 0, type: '' }, url, read }
  }

  /** Members may be given what the room's records name, and nothing else that happens to be on this device. */
  #share({ entries }: RoomState): void {
    if (entries === this.#shared) return
    this.#shared = entries
    const refs = [...entries.values()].flatMap(({ track }) => [...fileOf(track), ...(track.cover ? [track.cover] : [])])
    this.#options.blobs.share(new Set(refs.map(({ id }) => id)))
  }

  /** Looks again when the next entry is pinned and when the current one ends; room time may be slewed meanwhile, hence never later than in 5 s. */
  #planWake({ current, next }: Timeline, nowMs: number): void {
    this.#wake?.()
    const turns = [current?.startsAtMs, current?.endsAtMs, next && next.startsAtMs - limits.pinLeadMs]
    const due = turns.filter(
      (atMs): atMs is number => typeof atMs === 'number' && atMs > nowMs && Number.isFinite(atMs),
    )
    const delayMs = Math.min(5_000, ...due.map((atMs) => atMs - nowMs + 1))
    this.#wake = this.#options.scheduler.after(delayMs, this.#options.onTurn)
  }

  /**
   * Some seconds after the room moved on by itself, somebody writes it down, so that votes which come late cannot rewrite it.
   * Who is first is left to chance; the others then find nothing to do.
   */
  #planAnchor(reached: Segment | null): void {
    const due = reached && segmentId(reached)
    if (due === this.#anchoring) return
    this.#anchor?.()
    this.#anchor = null
    this.#anchoring = due
    if (due === null) return
    const delayMs = 1_000 + this.#options.random() * 4_000
    this.#anchor = this.#options.scheduler.after(delayMs, this.#options.anchor)
  }
}

/** What sounds and what comes next. What stands paused is kept ready, unless it is what comes next. */
function toPlay({ current, next }: Timeline): Segment[] {
  const goesOn = current !== null && next?.entry === current.entry && next.positionMs === current.positionMs
  return [current, next].filter((segment) => segment !== null && (segment.playing || !goesOn)) as Segment[]
}

/** One name for one line through room time: a repeated play or an anchor on the same line is the same segment. */
const segmentId = ({ entry, startsAtMs, positionMs, playing }: Segment): string =>
  playing ? `${entry.id}@${Math.round(startsAtMs - positionMs)}` : `${entry.id} from ${positionMs}`

/** What sounds first, then all covers, then what `ahead` entries of the queue need, and whatever else follows by itself. */
function wanted({ current, next, queue }: Timeline, ahead: number): BlobRef[] {
  const later = ahead === 0 ? [] : [...(next ? [next.entry] : []), ...queue.slice(0, ahead).map(({ entry }) => entry)]
  const entries = [...new Set([...(current ? [current.entry] : []), ...later])]
  const covers = queue.map(({ entry }) => entry.track.cover).concat(entries.map(({ track }) => track.cover))
  return [
    ...entries.slice(0, 1).flatMap(({ track }) => fileOf(track)),
    ...covers.filter((cover) => cover !== undefined),
    ...entries.slice(1).flatMap(({ track }) => fileOf(track)),
  ]
}

/** What the swarm has to do with a track: nothing when it lies elsewhere. */
const fileOf = (track: Track): readonly BlobRef[] => (isLinked(track) ? [] : [track])
