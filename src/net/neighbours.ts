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

/**
 * The link to leave when there are more than the caps allow, or null. It is the one with the most links of its own, by chance among
 * equals: whoever can afford it. `newest` is never picked.
 * @param links oldest first
 */
export function excess<L extends { readonly theirDegree: number }>(
  links: readonly L[],
  newest: L,
  caps: NeighbourCaps,
  random: Random,
): L | null {
  if (links.length <= caps.wanted + caps.slack) return null
  return spare(links, caps, random, newest)
}

/**
 * A link that can be left, or null. The oldest are not up for it, as many as half of what is wanted: what peers say of their own links may
 * be a lie, and a crowd of liars must not push out everyone who was here before.
 * @param links oldest first
 */
export function spare<L extends { readonly theirDegree: number }>(
  links: readonly L[],
  caps: NeighbourCaps,
  random: Random,
  newest: L | null = null,
): L | null {
  const most = richest(links, caps, newest)
  const those = leavable(links, caps, newest).filter((link) => link.theirDegree === most)
  return those[Math.floor(random() * those.length)] ?? null
}

/**
 * Most links that a neighbour says it has who is up for leaving; 0 without any.
 * @param links oldest first
 */
export const richest = <L extends { readonly theirDegree: number }>(
  links: readonly L[],
  caps: NeighbourCaps,
  newest: L | null = null,
): number => Math.max(0, ...leavable(links, caps, newest).map((link) => link.theirDegree))

const leavable = <L>(links: readonly L[], caps: NeighbourCaps, newest: L | null): readonly L[] =>
  links.slice(Math.floor(caps.wanted / 2)).filter((link) => link !== newest)
