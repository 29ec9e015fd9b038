import type { PeerId } from './ids.ts'

/** The cryptography that the floors above need; `platform/webcrypto.ts` is its implementation. */
export interface Crypto {
  sha256(bytes: Uint8Array): Promise<Uint8Array>
  /** True when `signature` (64 bytes) is `peer`'s Ed25519 signature (RFC 8032) of `bytes`. Never throws on bad input. */
  verify(peer: PeerId, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>
  randomBytes(count: number): Uint8Array
  /** HKDF-SHA-256 (RFC 5869) of a secret for one named purpose: 32 bytes. */
  deriveKey(secret: Uint8Array, purpose: string): Promise<Uint8Array>
  /** AES-256-GCM with a random 96-bit nonce in front; `key` has 32 bytes. */
  seal(key: Uint8Array, plain: Uint8Array): Promise<Uint8Array>
  /** Opens what `seal` made. Null when it was not sealed with this key, or was altered. */
  open(key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null>
}

/** Someone who can sign: an identity whose private key stays where it is. */
export interface Signer {
  readonly peer: PeerId
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
