import { parseAnswerFragment, parseInvitationFragment, parseRoomFragment } from '../domain/address.ts'
import { strings } from './strings.ts'

/** Where a page's fragment leads. */
export type Route =
  | { readonly kind: 'home' }
  /** `code`: somebody's invitation, to be answered in the room. */
  | { readonly kind: 'room'; readonly fragment: string; readonly code?: string }
  /** An answer to an invitation that another page of this browser made. */
  | { readonly kind: 'answer'; readonly code: string }
  | { readonly kind: 'nowhere'; readonly why: string }

const CODE_CHARS = 43

/** Reads `location.hash`. A link that leads nowhere says what is wrong with it. */
export function routeOf(hash: string): Route {
  if (hash === '' || hash === '#' || hash === '#/') return { kind: 'home' }
  if (parseRoomFragment(hash) !== null) return { kind: 'room', fragment: hash }
  const invitation = parseInvitationFragment(hash)
  if (invitation !== null) return { kind: 'room', ...invitation }
  const code = parseAnswerFragment(hash)
  if (code !== null) return { kind: 'answer', code }
  return { kind: 'nowhere', why: whyNowhere(hash) }
}

function whyNowhere(hash: string): string {
  if (!hash.startsWith('#/r/')) return strings.errors.linkUnknown
  const [room = '', invitation] = hash.slice('#/r/'.length).split('/')
  const [code = '', secret] = room.split('~')
  if (invitation !== undefined && parseRoomFragment(`#/r/${room}`) !== null) return strings.errors.linkInvitation
  if (code.length !== CODE_CHARS) return strings.errors.linkLength(code.length)
  if (secret !== undefined && parseRoomFragment(`#/r/${code}`) !== null) return strings.errors.linkSecret
  return strings.errors.linkBroken
}
