import type { RoomAddress } from '../domain/address.ts'
import type { Crypto } from '../domain/crypto.ts'
import { hashBytes } from '../domain/ids.ts'

/** What a room's bytes look like outside: as they are in public and unlisted rooms, sealed with a key from the secret in private ones. */
export interface Seal {
  seal(plain: Uint8Array): Promise<Uint8Array>
  /** Null when it was not sealed with this room's key for this purpose. */
  open(bytes: Uint8Array): Promise<Uint8Array | null>
}

/**
 * - `record`: the value of a record in the Yjs document
 * - `sync`, `presence`: a whole message of the channel
 */
export type SealPurpose = 'record' | 'sync' | 'presence'

const clear: Seal = { seal: async (plain) => plain, open: async (bytes) => bytes }

/** The seal of one room for one purpose; every purpose has its own key, so that nothing can be replayed as something else. */
export async function createSeal({ room, secret }: RoomAddress, purpose: SealPurpose, crypto: Crypto): Promise<Seal> {
  if (secret === undefined) return clear
  const key = await crypto.deriveKey(hashBytes(secret), `earshot-${purpose}-1/${room}`)
  return { seal: (plain) => crypto.seal(key, plain), open: (bytes) => crypto.open(key, bytes) }
}
