import { Heap } from './heap.ts'
import type { EntryId, PeerId } from './ids.ts'
import { compareStandings, standsAt, takeStance, type Standing } from './queue-order.ts'
import type { Entry } from './room-state.ts'

/** An entry while the sweep is under way. */
interface Waiting {
  readonly entry: Entry
  readonly voters: Set<PeerId>
  nextAtMs: number
  /** Its standing in the heap; older ones there are stale. */
  standing: Standing | null
  left: boolean
}

/** Something that may change a standing. */
interface Event {
  readonly atMs: number
  readonly of: Waiting
  readonly vote: Entry['votes'][number] | null
  readonly next: boolean
}

/**
 * The head of the queue at room times that only rise, as a walk asks for it: each vote is looked at once,
 * where sorting the queue anew at every boundary would cost entries times boundaries.
 */
export class QueueSweep {
  readonly #waiting = new Map<EntryId, Waiting>()
  /** In order of time; votes of one moment in the order of `Entry.votes`. */
  readonly #events: readonly Event[]
  readonly #heap = new Heap<Standing>(compareStandings)
  #nextEvent = 0

  constructor(entries: Iterable<Entry>) {
    const events: Event[] = []
    for (const entry of entries) {
      const of: Waiting = { entry, voters: new Set(), nextAtMs: -Infinity, standing: null, left: false }
      this.#waiting.set(entry.id, of)
      events.push({ atMs: entry.atMs, of, vote: null, next: false })
      for (const vote of entry.votes) events.push({ atMs: vote.atMs, of, vote, next: false })
      for (const atMs of entry.nextAtMs) events.push({ atMs, of, vote: null, next: true })
    }
    this.#events = events.sort((a, b) => a.atMs - b.atMs)
  }

  /** Takes an entry out for good: it sounds, or has sounded. */
  leave(entry: Entry): void {
    const waiting = this.#waiting.get(entry.id)
    if (waiting !== undefined) waiting.left = true
  }

  /** The first entry that stands at `atMs`, which must not be below that of any call before. */
  headAt(atMs: number): Entry | undefined {
    this.#sweepTo(atMs)
    // Times only rise, so a withdrawn entry may go for good; one whose vote is older than itself comes back when it is added.
    for (let top = this.#heap.top; top !== undefined; top = this.#heap.top) {
      const waiting = this.#waiting.get(top.entry.id) as Waiting
      if (waiting.standing === top && !waiting.left && standsAt(top.entry, atMs)) return top.entry
      this.#heap.pop()
    }
    return undefined
  }

  #sweepTo(atMs: number): void {
    const touched = new Set<Waiting>()
    for (; this.#nextEvent < this.#events.length; this.#nextEvent++) {
      const event = this.#events[this.#nextEvent] as Event
      if (event.atMs > atMs) break
      if (event.of.left) continue
      if (event.vote !== null) takeStance(event.of.voters, event.vote)
      if (event.next) event.of.nextAtMs = event.atMs
      touched.add(event.of)
    }
    for (const waiting of touched) {
      const { entry, nextAtMs, voters } = waiting
      waiting.standing = { entry, nextAtMs, votes: voters.size }
      this.#heap.push(waiting.standing)
    }
  }
}
