import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign as signEd25519,
  verify as verifyEd25519,
  type KeyObject,
} from 'node:crypto'
import type { Crypto, Signer } from '../../src/domain/crypto.ts'
import { keyFromPeerId, peerIdFromKey, type PeerId } from '../../src/domain/ids.ts'
import type { Random } from '../../src/domain/scheduler.ts'

/** DER in front of a raw Ed25519 key (RFC 8410). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

/** Cryptography without threads: every result is there at once, so that a seeded run in virtual time repeats exactly. */
export function nodeCrypto(random: Random): Crypto {
  const randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * 256))
  return {
    sha256: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    async verify(peer, bytes, signature) {
      const key = publicKey(peer)
      return key !== null && signature.length === 64 && verifyEd25519(null, bytes, key, signature)
    },
    randomBytes,
    deriveKey: async (secret, purpose) => new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32)),
    async seal(key, plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
    },
    async open(key, sealed) {
      if (sealed.length < 28) return null
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(-16))
      try {
        return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]))
      } catch {
        return null // the tag does not match: sealed with another key, or altered
      }
    },
  }
}

/** A new identity from the seed. */
export function nodeSigner(random: Random): Signer {
  const seed = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return {
    peer: peerIdFromKey(new Uint8Array(spki.subarray(SPKI_HEADER.length))),
    sign: async (bytes) => new Uint8Array(signEd25519(null, bytes, secret)),
  }
}

/** Keys as Node wants them: making one costs as much as verifying with it. */
const publicKeys = new Map<PeerId, KeyObject>()

function publicKey(peer: PeerId): KeyObject | null {
  const raw = keyFromPeerId(peer)
  if (raw === null) return null
  const known = publicKeys.get(peer)
  if (known !== undefined) return known
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' })
  publicKeys.set(peer, key)
  return key
}
