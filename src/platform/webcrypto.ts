import { base64urlnopad } from '@scure/base'
import type { Crypto as EarshotCrypto, Signer } from '../domain/crypto.ts'
import { InsecureError, UnsupportedError } from '../domain/errors.ts'
import { keyFromPeerId, peerIdFromKey, type PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { rememberLast } from '../domain/remember-last.ts'

const ED25519 = 'Ed25519'
const NONCE_BYTES = 12
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** The part of WebCrypto that is used; the browser's and Node's global `crypto` both have it. */
export type WebCrypto = Pick<Crypto, 'subtle' | 'getRandomValues'>

/** WebCrypto wants buffers that are not shared; all of ours are plain ArrayBuffers. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>

/**
 * Cryptography by the browser's own WebCrypto.
 * @throws InsecureError when the page is no secure context (plain http on a LAN address).
 * @throws UnsupportedError when the browser has no Ed25519.
 */
export async function createWebCrypto(web: WebCrypto = globalThis.crypto): Promise<EarshotCrypto> {
  if (web?.subtle === undefined) {
    throw new InsecureError(
      'This page was opened over an insecure connection, where browsers switch cryptography off. Open it over https, or as http://localhost on this device.',
    )
  }
  try {
    await web.subtle.importKey('raw', plain(new Uint8Array(KEY_BYTES).fill(1)), ED25519, true, ['verify'])
  } catch (cause) {
    // The key above is a valid encoding (RFC 8032 5.1.3), so only a missing algorithm can fail here.
    throw new UnsupportedError(
      'This browser cannot make Ed25519 signatures. Update it: Chrome 137, Firefox 129 or Safari 17 and later can.',
      { cause },
    )
  }
  return new WebCryptography(web)
}

class WebCryptography implements EarshotCrypto {
  readonly #web: WebCrypto
  readonly #publicKey = rememberLast(limits.authorKeys, (peer: PeerId) => this.#importPublicKey(peer))
  /** A room's keys by their bytes, which nobody writes over: importing costs about as much as opening what came. They go with their bytes. */
  readonly #aesKeys = new WeakMap<Uint8Array, Promise<CryptoKey>>()

  constructor(web: WebCrypto) {
    this.#web = web
  }

  async sha256(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await this.#web.subtle.digest('SHA-256', plain(bytes)))
  }

  async verify(peer: PeerId, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (signature.length !== SIGNATURE_BYTES) return false
    const key = await this.#publicKey(peer)
    return key !== null && this.#web.subtle.verify(ED25519, key, plain(signature), plain(bytes))
  }

  randomBytes(count: number): Uint8Array {
    return this.#web.getRandomValues(new Uint8Array(count))
  }

  async deriveKey(secret: Uint8Array, purpose: string): Promise<Uint8Array> {
    const base = await this.#web.subtle.importKey('raw', plain(secret), 'HKDF', false, ['deriveBits'])
    const info = new TextEncoder().encode(purpose)
    const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
    return new Uint8Array(await this.#web.subtle.deriveBits(params, base, KEY_BYTES * 8))
  }

  async seal(key: Uint8Array, plainBytes: Uint8Array): Promise<Uint8Array> {
    const iv = this.randomBytes(NONCE_BYTES)
    const aes = await this.#aesKey(key)
    const cipher = await this.#web.subtle.encrypt({ name: 'AES-GCM', iv: plain(iv) }, aes, plain(plainBytes))
    const sealed = new Uint8Array(NONCE_BYTES + cipher.byteLength)
    sealed.set(iv)
    sealed.set(new Uint8Array(cipher), NONCE_BYTES)
    return sealed
  }

  async open(key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null> {
    const iv = plain(sealed.subarray(0, NONCE_BYTES))
    const aes = await this.#aesKey(key)
    try {
      const cipher = plain(sealed.subarray(NONCE_BYTES))
      return new Uint8Array(await this.#web.subtle.decrypt({ name: 'AES-GCM', iv }, aes, cipher))
    } catch {
      return null // WebCrypto tells a wrong key, an altered and a short text by throwing; to us they are one answer
    }
  }

  #aesKey(key: Uint8Array): Promise<CryptoKey> {
    const known = this.#aesKeys.get(key)
    if (known !== undefined) return known
    const imported = this.#web.subtle.importKey('raw', plain(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
    this.#aesKeys.set(key, imported)
    return imported
  }

  #importPublicKey(peer: PeerId): Promise<CryptoKey | null> {
    const raw = keyFromPeerId(peer)
    if (raw === null) return Promise.resolve(null)
    // Some 32 bytes are no point of the curve: such a key signs nothing.
    return this.#web.subtle.importKey('raw', plain(raw), ED25519, true, ['verify']).catch(() => null)
  }
}

/** Where the private key is kept between visits, as PKCS #8 (RFC 8410). */
export interface IdentityStore {
  load(): Promise<Uint8Array | undefined>
  /** Keeps a new key, unless another tab has just kept one; the result is the key that is kept. */
  keep(pkcs8: Uint8Array): Promise<Uint8Array>
}

/** A new Ed25519 key. `pkcs8` is the private key: it must not leave the device but by the person's wish. */
export async function createIdentity(
  web: WebCrypto = globalThis.crypto,
): Promise<{ signer: Signer; pkcs8: Uint8Array }> {
  const pair = await web.subtle.generateKey(ED25519, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await web.subtle.exportKey('pkcs8', pair.privateKey))
  return { signer: await signerFromPkcs8(pkcs8, web), pkcs8 }
}

/** The signer of a kept or moved key. @throws DOMException when the bytes are no Ed25519 PKCS #8 key. */
export async function signerFromPkcs8(pkcs8: Uint8Array, web: WebCrypto = globalThis.crypto): Promise<Signer> {
  const key = await web.subtle.importKey('pkcs8', plain(pkcs8), ED25519, true, ['sign'])
  const { x } = await web.subtle.exportKey('jwk', key)
  if (x === undefined) throw new UnsupportedError('This browser cannot read the public half of your key. Update it.')
  const peer = peerIdFromKey(base64urlnopad.decode(x))
  return { peer, sign: async (bytes) => new Uint8Array(await web.subtle.sign(ED25519, key, plain(bytes))) }
}

/** The key kept in `store`, or a new one that is kept there from now on. */
export async function loadOrCreateIdentity(store: IdentityStore, web: WebCrypto = globalThis.crypto): Promise<Signer> {
  const kept = await store.load()
  if (kept !== undefined) return signerFromPkcs8(kept, web)
  const { pkcs8 } = await createIdentity(web)
  return signerFromPkcs8(await store.keep(pkcs8), web)
}
