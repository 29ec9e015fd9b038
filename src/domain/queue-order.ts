import type { PeerId } from './ids.ts'
import { compareText, firstIndex } from './order.ts'
import type { Entry } from './room-state.ts'

/** Whether the entry stands in the queue at a room time, provided that it has not sounded (QUEUE-1). */
export const standsAt = (entry: Entry, atMs: number): boolean =>
  entry.atMs <= atMs && (entry.withdrawnAtMs === undefined || entry.withdrawnAtMs > atMs)

/** Who is for the entry at a room time: each person's latest stance with `atMs` <= then (QUEUE-3). In order of voting. */
function votersAt(entry: Entry, atMs: number): PeerId[] {
  const voters = new Set<PeerId>()
  for (const vote of entry.votes) {
    if (vote.atMs > atMs) break
    takeStance(voters, vote)
  }
  return [...voters]
}

/** Lets a stance, later than all before it, change who is for the entry. */
export function takeStance(voters: Set<PeerId>, { by, up }: Entry['votes'][number]): void {
  if (up) voters.add(by)
  else voters.delete(by)
}

/** An entry's claim to be next at one room time. */
export interface Standing {
  readonly entry: Entry
  /** Latest "play next" until then; -Infinity when there is none. */
  readonly nextAtMs: number
  readonly votes: number
}

/** The rule of the queue (QUEUE-2): "play next" (latest first), votes, age, id. */
export function compareStandings(a: Standing, b: Standing): number {
  if (a.nextAtMs !== b.nextAtMs) return b.nextAtMs - a.nextAtMs
  return b.votes - a.votes || a.entry.atMs - b.entry.atMs || compareText(a.entry.id, b.entry.id)
}

/** The entries that stand at a room time, first one first, with their voters; the caller leaves out those that have sounded. */
export function queueAt(entries: Iterable<Entry>, atMs: number): (Standing & { readonly voters: readonly PeerId[] })[] {
  const queue = []
  for (const entry of entries) {
    if (!standsAt(entry, atMs)) continue
    const nexts = firstIndex(entry.nextAtMs, (nextAtMs) => nextAtMs > atMs)
    const voters = votersAt(entry, atMs)
    queue.push({ entry, nextAtMs: entry.nextAtMs[nexts - 1] ?? -Infinity, votes: voters.length, voters })
  }
  return queue.sort(compareStandings)
}
