import { describe, expect, it } from 'vitest'
import { UnsupportedError } from '../../src/domain/errors.ts'
import { keyFromPeerId, peerIdFromKey } from '../../src/domain/ids.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import {
  createIdentity,
  createWebCrypto,
  loadOrCreateIdentity,
  signerFromPkcs8,
  type IdentityStore,
  type WebCrypto,
} from '../../src/platform/webcrypto.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const some = Uint8Array.of(1, 2, 3)

function memoryIdentity(): IdentityStore & { kept?: Uint8Array } {
  return {
    async load() {
      return this.kept
    },
    async keep(pkcs8) {
      return (this.kept ??= pkcs8)
    },
  }
}

describe('WebCrypto', () => {
  it('[CRYPTO-1] verifies what RFC 8032 (7.1, test 2) signs, and nothing else', async () => {
    const crypto = await createWebCrypto()
    const peer = peerIdFromKey(hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'))
    const signature = hex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
    expect(await crypto.verify(peer, Uint8Array.of(0x72), signature)).toBe(true)
    expect(await crypto.verify(peer, Uint8Array.of(0x73), signature)).toBe(false)
    expect(await crypto.verify(peer, Uint8Array.of(0x72), signature.subarray(1))).toBe(false)
    expect(await crypto.verify('nobody' as never, Uint8Array.of(0x72), signature)).toBe(false)
    // 32 bytes that are no point of the curve.
    expect(await crypto.verify(peerIdFromKey(new Uint8Array(32).fill(0xff)), some, signature)).toBe(false)
  })

  it('[CRYPTO-2] agrees with another implementation on signatures, hashes, derived keys and seals', async () => {
    const [web, node] = [await createWebCrypto(), nodeCrypto(seededRandom(1))]
    const { signer } = await createIdentity()
    const other = nodeSigner(seededRandom(2))
    expect(await node.verify(signer.peer, some, await signer.sign(some))).toBe(true)
    expect(await web.verify(other.peer, some, await other.sign(some))).toBe(true)
    expect(await web.sha256(some)).toEqual(await node.sha256(some))
    const key = await web.deriveKey(some, 'purpose')
    expect(key).toEqual(await node.deriveKey(some, 'purpose'))
    expect(key).not.toEqual(await web.deriveKey(some, 'another purpose'))
    expect(await node.open(key, await web.seal(key, some))).toEqual(some)
    expect(await web.open(key, await node.seal(key, some))).toEqual(some)
  })

  it('[CRYPTO-3] opens nothing that was altered, cut short or sealed with another key, and seals the same twice differently', async () => {
    const crypto = await createWebCrypto()
    const key = crypto.randomBytes(32)
    const sealed = await crypto.seal(key, some)
    expect(sealed).toHaveLength(some.length + 28)
    expect(await crypto.seal(key, some)).not.toEqual(sealed)
    for (let i = 0; i < sealed.length; i++) {
      const altered = sealed.slice()
      altered[i] = (altered[i] ?? 0) ^ 1
      expect(await crypto.open(key, altered)).toBeNull()
      expect(await crypto.open(key, sealed.subarray(0, i))).toBeNull()
    }
    expect(await crypto.open(crypto.randomBytes(32), sealed)).toBeNull()
  })

  it('[CRYPTO-6] imports a key once, whatever is sealed, opened and verified with it', async () => {
    let imports = 0
    const subtle = new Proxy(globalThis.crypto.subtle, {
      get: (target, name: keyof SubtleCrypto) => {
        if (name === 'importKey') imports++
        return target[name].bind(target)
      },
    })
    const crypto = await createWebCrypto({
      subtle,
      getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto),
    })
    const { signer } = await createIdentity()
    const signature = await signer.sign(some)
    const [key, other] = [crypto.randomBytes(32), crypto.randomBytes(32)]
    imports = 0
    const sealed = await Promise.all([crypto.seal(key, some), crypto.seal(key, some)])
    for (const each of sealed) expect(await crypto.open(key, each)).toEqual(some)
    expect(imports).toBe(1)
    expect(await crypto.open(other, sealed[0])).toBeNull()
    for (let i = 0; i < 3; i++) expect(await crypto.verify(signer.peer, some, signature)).toBe(true)
    expect(imports).toBe(3)
  })

  it('[CRYPTO-4] keeps one identity per device, also when two tabs start at once, and moves with its key', async () => {
    const store = memoryIdentity()
    const [first, second] = await Promise.all([loadOrCreateIdentity(store), loadOrCreateIdentity(store)])
    expect(first.peer).toBe(second.peer)
    expect((await loadOrCreateIdentity(store)).peer).toBe(first.peer)
    expect(keyFromPeerId(first.peer)).toHaveLength(32)
    const moved = await signerFromPkcs8(store.kept as Uint8Array)
    const crypto = await createWebCrypto()
    expect(await crypto.verify(first.peer, some, await moved.sign(some))).toBe(true)
    expect((await createIdentity()).signer.peer).not.toBe(first.peer)
  })

  it('[CRYPTO-5] says what to do where cryptography is switched off, and where Ed25519 is missing', async () => {
    const insecure = { getRandomValues: () => some } as unknown as WebCrypto
    await expect(createWebCrypto(insecure)).rejects.toThrow(/https|localhost/)
    const old = { subtle: { importKey: () => Promise.reject(new Error('unrecognised')) } } as unknown as WebCrypto
    await expect(createWebCrypto(old)).rejects.toThrow(UnsupportedError)
    await expect(createWebCrypto(old)).rejects.toThrow(/Update/)
  })
})
