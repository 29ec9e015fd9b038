import { parseRoomFragment } from '../domain/address.ts'
import { strings } from './strings.ts'

/** Where a page's fragment leads. */
export type Route =
  | { readonly kind: 'home' }
  | { readonly kind: 'room'; readonly fragment: string }
  | { readonly kind: 'nowhere'; readonly why: string }

const CODE_CHARS = 43

/** Reads `location.hash`. A link that leads nowhere says what is wrong with it. */
export function routeOf(hash: string): Route {
  if (hash === '' || hash === '#' || hash === '#/') return { kind: 'home' }
  if (parseRoomFragment(hash) !== null) return { kind: 'room', fragment: hash }
  return { kind: 'nowhere', why: whyNowhere(hash) }
}

function whyNowhere(hash: string): string {
  if (!hash.startsWith('#/r/')) return strings.errors.linkUnknown
  const [code = '', secret] = hash.slice('#/r/'.length).split('~')
  if (code.length !== CODE_CHARS) return strings.errors.linkLength(code.length)
  if (secret !== undefined && parseRoomFragment(`#/r/${code}`) !== null) return strings.errors.linkSecret
  return strings.errors.linkBroken
}
