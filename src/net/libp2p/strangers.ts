import { limits } from '../../domain/limits.ts'
import { rewireMs } from '../announcer.ts'
import type { NeighbourCaps } from '../neighbours.ts'

/** Links to members that no other network leads to, wished for even by who has neighbours enough: else two halves that only gossip joins would never compare what they hold. */
const bridges = 2
/** Of those who hear somebody ask, so many times as many call as are wanted: some calls fail. */
const spareCalls = 3
/** The same of those that can only call through a relay: few of these fail, and each costs both its ends 50 to 100 ms of processor. */
const spareCircuits = 1.5
/** Above so many strangers each announces itself the less often the more there are: gossip brings every announcement to everyone. */
const quietFrom = 10
/** However many strangers there are, a member without need is heard of once in so many times `rewireMs`. */
const seldomest = 10

/** What a member knows of its surroundings. */
export interface Neighbourhood {
  /** Links over libp2p. */
  readonly links: number
  /** What these count for (`limits.relayedWeight`). */
  readonly weight: number
  /** Links over libp2p that are being made. */
  readonly attempts: number
  /** Whether a circuit is all that can be expected of them and of further ones. */
  readonly confined: boolean
  /** Links over preferred networks. */
  readonly elsewhere: number
  /** Members that were heard of and are no neighbours. */
  readonly strangers: number
  readonly caps: NeighbourCaps
}

/** What a link that is being made will count for. */
const newWeight = ({ confined }: Neighbourhood): number => (confined ? limits.relayedWeight : 1)

/** What all links count for, those that are being made too. */
const held = (mine: Neighbourhood): number => mine.weight + mine.attempts * newWeight(mine) + mine.elsewhere

/** How many further links over libp2p to ask for. */
export function lackingLinks(mine: Neighbourhood): number {
  const toFill = Math.ceil((mine.caps.wanted - held(mine)) / newWeight(mine))
  const toBridge = Math.min(bridges, mine.strangers) - mine.links - mine.attempts
  return Math.max(0, toFill, toBridge)
}

/**
 * How often a member with links enough announces itself, ms: a whole room together about `quietFrom` times in `rewireMs`.
 * @param strangers as far as anybody says: who exaggerates makes others speak as seldom as in a large room, and no less
 */
export const rewireEveryMs = (strangers: number): number =>
  rewireMs * Math.min(seldomest, Math.max(1, strangers / quietFrom))

/**
 * How likely it is that a member which announced itself is called; 0 when no link to it is wanted, 1 and more when it is for certain. In a small
 * room everyone who lacks neighbours calls; in a large one about as many do by chance as it wishes for, so that a newcomer is not called by the
 * whole room.
 */
export function callChance(mine: Neighbourhood, theirs: { readonly links: number; readonly wanted: number }): number {
  const cap = mine.caps.wanted + mine.caps.slack
  const share = (mine.confined ? spareCircuits : spareCalls) / Math.max(1, mine.strangers)
  const isNew = theirs.links === 0
  // Who has enough still takes in a newcomer without any link.
  if (lackingLinks(mine) > 0 || (isNew && held(mine) < cap)) return share * Math.max(1, theirs.wanted)
  // Where all are full a newcomer would find nobody: a few call it, and leave a neighbour who can spare them (`excess`). Twice the cap bounds a crowd.
  return isNew && mine.weight >= cap && held(mine) < 2 * cap ? share : 0
}
