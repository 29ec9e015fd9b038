import * as Y from 'yjs'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { encodeCbor } from '../../src/replica/cbor.ts'
import { createClientDerivation } from '../../src/replica/client-id.ts'
import { Gate } from '../../src/replica/gate.ts'
import { hashRecord } from '../../src/replica/record-codec.ts'
import { RoomDocument } from '../../src/replica/room-document.ts'
import { createSeal } from '../../src/replica/seal.ts'
import { encodeUpdate, type Piece } from '../../src/replica/y-update.ts'
import { nodeSigner } from '../support/node-crypto.ts'
import { fakeHash } from '../support/records.ts'
import { say, sayBytes, testCrypto } from './support/forge.ts'

const room = fakeHash<never>(5)
const random = seededRandom(1)
const [ann, mallory] = [nodeSigner(random), nodeSigner(random)]
const message = (text: string) => ({ room, signer: ann, kind: 'message' as const, body: { text } })

/** A gate before a document that holds one message of Ann's; `stays` asserts that it is as it was and still takes good records. */
async function guarded() {
  const document = new RoomDocument(testCrypto)
  const seal = await createSeal({ room }, 'record', testCrypto)
  const gate = new Gate(room, testCrypto, createClientDerivation(testCrypto), seal, document)
  const examine = async (update: Uint8Array) => {
    const result = await gate.examine(update)
    if (result.kind === 'accepted') document.add(result.pieces)
    return result
  }
  const first = await say(message('one'))
  await examine(encodeUpdate([first]))
  const before = Y.encodeStateAsUpdate(document.doc)
  const stays = async () => {
    expect(Y.encodeStateAsUpdate(document.doc)).toEqual(before)
    expect(document.doc.store.pendingStructs).toBeNull()
    const next = await examine(encodeUpdate([await say({ ...message('two'), yClock: 1 })]))
    expect(next).toMatchObject({ kind: 'accepted', pieces: [{ record: { body: { text: 'two' } } }] })
  }
  return { document, examine, stays, first }
}

/** What Yjs itself would send for a change to a document. */
function yUpdate(change: (doc: Y.Doc) => void, base?: Uint8Array): Uint8Array {
  const doc = new Y.Doc()
  if (base !== undefined) Y.applyUpdate(doc, base)
  const vector = Y.encodeStateVector(doc)
  doc.transact(() => change(doc))
  return Y.encodeStateAsUpdate(doc, vector)
}

describe('the gate', () => {
  it('[GATE-1] lets a signed record in, exactly as Yjs would have written it', async () => {
    const { document, first } = await guarded()
    const doc = new Y.Doc()
    doc.clientID = first.client
    doc.getMap('chat').set(first.key, first.value)
    expect(Y.encodeStateAsUpdate(document.doc)).toEqual(Y.encodeStateAsUpdate(doc))
    expect(document.records.get(first.key)).toMatchObject({ author: ann.peer, kind: 'message', yClock: 0, seq: 0 })
  })

  it('[GATE-2] refuses a record that another key has signed', async () => {
    const { examine, stays } = await guarded()
    const forged = await say({ ...message('forged'), signer: mallory, lie: { author: ann.peer } })
    expect(await examine(encodeUpdate([forged]))).toEqual({ kind: 'refused', why: 'foreign-client' })
    const client = (await say(message('x'))).client
    const closer = await say({
      ...message('forged'),
      signer: mallory,
      lie: { author: ann.peer, yClient: client, yClock: 1 },
    })
    expect(await examine(encodeUpdate([closer]))).toEqual({ kind: 'refused', why: 'signature' })
    await stays()
  })

  it('[GATE-3] refuses an update with any one byte changed, and never takes in another record', async () => {
    const { examine, stays, document } = await guarded()
    const good = encodeUpdate([await say({ ...message('two'), yClock: 1 })])
    for (let i = 0; i < good.length; i++) {
      const altered = good.slice()
      altered[i] = (altered[i] ?? 0) ^ (1 + Math.floor(random() * 255))
      const result = await examine(altered)
      if (result.kind === 'accepted') expect(result.pieces).toEqual([])
    }
    expect(document.stored).toBe(1)
    await stays()
  })

  it('[GATE-3] refuses a record with any one byte changed under its new hash', async () => {
    const { examine, stays } = await guarded()
    const piece = await say({ ...message('two'), yClock: 1 })
    for (let i = 0; i < piece.value.length; i++) {
      const value = piece.value.slice()
      value[i] = (value[i] ?? 0) ^ (1 + Math.floor(random() * 255))
      const result = await examine(encodeUpdate([{ ...piece, value, key: await hashRecord(value, testCrypto) }]))
      expect(result.kind).toBe('refused')
    }
    await stays()
  })

  it('[GATE-4] refuses deletions, of one record and in an otherwise good update', async () => {
    const { document, examine, stays, first } = await guarded()
    const erase = yUpdate((doc) => doc.getMap('chat').delete(first.key), Y.encodeStateAsUpdate(document.doc))
    expect(await examine(erase)).toEqual({ kind: 'refused', why: 'deletion' })
    const good = encodeUpdate([await say({ ...message('two'), yClock: 1 })])
    const both = Y.mergeUpdates([good, erase])
    expect(await examine(both)).toEqual({ kind: 'refused', why: 'deletion' })
    await stays()
  })

  it('[GATE-5] refuses what is too large: the update, the record', async () => {
    const { examine, stays } = await guarded()
    expect(await examine(new Uint8Array(limits.updateBytes + 1))).toEqual({ kind: 'refused', why: 'oversized' })
    const piece = await say(message('x'))
    const large = { ...piece, clock: 1, value: new Uint8Array(limits.recordBytes + limits.sealBytes + 1) }
    expect(await examine(encodeUpdate([large]))).toEqual({ kind: 'refused', why: 'oversized' })
    await stays()
  })

  it('[GATE-6] takes no record whose predecessors are missing, parks nothing, and says behind', async () => {
    const { examine, stays, first } = await guarded()
    const later = await say({ ...message('five'), yClock: 5 })
    expect(await examine(encodeUpdate([later]))).toMatchObject({
      kind: 'accepted',
      pieces: [],
      behind: [first.client],
    })
    await stays()
  })

  it("[GATE-7] refuses a record at another's client, another clock, in another map, under another key", async () => {
    const { examine, stays } = await guarded()
    const piece = await say({ ...message('two'), yClock: 1 })
    const other = await say({ ...message('x'), signer: mallory })
    const refused: [Partial<Piece>, string][] = [
      [{ client: other.client, clock: 0 }, 'wrong-place'],
      [{ map: 'queue' }, 'wrong-map'],
      [{ key: other.key }, 'wrong-hash'],
    ]
    for (const [lie, why] of refused) {
      expect(await examine(encodeUpdate([{ ...piece, ...lie }]))).toEqual({ kind: 'refused', why })
    }
    const moved = await say({ ...message('three'), yClock: 2 })
    expect(await examine(encodeUpdate([{ ...moved, clock: 1 }]))).toEqual({ kind: 'refused', why: 'wrong-place' })
    const claimed = await say({ ...message('x'), signer: mallory, lie: { yClient: piece.client, yClock: 1 } })
    expect(await examine(encodeUpdate([claimed]))).toEqual({ kind: 'refused', why: 'foreign-client' })
    await stays()
  })

  it('[GATE-8] refuses every struct that is not one binary item in a root map', async () => {
    const { examine, stays } = await guarded()
    const key = fakeHash(9)
    const bytes = Uint8Array.of(1)
    const collected = Uint8Array.of(1, 1, 7, 0, 0, 1, 0)
    expect(Y.decodeUpdate(collected).structs[0]).toBeInstanceOf(Y.GC)
    const pieces: Uint8Array[] = []
    const writer = new Y.Doc()
    writer.on('update', (update: Uint8Array) => pieces.push(update))
    for (let i = 0; i < 3; i++) writer.getMap('chat').set(fakeHash(i), bytes)
    const skipping = Y.mergeUpdates([pieces[0] as Uint8Array, pieces[2] as Uint8Array])
    expect(Y.decodeUpdate(skipping).structs[1]).toBeInstanceOf(Y.Skip)
    const cases: [Uint8Array, string][] = [
      [collected, 'gc-or-skip'],
      [skipping, 'gc-or-skip'],
      [yUpdate((doc) => doc.getMap('chat').set(key, 'text')), 'content'],
      [yUpdate((doc) => doc.getMap('chat').set(key, new Y.Map())), 'content'],
      [yUpdate((doc) => doc.getMap('chat').set(key, new Y.Doc())), 'content'],
      [yUpdate((doc) => doc.getMap('other').set(key, bytes)), 'map'],
      [yUpdate((doc) => doc.getMap('chat').set('short', bytes)), 'key'],
      [yUpdate((doc) => doc.getArray('chat').push([bytes])), 'key'],
      [yUpdate((doc) => [1, 2].forEach(() => doc.getMap('chat').set(key, bytes))), 'content'],
    ]
    for (const [update, why] of cases) expect([await examine(update), why]).toEqual([{ kind: 'refused', why }, why])
    await stays()
  })

  it('[GATE-8] refuses what no Yjs update is: cut short, followed by more, or noise', async () => {
    const { examine, stays } = await guarded()
    const good = encodeUpdate([await say({ ...message('two'), yClock: 1 })])
    for (let length = 0; length < good.length; length++) {
      expect((await examine(good.subarray(0, length))).kind).toBe('refused')
    }
    expect((await examine(Uint8Array.of(...good, 0))).kind).toBe('refused')
    for (let i = 0; i < 300; i++) {
      const noise = Uint8Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 256))
      const result = await examine(noise)
      if (result.kind === 'accepted') expect(result.pieces).toEqual([])
    }
    await stays()
  })

  it("[GATE-9] refuses another room's record and any genesis but the one that names the room", async () => {
    const { examine, stays } = await guarded()
    const foreign = await say({ ...message('x'), room: fakeHash<never>(6), session: 2 })
    expect(await examine(encodeUpdate([foreign]))).toEqual({ kind: 'refused', why: 'foreign-room' })
    const body = { nonce: new Uint8Array(16), visibility: 'public' as const }
    const genesis = await say({ room: '', signer: mallory, kind: 'genesis', body })
    expect(await examine(encodeUpdate([genesis]))).toEqual({ kind: 'refused', why: 'foreign-room' })
    await stays()
  })

  it('[GATE-10] refuses a record in any form but the canonical one, and bodies beyond the schema', async () => {
    const { examine, stays } = await guarded()
    const bytes = await sayBytes({ ...message('two'), yClock: 1 })
    const piece = await say({ ...message('two'), yClock: 1 })
    // The map header says 11 entries (0xab); as a one-byte length (0xb8 0x0b) it means the same and is not canonical.
    const loose = Uint8Array.of(0xb8, 0x0b, ...bytes.subarray(1))
    expect(bytes[0]).toBe(0xab)
    const more = await sayBytes({ ...message('two'), yClock: 1, lie: { body: { text: 'two', extra: 1 } as never } })
    const empty = await sayBytes({ ...message(' '), yClock: 1 })
    const late = await sayBytes({ ...message('x'), yClock: 1, lie: { at: -1 } })
    const list = encodeCbor([1, 2, 3])
    for (const value of [loose, more, empty, late, list]) {
      const update = encodeUpdate([{ ...piece, value, key: await hashRecord(value, testCrypto) }])
      expect(await examine(update)).toEqual({ kind: 'refused', why: 'record' })
    }
    await stays()
  })

  it('[GATE-11] uses nothing of an update of which one record is bad', async () => {
    const { document, examine, stays } = await guarded()
    const good = await say({ ...message('two'), yClock: 1 })
    const bad = await say({ ...message('forged'), signer: mallory, lie: { author: ann.peer, yClient: 3 } })
    expect((await examine(encodeUpdate([good, bad]))).kind).toBe('refused')
    expect(document.stored).toBe(1)
    await stays()
  })

  it('[GATE-12] skips records that are here already and counts them', async () => {
    const { examine, stays, first } = await guarded()
    expect(await examine(encodeUpdate([first]))).toMatchObject({ kind: 'accepted', pieces: [], duplicates: 1 })
    await stays()
  })
})
