import type { Crypto } from '../domain/crypto.ts'
import type { PeerId, RoomId } from '../domain/ids.ts'
import { ascii, concat, uint32 } from './bytes.ts'

const DOMAIN = 'earshot-client-1'
/** Derivations that are remembered: as many as sessions write at about the same time. */
const REMEMBERED = 1_000

export type DeriveClient = (room: RoomId | '', author: PeerId, session: number) => Promise<number>

/**
 * The Yjs client of one author's session in one room: the first 53 bits of SHA-256(tag, room, author, session). Nobody can write under another's,
 * since the gate derives it anew from the signed record. In the genesis record `room` is '', so that it has a client of its own.
 */
export function createClientDerivation(crypto: Pick<Crypto, 'sha256'>): DeriveClient {
  const known = new Map<string, Promise<number>>()
  return (room, author, session) => {
    const name = `${room}/${author}/${session}`
    const remembered = known.get(name)
    if (remembered !== undefined) return remembered
    const client = derive(crypto, room, author, session)
    if (known.size >= REMEMBERED) known.clear()
    known.set(name, client)
    return client
  }
}

async function derive(
  crypto: Pick<Crypto, 'sha256'>,
  room: RoomId | '',
  author: PeerId,
  session: number,
): Promise<number> {
  // Every part has a fixed length but `room`, which is empty or 43 characters; the slash keeps the parts apart all the same.
  const digest = await crypto.sha256(concat(ascii(`${DOMAIN}/${room}/${author}/`), uint32(session)))
  const first64 = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0)
  return Number(first64 >> 11n)
}
