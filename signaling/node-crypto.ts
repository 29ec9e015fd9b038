import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Crypto } from '../src/domain/crypto.ts'
import { keyFromPeerId } from '../src/domain/ids.ts'

/** DER in front of a raw Ed25519 public key (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

/** What it takes to judge records, by Node's own cryptography; signatures are verified on its threads, beside the event loop. */
export const nodeCrypto: Pick<Crypto, 'sha256' | 'verify'> = {
  sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  verify(peer, bytes, signature) {
    const raw = keyFromPeerId(peer)
    if (raw === null || signature.length !== 64) return Promise.resolve(false)
    const key = createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' })
    return new Promise((resolve, reject) =>
      verify(null, bytes, key, signature, (error, good) => (error === null ? resolve(good) : reject(error))),
    )
  },
}
