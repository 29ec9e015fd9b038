import type { RoomAddress } from '../../domain/address.ts'
import type { Crypto } from '../../domain/crypto.ts'
import { hashBytes } from '../../domain/ids.ts'

/**
 * What opens a room's shelf at a keeper (32 bytes): who has the link can make it, and it leads back to neither room id nor secret, so that
 * asking for a room which is not kept tells the keeper nothing.
 */
export async function keepToken({ room, secret }: RoomAddress, crypto: Pick<Crypto, 'deriveKey'>): Promise<Uint8Array> {
  const seed = [...hashBytes(room), ...(secret === undefined ? [] : hashBytes(secret))]
  return crypto.deriveKey(Uint8Array.from(seed), 'earshot-keep-1')
}
