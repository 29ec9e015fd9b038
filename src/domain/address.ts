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
