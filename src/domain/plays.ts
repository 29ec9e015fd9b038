import type { EntryId } from './ids.ts'
import { limits } from './limits.ts'
import { compareText } from './order.ts'
import type { ControlPolicy, VerifiedRecord } from './record.ts'
import { isHost, type Roles } from './roles.ts'
import type { Entry, Play } from './room-state.ts'

type PlayRecord = VerifiedRecord<'play'>

/**
 * The plays that count, one per turn, lowest turn first (PLAY-1 to PLAY-5).
 *
 * The chain of turns runs over everybody's well-formed plays, permitted or not: otherwise a change of roles or charter
 * could break a link of it, and put the turns above out of reach.
 */
export function foldPlays(
  records: readonly PlayRecord[],
  entries: ReadonlyMap<EntryId, Entry>,
  control: ControlPolicy,
  roles: Roles,
): readonly Play[] {
  const plays: Play[] = []
  let lastTurn = 0
  for (const record of records.filter((record) => isWellFormed(record, entries)).sort(byPrecedence)) {
    const { turn } = record.body
    if (turn > lastTurn + limits.playTurnSlack) break
    lastTurn = turn
    if (control === 'hosts' && !isHost(roles, record.author)) continue
    if (plays.at(-1)?.turn === turn) continue
    plays.push({ ...record.body, hash: record.hash, by: record.author, atMs: record.at })
  }
  return plays
}

/** Lower turns first; within one turn the winner first: what a person did before what an anchor repeats, then the lowest hash. */
const byPrecedence = (a: PlayRecord, b: PlayRecord): number =>
  a.body.turn - b.body.turn ||
  Number(a.body.cause === 'anchor') - Number(b.body.cause === 'anchor') ||
  compareText(a.hash, b.hash)

function isWellFormed({ at, body }: PlayRecord, entries: ReadonlyMap<EntryId, Entry>): boolean {
  const { entry: id, positionMs, startsAtMs, turn } = body
  if (!Number.isSafeInteger(turn) || turn < 0) return false
  if (!(startsAtMs >= at - limits.playPastMs && startsAtMs <= at + limits.playAheadMs)) return false
  if (id === null) return true
  const entry = entries.get(id)
  return entry !== undefined && positionMs >= 0 && positionMs <= entry.track.durationMs
}
