import { isHash, isRoomId, type RoomId, type RoomSecret } from './ids.ts'

/** Where a room is: its id and, for a private room, the secret that opens it. */
export interface RoomAddress {
  readonly room: RoomId
  /** Present exactly for private rooms. */
  readonly secret?: RoomSecret
}

const ROUTE = '#/r/'

/** The fragment of a room's link: `#/r/ROOM` or `#/r/ROOM~SECRET`. Fragments never reach a server. */
export const formatRoomFragment = ({ room, secret }: RoomAddress): string =>
  secret === undefined ? `${ROUTE}${room}` : `${ROUTE}${room}~${secret}`

/** Reads a link's fragment. Null when it is not a room's. */
export function parseRoomFragment(fragment: string): RoomAddress | null {
  if (!fragment.startsWith(ROUTE)) return null
  const [room, secret, ...rest] = fragment.slice(ROUTE.length).split('~')
  if (rest.length > 0 || !isRoomId(room)) return null
  if (secret === undefined) return { room }
  return isHash(secret) ? { room, secret: secret as RoomSecret } : null
}

/** Letters, digits, `-` and `_`: a code that two people hand each other to link without a node, unread. */
const CODE = /^[A-Za-z0-9_-]+$/
const ANSWER_ROUTE = '#/a/'

/** The fragment of a link that opens a room and answers somebody's invitation by code: `#/r/ROOM/CODE`. */
export const formatInvitationFragment = (address: RoomAddress, code: string): string =>
  `${formatRoomFragment(address)}/${code}`

/** Parts such a fragment into the room's and the code. Null when it is none. */
export function parseInvitationFragment(fragment: string): { readonly fragment: string; readonly code: string } | null {
  const at = fragment.indexOf('/', ROUTE.length)
  const [room, code] = [fragment.slice(0, at), fragment.slice(at + 1)]
  return at > 0 && parseRoomFragment(room) !== null && CODE.test(code) ? { fragment: room, code } : null
}

/** The fragment of a link that brings an answer back to the device that invited: `#/a/CODE`. */
export const formatAnswerFragment = (code: string): string => `${ANSWER_ROUTE}${code}`

/** The code in such a fragment. Null when it is none. */
export function parseAnswerFragment(fragment: string): string | null {
  const code = fragment.slice(ANSWER_ROUTE.length)
  return fragment.startsWith(ANSWER_ROUTE) && CODE.test(code) ? code : null
}

/** The code in whatever was pasted: the code itself or the link that holds it, with the blanks and line breaks that mail programs put in. */
export const codeIn = (pasted: string): string => pasted.replace(/\s+/g, '').split('/').at(-1) ?? ''
