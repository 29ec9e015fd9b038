import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import type { Crypto } from '../src/domain/crypto.ts'
import { keyFromPeerId, type PeerId } from '../src/domain/ids.ts'
import { limits } from '../src/domain/limits.ts'
import { rememberLast } from '../src/domain/remember-last.ts'

/** DER in front of a raw Ed25519 public key (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

const publicKey = rememberLast(limits.authorKeys, (peer: PeerId): KeyObject | null => {
  const raw = keyFromPeerId(peer)
  if (raw === null) return null
  return createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' })
})

/** What it takes to judge records, by Node's own cryptography; signatures are verified on its threads, beside the event loop. */
export const nodeCrypto: Pick<Crypto, 'sha256' | 'verify'> = {
  sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  verify(peer, bytes, signature) {
    const key = publicKey(peer)
    if (key === null || signature.length !== 64) return Promise.resolve(false)
    return new Promise((resolve, reject) =>
      verify(null, bytes, key, signature, (error, good) => (error === null ? resolve(good) : reject(error))),
    )
  },
}
