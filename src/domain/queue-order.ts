import type { PeerId } from './ids.ts'
import { compareText, firstIndex } from './order.ts'
import type { Entry } from './room-state.ts'

/** Who is for the entry at a room time: each person's latest stance with `atMs` <= then (QUEUE-3). In order of voting. */
export function votersAt(entry: Entry, atMs: number): PeerId[] {
  const voters = new Set<PeerId>()
  for (const vote of entry.votes) {
    if (vote.atMs > atMs) break
    // Taken out first, so that who votes again stands last.
    voters.delete(vote.by)
    if (vote.up) voters.add(vote.by)
  }
  return [...voters]
}

/** Whether the entry stands in the queue at a room time, provided that it has not sounded (QUEUE-1). */
export const standsAt = (entry: Entry, atMs: number): boolean =>
  entry.atMs <= atMs && (entry.withdrawnAtMs === undefined || entry.withdrawnAtMs > atMs)

/** Older entries first, ties by id (QUEUE-4). */
export const byAge = (a: Entry, b: Entry): number => a.atMs - b.atMs || compareText(a.id, b.id)

/** Votes of one entry as steps over room time, so that a count at any time is one binary search. */
interface Tally {
  readonly atMs: readonly number[]
  readonly counts: readonly number[]
}

function tallyOf(entry: Entry): Tally {
  const voters = new Set<PeerId>()
  const counts = entry.votes.map(({ by, up }) => {
    if (up) voters.add(by)
    else voters.delete(by)
    return voters.size
  })
  return { atMs: entry.votes.map(({ atMs }) => atMs), counts }
}

/** An entry's claim to be next at one room time. */
interface Standing {
  readonly entry: Entry
  /** Latest "play next" until then; -Infinity when there is none. */
  readonly nextAtMs: number
  readonly votes: number
}

/** The rule of the queue (QUEUE-2): "play next" (latest first), votes, age, id. */
function compareStanding(a: Standing, b: Standing): number {
  if (a.nextAtMs !== b.nextAtMs) return b.nextAtMs - a.nextAtMs
  return b.votes - a.votes || byAge(a.entry, b.entry)
}

/** Orders entries at any room time; keeps each entry's tally. The entries must not change meanwhile. */
export class QueueOrder {
  readonly #tallies = new Map<Entry, Tally>()

  /** The entries that stand at a room time, first one first. */
  order(waiting: readonly Entry[], atMs: number): Entry[] {
    return waiting
      .filter((entry) => standsAt(entry, atMs))
      .map((entry) => this.#standing(entry, atMs))
      .sort(compareStanding)
      .map(({ entry }) => entry)
  }

  /** The first of the entries that stand at a room time; `waiting` must be sorted by age. */
  head(waiting: readonly Entry[], atMs: number): Entry | undefined {
    let best: Standing | undefined
    for (const entry of waiting) {
      if (entry.atMs > atMs) break
      if (!standsAt(entry, atMs)) continue
      const standing = this.#standing(entry, atMs)
      if (best === undefined || compareStanding(standing, best) < 0) best = standing
    }
    return best?.entry
  }

  #standing(entry: Entry, atMs: number): Standing {
    const nexts = firstIndex(entry.nextAtMs, (nextAtMs) => nextAtMs > atMs)
    return { entry, nextAtMs: entry.nextAtMs[nexts - 1] ?? -Infinity, votes: this.#votes(entry, atMs) }
  }

  #votes(entry: Entry, atMs: number): number {
    if (entry.votes.length === 0) return 0
    let tally = this.#tallies.get(entry)
    if (tally === undefined) this.#tallies.set(entry, (tally = tallyOf(entry)))
    return tally.counts[firstIndex(tally.atMs, (voteAtMs) => voteAtMs > atMs) - 1] ?? 0
  }
}

/** Entries that stand at a room time in the order of the queue; the caller leaves out those that have sounded. */
export const queueAt = (waiting: Iterable<Entry>, atMs: number): Entry[] => new QueueOrder().order([...waiting], atMs)
