import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { makeManifest, verifyManifest, verifyPiece } from '../../src/media/manifest.ts'
import { leafHasher, merkleRoot } from '../../src/media/merkle.ts'
import { crypto, manifestOf, randomBytes } from './support.ts'

const hashLeaf = leafHasher(crypto)

const small = fc.record({
  pieces: fc.integer({ min: 1, max: 5 }),
  tail: fc.integer({ min: 1, max: 5_000 }),
  seed: fc.nat(),
})
const blob = ({ pieces, tail, seed }: { pieces: number; tail: number; seed: number }): Uint8Array =>
  randomBytes((pieces - 1) * limits.pieceBytes + tail, seed)

const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const flipped = bytes.slice()
  flipped[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7)
  return flipped
}

describe('manifest', () => {
  it('[MEDIA-1] names a blob by its bytes alone: the same bytes, the same id; other bytes, another id', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.nat(), async (shape, bit) => {
        const bytes = blob(shape)
        const id = (await manifestOf(bytes)).id
        expect((await manifestOf(bytes.slice())).id).toBe(id)
        expect((await manifestOf(flip(bytes, bit))).id).not.toBe(id)
      }),
      { numRuns: 10 },
    )
  })

  it('[MEDIA-2] takes a manifest only with every leaf, in order, and the right size', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.nat(), async (shape, bit) => {
        const manifest = await manifestOf(blob(shape))
        const { leaves, sizeBytes } = manifest
        expect(await verifyManifest(crypto, manifest)).toBe(true)
        expect(await verifyManifest(crypto, { ...manifest, leaves: flip(leaves, bit) })).toBe(false)
        expect(await verifyManifest(crypto, { ...manifest, sizeBytes: sizeBytes + 1 })).toBe(false)
        expect(await verifyManifest(crypto, { ...manifest, sizeBytes: sizeBytes - 1 })).toBe(false)
        expect(await verifyManifest(crypto, { ...manifest, leaves: leaves.subarray(32) })).toBe(false)
        if (leaves.length === 32) return
        const swapped = Uint8Array.of(...leaves.subarray(32, 64), ...leaves.subarray(0, 32), ...leaves.subarray(64))
        expect(await verifyManifest(crypto, { ...manifest, leaves: swapped })).toBe(false)
      }),
      { numRuns: 10 },
    )
  })

  it('[MEDIA-2] takes a piece only at its place, with every bit of it', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.nat(), fc.nat(), async (shape, where, bit) => {
        const bytes = blob(shape)
        const manifest = await manifestOf(bytes)
        const index = where % shape.pieces
        const piece = bytes.subarray(index * limits.pieceBytes, (index + 1) * limits.pieceBytes)
        expect(await verifyPiece(hashLeaf, manifest, index, piece)).toBe(true)
        expect(await verifyPiece(hashLeaf, manifest, index, flip(piece, bit))).toBe(false)
        expect(await verifyPiece(hashLeaf, manifest, index, piece.subarray(1))).toBe(false)
        expect(await verifyPiece(hashLeaf, manifest, index + 1, piece)).toBe(false)
        expect(await verifyPiece(hashLeaf, manifest, -1, piece)).toBe(false)
      }),
      { numRuns: 10 },
    )
  })

  it('[MEDIA-1] tells leaves and nodes apart, so that a node cannot pose as a piece', async () => {
    const [a, b] = [await hashLeaf(Uint8Array.of(1)), await hashLeaf(Uint8Array.of(2))]
    const root = await merkleRoot(crypto, Uint8Array.of(...a, ...b))
    expect(await hashLeaf(Uint8Array.of(...a, ...b))).not.toEqual(root)
  })

  it('[MEDIA-1] follows the tree of RFC 6962 (test vectors of certificate-transparency for 1, 2, 3 and 8 leaves)', async () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const leaves = await Promise.all(inputs.map((hex) => hashLeaf(new Uint8Array(Buffer.from(hex, 'hex')))))
    const root = async (count: number): Promise<string> =>
      Buffer.from(await merkleRoot(crypto, new Uint8Array(Buffer.concat(leaves.slice(0, count))))).toString('hex')
    expect(await root(1)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(await root(2)).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
    expect(await root(3)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77')
    expect(await root(8)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  it('[MEDIA-1] refuses what is no blob: nothing, or more than the largest track', async () => {
    const read = async (): Promise<Uint8Array> => new Uint8Array(0)
    for (const size of [0, -1, 1.5, NaN, limits.trackBytes + 1]) {
      await expect(makeManifest(crypto, size, read)).rejects.toThrow(RangeError)
    }
  })
})
