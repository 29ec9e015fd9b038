import type { Mood } from '../record.ts'
import type { Card } from './card.ts'

/** What somebody looks for; what is absent is not asked for. */
export interface LobbyFilter {
  readonly words?: string
  readonly mood?: Mood
  readonly language?: string
}

/** Letters without case, width and accents, so that "Bjork" finds "Björk". */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Whether a card has all that is asked for: each word somewhere in its title, its tags or what plays. */
export function matches(card: Card, { words = '', mood, language }: LobbyFilter): boolean {
  if (mood !== undefined && card.mood !== mood) return false
  if (language !== undefined && card.language !== language) return false
  const text = fold([card.title, ...card.tags, card.playing?.title ?? '', card.playing?.artist ?? ''].join('\n'))
  return fold(words)
    .split(/\s+/)
    .every((word) => text.includes(word))
}
