import type { Random } from '../../domain/scheduler.ts'
import type { NeighbourCaps } from '../neighbours.ts'

/** Links to members that no other network leads to, wished for even by who has neighbours enough: else two halves that only gossip joins would never compare what they hold. */
const bridges = 2
/** Of those who hear somebody ask, so many times as many call as are wanted: some calls fail. */
const spareCalls = 3

/** What a member knows of its surroundings. */
export interface Neighbourhood {
  /** Links over libp2p. */
  readonly links: number
  /** Links over libp2p that are being made. */
  readonly attempts: number
  /** Links over preferred networks. */
  readonly elsewhere: number
  /** Members that were heard of and are no neighbours. */
  readonly strangers: number
  readonly caps: NeighbourCaps
}

/** How many further links over libp2p to ask for. */
export function lackingLinks({ links, attempts, elsewhere, strangers, caps }: Neighbourhood): number {
  const toFill = caps.wanted - elsewhere - links - attempts
  const toBridge = Math.min(bridges, strangers) - links - attempts
  return Math.max(0, toFill, toBridge)
}

/**
 * Whether to call a member that announced itself. In a small room everyone who lacks neighbours does; in a large one about as many do by
 * chance as it wishes for, so that a newcomer is not called by the whole room.
 */
export function mayCall(
  mine: Neighbourhood,
  theirs: { readonly links: number; readonly wanted: number },
  random: Random,
): boolean {
  const held = mine.links + mine.attempts + mine.elsewhere
  const cap = mine.caps.wanted + mine.caps.slack
  const strangers = Math.max(1, mine.strangers)
  const isNew = theirs.links === 0
  // Who has enough still takes in a newcomer without any link.
  if (lackingLinks(mine) > 0 || (isNew && held < cap))
    return random() < (spareCalls * Math.max(1, theirs.wanted)) / strangers
  // Where all are full a newcomer would find nobody: a few call it, and leave a neighbour who can spare them (`excess`). Twice the cap bounds a crowd.
  return isNew && mine.links >= cap && held < 2 * cap && random() < spareCalls / strangers
}
