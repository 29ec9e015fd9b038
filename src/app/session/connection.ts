import type { ConnectionView } from '../room-view.ts'

/** Trying this long without a single link is worth a word: the network lets no direct connection through. */
const NO_ROUTE_AFTER_MS = 12_000

/** Tells *alone*, *connecting*, *offline* and *no route* apart; `lonelyMs`: how long there were attempts and no link. */
export function connectionView(facts: {
  readonly loaded: boolean
  readonly links: number
  readonly reach: 'meeting' | 'connecting' | 'unreachable'
  readonly lonelyMs: number
}): ConnectionView {
  const nodeDown = facts.reach === 'unreachable'
  return { state: connectionState(facts), nodeDown }
}

function connectionState({
  loaded,
  links,
  reach,
  lonelyMs,
}: Parameters<typeof connectionView>[0]): ConnectionView['state'] {
  if (!loaded) return 'loading'
  if (links > 0) return 'together'
  if (reach === 'unreachable') return 'offline'
  if (lonelyMs >= NO_ROUTE_AFTER_MS) return 'no-route'
  return reach === 'meeting' ? 'alone' : 'connecting'
}
