import { limits } from '../limits.ts'
import type { Card } from './card.ts'
import { fold } from './search.ts'

/** What somebody has listened to, by words such as `artist:björk`, with weights above 0. It never leaves the device. */
export type Taste = ReadonlyMap<string, number>

/** What is heard weighs 1 at first and a half after about so many further tracks. */
const HALF_LIFE_TRACKS = 70
const FADE = 0.5 ** (1 / HALF_LIFE_TRACKS)

/** What a room's card says that one can have a taste for. */
export const wordsOf = ({ tags, mood, playing }: Pick<Card, 'tags' | 'mood' | 'playing'>): readonly string[] => [
  ...(playing?.artist === undefined ? [] : [`artist:${fold(playing.artist)}`]),
  ...tags.map((tag) => `tag:${fold(tag)}`),
  ...(mood === undefined ? [] : [`mood:${mood}`]),
]

/** The taste after a track was heard. The strongest `tasteWords` are remembered. */
export function hear(taste: Taste, words: readonly string[]): Taste {
  const faded = new Map([...taste].map(([word, weight]) => [word, weight * FADE]))
  for (const word of words) faded.set(word, (faded.get(word) ?? 0) + 1)
  return new Map([...faded].sort(([, a], [, b]) => b - a).slice(0, limits.tasteWords))
}

/** How well a card fits, 0 for not at all. Each word counts less the more it was heard, so that one artist is not all there is. */
export const fits = (taste: Taste, card: Pick<Card, 'tags' | 'mood' | 'playing'>): number =>
  wordsOf(card).reduce((sum, word) => sum + Math.log2(1 + (taste.get(word) ?? 0)) * weightOf(word), 0)

const weightOf = (word: string): number => (word.startsWith('artist:') ? 3 : word.startsWith('tag:') ? 2 : 1)
