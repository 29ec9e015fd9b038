import type { CoarsePlace, Mood } from '../record.ts'
import { compareText } from '../order.ts'
import { founderOf, type Posted } from './board.ts'
import { distanceKm } from './place.ts'
import { fits, type Taste } from './taste.ts'

/**
 * - `trending`: where many are, and more than before
 * - `recommended`: near to what this person has listened to
 * - `new`: founded last
 * - `nearby`: closest to where this person says they are
 * - `hour`: of a mood that goes with the time of day
 */
export const lobbyOrders = ['trending', 'recommended', 'new', 'nearby', 'hour'] as const
export type LobbyOrder = (typeof lobbyOrders)[number]

export interface RankContext {
  readonly taste: Taste
  /** Where this person is; null when they did not say. */
  readonly place: CoarsePlace | null
  readonly wallMs: number
  /** Hour of the day here, 0 to 23. */
  readonly hour: number
}

/** Listeners beyond this say nothing more: they are the signer's claim. */
const COUNTED_LISTENERS = 200

/** Moods by the hour at which each part of the day begins. */
const day: readonly { readonly fromHour: number; readonly moods: readonly Mood[] }[] = [
  { fromHour: 0, moods: ['calm', 'melancholic'] },
  { fromHour: 6, moods: ['calm', 'focus', 'happy'] },
  { fromHour: 10, moods: ['focus', 'energetic'] },
  { fromHour: 17, moods: ['happy', 'energetic'] },
  { fromHour: 20, moods: ['party', 'happy'] },
  { fromHour: 23, moods: ['calm', 'melancholic', 'party'] },
]

/** What goes with an hour of the day, 0 to 23. */
export const moodsOfHour = (hour: number): readonly Mood[] =>
  day.findLast(({ fromHour }) => hour >= fromHour)?.moods ?? []

const crowd = (listeners: number): number => Math.log2(1 + Math.min(listeners, COUNTED_LISTENERS))

/** A room counts for its crowd, damped, and for how much that has grown since it was seen first. */
const trend = ({ card, firstListeners }: Posted): number =>
  crowd(card.listeners) + Math.max(0, crowd(card.listeners) - crowd(firstListeners))

/** Higher is better. */
const scores: Readonly<Record<LobbyOrder, (posted: Posted, context: RankContext) => number>> = {
  trending: trend,
  recommended: ({ card }, { taste }) => fits(taste, card),
  new: ({ card }, { wallMs }) => Math.min(card.foundedAtMs, wallMs),
  nearby: ({ card }, { place }) =>
    place === null || card.place === undefined ? -Infinity : -distanceKm(place, card.place),
  hour: ({ card }, { hour }) => (card.mood !== undefined && moodsOfHour(hour).includes(card.mood) ? 1 : 0),
}

/** Cards in the order that somebody asked for, ties by trend, then by room; and in turns, so that nobody crowds out the rest. */
export function rank(posted: readonly Posted[], order: LobbyOrder, context: RankContext): readonly Posted[] {
  const scored = posted.map((each) => ({ each, score: scores[order](each, context), trend: trend(each) }))
  const better = (a: (typeof scored)[number], b: (typeof scored)[number]): number =>
    compare(b.score, a.score) || compare(b.trend, a.trend) || compareText(a.each.card.room, b.each.card.room)
  const sorted = scored.sort(better).map(({ each }) => each)
  return inTurns([...Map.groupBy(sorted, ({ source }) => source).values()].map((ofSource) => inRounds(ofSource)))
}

// Not by subtraction: -Infinity - -Infinity is no number.
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Each founder's best room first, then each one's second. */
function inRounds(sorted: readonly Posted[]): readonly Posted[] {
  const seen = new Map<string, number>()
  const rounds: Posted[][] = []
  for (const posted of sorted) {
    const round = seen.get(founderOf(posted)) ?? 0
    seen.set(founderOf(posted), round + 1)
    ;(rounds[round] ??= []).push(posted)
  }
  return rounds.flat()
}

/** One of each source in turn, those whose first is best first, while they last. */
function inTurns(sources: readonly (readonly Posted[])[]): readonly Posted[] {
  const longest = Math.max(0, ...sources.map((source) => source.length))
  return Array.from({ length: longest }, (_, turn) => sources.flatMap((source) => source[turn] ?? [])).flat()
}
