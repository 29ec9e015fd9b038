import { encode, rfc8949EncodeOptions } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { bodyProblem, isBody, tidyLine } from '../../src/domain/record-schema.ts'
import { ascii, concat } from '../../src/replica/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/replica/cbor.ts'
import { IngressQueue } from '../../src/replica/ingress-queue.ts'
import { decodeRecord, hashRecord } from '../../src/replica/record-codec.ts'
import { decodeSyncMessage } from '../../src/replica/sync-message.ts'
import { nodeSigner } from '../support/node-crypto.ts'
import { fakeHash, fakeTrack } from '../support/records.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { sayBytes, testCrypto } from './support/forge.ts'

const signer = nodeSigner(seededRandom(3))
const room = fakeHash<never>(5)
const hash = fakeHash(8)

const words = (max: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: max * 2 })
    .map((text) => tidyLine(text, max))
    .filter((text) => text !== null)
/** Any code points, halves of pairs and control characters too. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x10_ffff), fc.nat(0xff), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength: 120 })
  .map((points) => String.fromCodePoint(...points))
const millis = fc.double({ min: 0, max: 86_400_000, noNaN: true, noDefaultInfinity: true }).map((ms) => ms + 0)
const body = fc.oneof(
  fc.record({ kind: fc.constant('message' as const), body: fc.record({ text: words(limits.messageChars) }) }),
  fc.record({ kind: fc.constant('profile' as const), body: fc.record({ name: words(40), face: words(40) }) }),
  fc.record({
    kind: fc.constant('play' as const),
    body: fc.record({
      entry: fc.constantFrom(hash, null),
      positionMs: millis,
      startsAtMs: millis,
      playing: fc.boolean(),
      turn: fc.nat(),
      cause: fc.constantFrom('play' as const, 'anchor' as const),
    }),
  }),
  fc.record({
    kind: fc.constant('entry' as const),
    body: fc.record({ track: fc.record({ title: words(200) }).map((part) => ({ ...fakeTrack(1), ...part })) }),
  }),
)

describe('the record codec', () => {
  it('[RECORD-1] reads back what was signed, whatever the body', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), millis, fc.nat(limits.recordsPerAuthor), async (said, session, at, yClock) => {
        const bytes = await sayBytes({ room, signer, ...said, session, yClock, lie: { at } })
        const decoded = decodeRecord(bytes, await hashRecord(bytes, testCrypto))
        expect(decoded?.record).toMatchObject({
          v: 1,
          room,
          author: signer.peer,
          seq: yClock,
          yClock,
          at,
          session,
          ...said,
        })
        expect(
          await testCrypto.verify(signer.peer, decoded?.signed as Uint8Array, decoded?.signature as Uint8Array),
        ).toBe(true)
        const { sig, ...unsigned } = decodeCbor(bytes) as Record<string, unknown>
        expect(decoded?.signature).toEqual(sig)
        expect(decoded?.signed).toEqual(concat(ascii('earshot-record-1'), encodeCbor(unsigned)))
      }),
      { numRuns: 60 },
    )
  })

  it('[RECORD-2] has one encoding per value: what decodes, encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const value = decodeCbor(bytes)
        if (value !== null) expect(encodeCbor(value)).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
    const second: [string, number[]][] = [
      ['a long zero', [0x18, 0x00]],
      ['a float that is whole', [0xf9, 0x3c, 0x00]],
      ['a float longer than needed', [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]],
      ['negative zero', [0xf9, 0x80, 0x00]],
      ['NaN', [0xf9, 0x7e, 0x00]],
      ['infinity', [0xf9, 0x7c, 0x00]],
      ['an indefinite list', [0x9f, 0x01, 0xff]],
      ['a tag', [0xc1, 0x01]],
      ['undefined', [0xf7]],
      ['a key twice', [0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2]],
      ['keys out of order', [0xa2, 0x61, 0x62, 1, 0x61, 0x61, 2]],
      ['2^53', [0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0]],
      ['text that is not UTF-8', [0x61, 0xff]],
      ['something after the end', [0x01, 0x01]],
      ['nothing', []],
    ]
    for (const [what, bytes] of second) expect([what, decodeCbor(Uint8Array.from(bytes))]).toEqual([what, null])
    expect(decodeCbor(new Uint8Array(500_000).fill(0x81))).toBeNull()
  })

  it('[RECORD-2] has keys in the order of their encodings, whatever text they are', () => {
    const key = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(22, 23, 24, 255, 256).map((length) => 'k'.repeat(length)),
    )
    const value = fc.dictionary(key, fc.oneof(fc.nat(), fc.dictionary(key, fc.boolean(), { maxKeys: 6 })), {
      maxKeys: 12,
    })
    fc.assert(
      fc.property(value, (entries) => {
        expect(encodeCbor(entries)).toEqual(encode(entries, rfc8949EncodeOptions))
        expect(decodeCbor(encodeCbor(entries))).toEqual({ ...entries })
      }),
    )
  })

  const seekTable = { sampleRate: 48_000, everyFrames: 480_384, gapsBytes: [417, 160_000] }
  const badSeekTables: readonly unknown[] = [
    undefined,
    [],
    { ...seekTable, sampleRate: 0 },
    { ...seekTable, sampleRate: limits.sampleRateHz + 1 },
    { ...seekTable, everyFrames: 0 },
    { ...seekTable, everyFrames: 1.5 },
    { ...seekTable, gapsBytes: [417] },
    { ...seekTable, gapsBytes: [417, -1] },
    { ...seekTable, gapsBytes: [417, NaN] },
    { ...seekTable, gapsBytes: [417, limits.trackBytes + 1] },
    { ...seekTable, gapsBytes: Array.from({ length: limits.seekMarks + 1 }, () => 1) },
    { ...seekTable, more: 1 },
  ]

  it('[RECORD-3] [MEDIA-31] holds the longest seek table, and leaves room for all else', () => {
    const gapsBytes = Array.from({ length: limits.seekMarks }, () => limits.trackBytes)
    const track = { ...fakeTrack(1), seekTable: { ...seekTable, gapsBytes } }
    expect(bodyProblem('entry', { track })).toBeNull()
    expect(encodeCbor(track.seekTable).length).toBeLessThan(limits.recordBytes / 4)
  })

  it('[RECORD-3] holds bodies to their limits', () => {
    const track = fakeTrack(1)
    const bad: [Parameters<typeof bodyProblem>[0], unknown][] = [
      ['message', { text: '' }],
      ['message', { text: ' padded ' }],
      ['message', { text: 'bell \u0007' }],
      ['message', { text: 'half \udc00' }],
      ['message', { text: 'x'.repeat(limits.messageChars + 1) }],
      ['message', { text: 'x', more: 1 }],
      ['profile', { name: 'two\nlines', face: 'a' }],
      ['profile', { name: 'turned \u202e name', face: 'a' }],
      ['charter', { name: 'x'.repeat(limits.roomNameChars + 1), control: 'everyone' }],
      ['charter', { name: 'x', control: 'nobody' }],
      ['role', { peer: 'someone', role: 'host' }],
      ['role', { peer: signer.peer, role: 'founder' }],
      ['vote', { entry: 'x', up: true }],
      ['vote', { entry: hash, up: 1 }],
      ['genesis', { nonce: new Uint8Array(15), visibility: 'public' }],
      ['entry', { track: { ...track, sizeBytes: 0 } }],
      ['entry', { track: { ...track, sizeBytes: 1.5 } }],
      ['entry', { track: { ...track, durationMs: 0 } }],
      ['entry', { track: { ...track, durationMs: Infinity } }],
      ['entry', { track: { ...track, durationMs: NaN } }],
      ...badSeekTables.map((seekTable) => ['entry', { track: { ...track, seekTable } }] as ['entry', unknown]),
      ['entry', { track: { ...track, title: '' } }],
      ['entry', { track: { ...track, artist: undefined } }],
      ['entry', { track: { ...track, type: 'Audio/MPEG' } }],
      ['entry', { track: { ...track, cover: { id: hash, sizeBytes: 5, type: 'image/svg+xml' } } }],
      ['entry', { track: { ...track, video: { widthPx: 0, heightPx: 90 } } }],
      ['entry', { track: { ...track, video: { widthPx: 160.5, heightPx: 90 } } }],
      ['entry', { track: { ...track, video: { widthPx: 160, heightPx: limits.pictureEdgePx + 1 } } }],
      ['entry', { track: { ...track, video: { widthPx: 160, heightPx: 90, src: 'x' } } }],
      ['play', { entry: null, positionMs: -1, startsAtMs: 0, playing: false, turn: 0, cause: 'play' }],
      ['play', { entry: null, positionMs: 0, startsAtMs: 0, playing: false, turn: 2 ** 40, cause: 'play' }],
    ]
    for (const [kind, value] of bad) {
      expect([kind, value, isBody(kind, value)]).toEqual([kind, value, false])
      expect(bodyProblem(kind, value)).toMatch(/^the /)
    }
    expect(
      isBody('entry', {
        track: { ...track, artist: 'A', album: 'B', cover: { id: hash, sizeBytes: 5, type: 'image/webp' } },
      }),
    ).toBe(true)
    expect(isBody('message', { text: 'two\nlines\tand a 👩‍🎤' })).toBe(true)
  })

  it('[RECORD-4] tidies any text into a line that a record can hold', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const name = tidyLine(raw, limits.nameChars)
        if (name !== null) expect(isBody('profile', { name, face: 'f' })).toBe(true)
      }),
    )
    expect(tidyLine('  My\u0000 \n Song ', 40)).toBe('My Song')
    expect(tidyLine(' \u200e\u0007 ', 40)).toBeNull()
  })
})

describe('sync messages', () => {
  it('[SYNC-7] are typed values or null, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const message = decodeSyncMessage(bytes)
        if (message !== null) expect(message).toHaveProperty('type')
      }),
    )
    const bad = [
      { type: 'have', vector: [1] },
      { type: 'have', vector: [1, -1] },
      { type: 'have', vector: [1.5, 1] },
      { type: 'prune', more: 1 },
      { type: 'update', update: 'text', as: 'push' },
      { type: 'update', update: new Uint8Array(), as: 'gift' },
      { type: 'proof', a: new Uint8Array(limits.recordBytes + limits.sealBytes + 1), b: new Uint8Array() },
      { type: 'nothing' },
    ]
    for (const value of bad) expect([value, decodeSyncMessage(encodeCbor(value))]).toEqual([value, null])
  })
})

describe('the ingress queue', () => {
  it('[SYNC-4] takes turns among senders, one message at a time, whatever the length of a line', async () => {
    const handled: string[] = []
    let busy = 0
    let release = (): void => {}
    const queue = new IngressQueue<string>(
      async (sender, [number = 0]) => {
        expect(++busy).toBe(1)
        await Promise.resolve()
        busy--
        handled.push(`${sender}${number}`)
        if (handled.length === 6) release()
      },
      (error) => handled.push(String(error)),
    )
    for (let i = 0; i < 4; i++) queue.push('flood', Uint8Array.of(i))
    queue.push('late', Uint8Array.of(0))
    queue.push('later', Uint8Array.of(0))
    expect(handled).toEqual([])
    const done = new Promise<void>((resolve) => (release = resolve))
    queue.start()
    await done
    expect(handled).toEqual(['flood0', 'late0', 'later0', 'flood1', 'flood2', 'flood3'])
  })

  it('[SYNC-6] drops what one sender sends beyond its line', () => {
    const queue = new IngressQueue<string>(
      async () => {},
      () => {},
    )
    const message = new Uint8Array(limits.pendingBytesPerSender / 4)
    expect([1, 2, 3, 4].map(() => queue.push('flood', message))).toEqual([true, true, true, false])
    expect(queue.push('other', message)).toBe(true)
    queue.remove('flood')
    expect(queue.push('flood', message)).toBe(true)
  })
})
