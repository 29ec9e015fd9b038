import type { Random, Scheduler } from '../domain/scheduler.ts'
import type { BroadcastTree } from './broadcast-tree.ts'
import type { SyncLink } from './sync-link.ts'
import type { Piece } from './y-update.ts'

/**
 * So many neighbours who get a record by another way are sent it all the same, others each time: who waits behind a broken or slow part of the
 * tree has it from them long before a hint would tell. It costs no message, for each takes the place of a hint.
 */
const SPARE_LINKS = 2

export interface SpreadContext {
  readonly tree: BroadcastTree<SyncLink, number>
  readonly scheduler: Scheduler
  readonly random: Random
}

/**
 * Passes records on to those who lack them. `push`: at once on eager links and on a few spare ones; as a hint on all others. What gossip carries
 * (`push`, and from no neighbour) needs few hints where gossip is heard: should it be broken, those who were told tell all others.
 */
export function spread(
  pieces: readonly Piece[],
  from: SyncLink | null,
  push: boolean,
  { tree, scheduler, random }: SpreadContext,
): void {
  const rest = new Map<SyncLink, readonly Piece[]>()
  for (const link of tree.links) {
    if (link === from) continue
    const lacking = pieces.filter((piece) => link.lacks(piece))
    const eager = push ? lacking.filter(({ client }) => tree.isEager(link, client)) : []
    const late = lacking.filter((piece) => !eager.includes(piece))
    link.push(eager, 'push')
    if (late.length > 0) rest.set(link, late)
  }
  const hearing = [...rest.keys()].filter((link) => link.hearsGossip)
  const others = [...rest.keys()].filter((link) => !link.hearsGossip)
  const spare = push ? someOf(others, SPARE_LINKS, random) : []
  const spared = push && from === null ? without(hearing, someOf(hearing, SPARE_LINKS, random)) : []
  for (const [link, late] of rest) {
    if (spare.includes(link)) link.push(late, 'spare')
    else if (!spared.includes(link)) link.advertise(late, scheduler, random)
  }
}

const without = <T>(items: readonly T[], those: readonly T[]): readonly T[] =>
  items.filter((item) => !those.includes(item))

/** `count` of them by chance, or all. */
function someOf<T>(items: readonly T[], count: number, random: Random): readonly T[] {
  const rest = [...items]
  while (rest.length > count) rest.splice(Math.floor(random() * rest.length), 1)
  return rest
}
