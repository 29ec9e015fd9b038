import type { RoomAddress } from '../domain/address.ts'
import type { Crypto, Signer } from '../domain/crypto.ts'
import { hashText, type RoomId, type RoomSecret } from '../domain/ids.ts'
import type { Visibility } from '../domain/record.ts'
import { uint32From } from './bytes.ts'
import { createClientDerivation } from './client-id.ts'
import { signRecord } from './record-codec.ts'

/** The first record of a new room, and the address that follows from it; a private room gets a secret that is in no record. */
export async function createGenesis(
  visibility: Visibility,
  atMs: number,
  signer: Signer,
  crypto: Crypto,
): Promise<{ readonly bytes: Uint8Array; readonly address: RoomAddress }> {
  const session = uint32From(crypto.randomBytes(4))
  const yClient = await createClientDerivation(crypto)('', signer.peer, session)
  const body = { nonce: crypto.randomBytes(16), visibility }
  const at = Math.max(0, atMs)
  const genesis = { room: '', author: signer.peer, session, at, kind: 'genesis', body, yClient, yClock: 0 } as const
  const bytes = await signRecord(genesis, signer)
  const room = hashText<RoomId>(await crypto.sha256(bytes))
  if (visibility !== 'private') return { bytes, address: { room } }
  return { bytes, address: { room, secret: hashText<RoomSecret>(crypto.randomBytes(32)) } }
}
