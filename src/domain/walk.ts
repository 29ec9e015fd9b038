import type { EntryId } from './ids.ts'
import { limits } from './limits.ts'
import { firstIndex } from './order.ts'
import { byAge, type QueueOrder } from './queue-order.ts'
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
  /** Room time from which an entry is no longer in the queue, in the order in which they left. */
  readonly left = new Map<EntryId, number>()
  readonly #leavers: Entry[] = []
  /** Entries that have not left yet, oldest first. */
  readonly #waiting: Entry[]
  readonly #reigns: readonly Reign[]
  readonly #entries: RoomState['entries']
  readonly #order: QueueOrder
  #nextReign = 0
  /** End of the current reign, and everything before is walked up to `#walkedMs`. */
  #reignEndsAtMs = -Infinity
  #walkedMs = -Infinity
  /** Start of what ends at `#walkedMs`. */
  #segmentStartMs = -Infinity

  constructor(state: RoomState, order: QueueOrder) {
    this.#entries = state.entries
    this.#reigns = reigns(state.plays)
    this.#waiting = [...state.entries.values()].sort(byAge)
    this.#order = order
  }

  /** Index of the last step that begins at or before a room time; -1 when none does. The step after it, if any, is known too. */
  indexAt(nowMs: number): number {
    let index = this.#lastUntil(nowMs)
    while (index === this.steps.length - 1 && this.#advance()) index = this.#lastUntil(nowMs)
    return index
  }

  /** Entries that have not left the queue at a room time, whether or not they stand. `indexAt` that time comes first. */
  waitingAt(nowMs: number): Entry[] {
    const waiting = [...this.#waiting]
    for (const entry of this.#leavers.toReversed()) {
      if ((this.left.get(entry.id) as number) <= nowMs) break
      waiting.push(entry)
    }
    return waiting
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
    const pinned = this.#order.head(this.#waiting, pinnedAtMs)
    const entry = pinned ?? this.#order.head(this.#waiting, boundaryMs)
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
    this.#leavers.push(entry)
    const index = firstIndex(this.#waiting, (other) => byAge(other, entry) >= 0)
    this.#waiting.splice(index, 1)
  }
}
