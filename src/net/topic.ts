import { base64urlnopad } from '@scure/base'
import type { RoomAddress } from '../domain/address.ts'
import type { Crypto } from '../domain/crypto.ts'
import { hashBytes } from '../domain/ids.ts'

/** What a room is called and how its traffic is sealed wherever strangers carry it. */
export interface RoomTopic {
  /** base64url SHA-256 (43 characters): all that a node learns of a room. It leads back to neither room id nor secret. */
  readonly topic: string
  /** Seals signals, so that a node reads none of them (32 bytes). */
  readonly sealKey: Uint8Array
  /** Goes into what a hello signs and is never sent: only who knows the room (and its secret) can sign or check (32 bytes). */
  readonly proof: Uint8Array
}

const TOPIC_TAG = 'earshot-topic-1'

/** Derives a room's topic and keys from its address. */
export async function deriveTopic(address: RoomAddress, crypto: Crypto): Promise<RoomTopic> {
  const room = hashBytes(address.room)
  const secret = address.secret === undefined ? new Uint8Array() : hashBytes(address.secret)
  const seed = Uint8Array.of(...room, ...secret)
  const named = Uint8Array.of(...new TextEncoder().encode(TOPIC_TAG), ...seed)
  const [topic, sealKey, proof] = await Promise.all([
    crypto.sha256(named),
    crypto.deriveKey(seed, 'earshot-signal-1'),
    crypto.deriveKey(seed, 'earshot-hello-1'),
  ])
  return { topic: base64urlnopad.encode(topic), sealKey, proof }
}
