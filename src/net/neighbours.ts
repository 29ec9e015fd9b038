import type { Random } from '../domain/scheduler.ts'

/** Links of a peer: how many it seeks, and how many more it accepts so that a newcomer always gets in. */
export interface NeighbourCaps {
  readonly wanted: number
  readonly slack: number
}

/** Links that stand and connections that are being made. */
export interface Held {
  readonly links: number
  readonly attempts: number
  /** Most links that one of those neighbours says it has who can be left (`richest`). */
  readonly richest: number
}

/** Whether to meet the sender of an announcement or of an offer, who has `theirLinks` links. */
export function welcomes(mine: Held, theirLinks: number, caps: NeighbourCaps): boolean {
  const held = mine.links + mine.attempts
  const cap = caps.wanted + caps.slack
  if (held < cap) return true
  // A newcomer gets in even at the cap: `excess` then picks somebody else to leave. Twice the cap bounds what a crowd of newcomers costs.
  if (theirLinks === 0) return held < 2 * cap
  // Who lacks neighbours gets in, one at a time, where one can be left who will lack none: else a small room whose others are all full of
  // each other would leave it lacking for good.
  return theirLinks < caps.wanted && mine.richest > caps.wanted && held === cap
}

/** How many further neighbours to ask for. */
export const lacking = (mine: Held, caps: NeighbourCaps): number =>
  Math.max(0, caps.wanted - mine.links - mine.attempts)

/**
 * How long to wait with the answer to an announcement, ms. Who lacks neighbours answers at once; who has enough waits a little, and stays
 * silent when it has heard enough others answer meanwhile: otherwise a room of n would make n offers to each newcomer.
 */
export const answerDelayMs = (mine: Held, caps: NeighbourCaps, random: Random): number =>
  lacking(mine, caps) > 0 ? 0 : 50 + 450 * random()

/** A link as its end here sees it. */
export interface HeldLink {
  /** Links that the peer says it has, each as many times as it counts. */
  readonly theirDegree: number
  /** Links that it counts for; more than 1 where others pay for it. */
  readonly weight: number
}

/** What links count for together. */
export const weigh = (links: Iterable<Pick<HeldLink, 'weight'>>): number =>
  [...links].reduce((sum, { weight }) => sum + weight, 0)

/**
 * The link to leave when there are more than the caps allow, or null. It is the one with the most links of its own, by chance among
 * equals: whoever can afford it. Links that count for more go first, and for their sake no other goes. `newest` is never picked.
 * @param links oldest first
 */
export function excess<L extends HeldLink>(
  links: readonly L[],
  newest: L,
  caps: NeighbourCaps,
  random: Random,
): L | null {
  const cap = caps.wanted + caps.slack
  if (weigh(links) <= cap) return null
  const candidates = leavable(links, caps).filter((link) => link !== newest)
  const heavy = candidates.filter(isHeavy)
  if (heavy.length > 0) return anyRichest(heavy, random)
  return links.filter((link) => !isHeavy(link)).length > cap ? anyRichest(candidates, random) : null
}

/**
 * A link that can be left, or null. The oldest are not up for it, as many as half of what is wanted: what peers say of their own links may
 * be a lie, and a crowd of liars must not push out everyone who was here before.
 * @param links oldest first
 */
export const spare = <L extends HeldLink>(links: readonly L[], caps: NeighbourCaps, random: Random): L | null =>
  anyRichest(leavable(links, caps), random)

/**
 * Most links that a neighbour says it has who is up for leaving; 0 without any.
 * @param links oldest first
 */
export const richest = (links: readonly HeldLink[], caps: NeighbourCaps): number => most(leavable(links, caps))

const isHeavy = ({ weight }: HeldLink): boolean => weight > 1

const most = (links: readonly HeldLink[]): number => Math.max(0, ...links.map(({ theirDegree }) => theirDegree))

function anyRichest<L extends HeldLink>(links: readonly L[], random: Random): L | null {
  const degree = most(links)
  const those = links.filter(({ theirDegree }) => theirDegree === degree)
  return those[Math.floor(random() * those.length)] ?? null
}

/** All from that one on whose weight, with that of those before it, exceeds half of what is wanted. */
function leavable<L extends HeldLink>(links: readonly L[], caps: NeighbourCaps): readonly L[] {
  let weight = 0
  return links.filter((link) => (weight += link.weight) > Math.floor(caps.wanted / 2))
}
