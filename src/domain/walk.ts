import type { EntryId } from './ids.ts'
import { limits } from './limits.ts'
import { firstIndex } from './order.ts'
import { QueueSweep } from './queue-sweep.ts'
import type { Entry, Play, RoomState, Segment } from './room-state.ts'

/** A stretch of the walk: a segment and what made it. */
export interface Step {
  readonly segment: Segment
  /** The play that says so; null when the queue advanced by itself. */
  readonly play: Play | null
  /** Room time from which nothing said of the queue can change it: -Infinity for plays. */
  readonly fixedFromMs: number
}

/** A play in force from its start to the earliest start of those with a higher turn. */
interface Reign {
  readonly play: Play
  readonly endsAtMs: number
}

/** Plays that come into force at all, in order of time: a later turn cuts off what begins at or after its own start (PLAY-6). */
function reigns(plays: readonly Play[]): Reign[] {
  const inForce: Reign[] = []
  let endsAtMs = Infinity
  for (const play of plays.toReversed()) {
    if (play.startsAtMs >= endsAtMs) continue
    inForce.push({ play, endsAtMs })
    endsAtMs = play.startsAtMs
  }
  return inForce.reverse()
}

/**
 * The walk of a room's time line, from the first play on: plays, and between them the queue's own advance.
 * It goes as far as it is asked and keeps every step, so that asking again costs a binary search.
 */
export class Walk {
  readonly steps: Step[] = []
  /** Room time from which an entry is no longer in the queue: that of its first segment. */
  readonly left = new Map<EntryId, number>()
  readonly #queue: QueueSweep
  readonly #reigns: readonly Reign[]
  readonly #entries: RoomState['entries']
  #nextReign = 0
  /** End of the current reign, and everything before is walked up to `#walkedMs`. */
  #reignEndsAtMs = -Infinity
  #walkedMs = -Infinity
  /** Start of what ends at `#walkedMs`. */
  #segmentStartMs = -Infinity

  constructor({ entries, plays }: Pick<RoomState, 'entries' | 'plays'>) {
    this.#entries = entries
    this.#reigns = reigns(plays)
    this.#queue = new QueueSweep(entries.values())
  }

  /** Index of the last step that begins at or before a room time; -1 when none does. The step after it, if any, is known too. */
  indexAt(nowMs: number): number {
    let index = this.#lastUntil(nowMs)
    while (index === this.steps.length - 1 && this.#advance()) index = this.#lastUntil(nowMs)
    return index
  }

  /** Entries that have not left the queue at a room time, whether or not they stand; `indexAt` that time comes first. */
  *waitingAt(nowMs: number): Generator<Entry> {
    for (const entry of this.#entries.values()) if ((this.left.get(entry.id) ?? Infinity) > nowMs) yield entry
  }

  #lastUntil(nowMs: number): number {
    return firstIndex(this.steps, ({ segment }) => segment.startsAtMs > nowMs) - 1
  }

  /** Walks on by one step or one silence. False at the end of all that is known. */
  #advance(): boolean {
    if (this.#walkedMs < this.#reignEndsAtMs) {
      this.#advanceByItself()
      return true
    }
    const reign = this.#reigns[this.#nextReign]
    if (reign === undefined) return false
    this.#nextReign += 1
    this.#follow(reign)
    return true
  }

  #follow({ play, endsAtMs }: Reign): void {
    const { entry: id, positionMs, startsAtMs, playing } = play
    this.#reignEndsAtMs = endsAtMs
    const entry = id === null ? undefined : this.#entries.get(id)
    if (entry === undefined) {
      this.#walkedMs = endsAtMs
      return
    }
    this.#leave(entry, startsAtMs)
    const naturalEndMs = playing ? startsAtMs + entry.track.durationMs - positionMs : Infinity
    this.#push({ entry, startsAtMs, positionMs, endsAtMs: naturalEndMs, playing }, play, -Infinity)
  }

  /** At a boundary the first of the queue follows, as it stood when it was pinned; else as it stands now; else silence (PLAY-8, PLAY-9). */
  #advanceByItself(): void {
    const boundaryMs = this.#walkedMs
    const pinnedAtMs = Math.max(boundaryMs - limits.pinLeadMs, this.#segmentStartMs)
    // The sweep's times only rise: both kinds do by themselves, and what follows a boundary is pinned at it or later.
    const pinned = this.#queue.headAt(pinnedAtMs)
    const entry = pinned ?? this.#queue.headAt(boundaryMs)
    if (entry === undefined) {
      this.#walkedMs = this.#reignEndsAtMs
      return
    }
    this.#leave(entry, boundaryMs)
    const endsAtMs = boundaryMs + entry.track.durationMs
    const segment = { entry, startsAtMs: boundaryMs, positionMs: 0, endsAtMs, playing: true }
    this.#push(segment, null, pinned === undefined ? boundaryMs : pinnedAtMs)
  }

  #push(natural: Segment, play: Play | null, fixedFromMs: number): void {
    const endsAtMs = Math.min(natural.endsAtMs, this.#reignEndsAtMs)
    // A play of a track's very end makes no sound: it only brings the boundary about.
    if (endsAtMs > natural.startsAtMs) this.steps.push({ segment: { ...natural, endsAtMs }, play, fixedFromMs })
    this.#segmentStartMs = natural.startsAtMs
    this.#walkedMs = endsAtMs
  }

  #leave(entry: Entry, atMs: number): void {
    if (this.left.has(entry.id)) return
    this.left.set(entry.id, atMs)
    this.#queue.leave(entry)
  }
}
