import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, type BlobId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { pieceCount } from '../../src/media/manifest.ts'
import { decodeMessage, encodeMessage, type MediaMessage } from '../../src/media/wire.ts'

const rawId = fc.uint8Array({ minLength: 32, maxLength: 32 })
const id = rawId.map((bytes) => hashText<BlobId>(bytes))
const piece = fc.nat({ max: 4_095 })
const sizeBytes = fc.integer({ min: 1, max: 20 * limits.pieceBytes })

const message: fc.Arbitrary<MediaMessage> = fc.oneof(
  fc.record({ kind: fc.constant('want' as const), ids: fc.array(id, { maxLength: limits.mediaWants }) }),
  sizeBytes.chain((size) =>
    fc.record({
      kind: fc.constant('have' as const),
      id,
      sizeBytes: fc.constant(size),
      held: fc
        .array(fc.constantFrom(0, 1), { minLength: pieceCount(size), maxLength: pieceCount(size) })
        .map((bits) => Uint8Array.from(bits)),
    }),
  ),
  fc.record({ kind: fc.constant('ask-manifest' as const), id }),
  fc.record({ kind: fc.constantFrom('ask' as const, 'cancel' as const, 'refuse' as const), id, piece }),
  fc.record({ kind: fc.constant('piece' as const), id, piece, bytes: fc.uint8Array({ minLength: 1, maxLength: 500 }) }),
)

describe('wire', () => {
  it('[MEDIA-3] reads every message as it was written', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeMessage(encodeMessage(sent))).toEqual(sent)
      }),
    )
  })

  it('[MEDIA-3] reads a manifest of the largest track within one message', () => {
    const size = limits.trackBytes
    const manifest = {
      id: hashText<BlobId>(new Uint8Array(32)),
      sizeBytes: size,
      leaves: new Uint8Array(pieceCount(size) * 32),
    }
    const bytes = encodeMessage({ kind: 'manifest', manifest })
    expect(bytes.length).toBeLessThan(limits.messageBytes)
    expect(decodeMessage(bytes)).toEqual({ kind: 'manifest', manifest })
  })

  it('[MEDIA-3] turns no bytes whatever into an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeMessage(bytes)))
    const cut = fc.tuple(message, fc.nat(), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(cut, ([sent, at, value]) => {
        const bytes = encodeMessage(sent)
        bytes[at % bytes.length] = value
        void decodeMessage(bytes)
        void decodeMessage(bytes.subarray(0, at % bytes.length))
      }),
    )
  })

  const good = new Uint8Array(32)
  const wrong: readonly [string, unknown][] = [
    ['an unknown kind', ['steal', good, 1]],
    ['no list', { kind: 'want' }],
    ['a short id', ['ask', good.subarray(1), 0]],
    ['a negative piece', ['ask', good, -1]],
    ['a piece beyond the largest track', ['ask', good, limits.trackBytes / limits.pieceBytes]],
    ['a fractional piece', ['ask', good, 0.5]],
    ['too many fields', ['ask', good, 0, 0]],
    ['too many wants', ['want', Array.from({ length: limits.mediaWants + 1 }, () => good)]],
    ['an absurd size', ['have', good, Number.MAX_SAFE_INTEGER, new Uint8Array(1)]],
    ['a size of nothing', ['have', good, 0, new Uint8Array(0)]],
    ['bits for another size', ['have', good, limits.pieceBytes * 9, new Uint8Array(1)]],
    ['spare bits that are set', ['have', good, 1, Uint8Array.of(0xc0)]],
    ['a manifest that lacks a leaf', ['manifest', good, limits.pieceBytes + 1, new Uint8Array(32)]],
    ['a piece without bytes', ['piece', good, 0]],
  ]
  it.each(wrong)('[MEDIA-3] refuses %s', (_, fields) => expect(decodeMessage(encode(fields))).toBeNull())

  it('[MEDIA-3] refuses bytes behind a message that has none, and a piece larger than a piece', () => {
    const ask = encode(['ask', good, 0])
    expect(decodeMessage(Uint8Array.of(...ask, 0))).toBeNull()
    const head = encode(['piece', good, 0])
    const large = new Uint8Array(head.length + limits.pieceBytes + 1)
    large.set(head)
    expect(decodeMessage(large)).toBeNull()
    expect(decodeMessage(large.subarray(0, -1))).not.toBeNull()
  })
})
