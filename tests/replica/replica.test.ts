import { describe, expect, it } from 'vitest'
import { LimitError, StorageError } from '../../src/domain/errors.ts'
import type { RoomSecret } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { decodeSyncMessage, encodeSyncMessage } from '../../src/replica/sync-message.ts'
import { encodeUpdate } from '../../src/replica/y-update.ts'
import { nodeSigner } from '../support/node-crypto.ts'
import { fakeHash } from '../support/records.ts'
import { say } from './support/forge.ts'
import { memoryStore } from './support/memory-store.ts'
import { TestRoom, type Member } from './support/room.ts'

const texts = ({ replica }: Member) =>
  [...replica.records.values()].flatMap((record) => (record.kind === 'message' ? [record.body.text] : [])).sort()

async function pair(seed: number, visibility: 'public' | 'private' = 'public') {
  const room = await TestRoom.found(seed, visibility)
  const ann = room.members[0] as Member
  const ben = await room.enter()
  return { room, ann, ben }
}

describe('a replica', { timeout: 60_000 }, () => {
  it('[REPLICA-1] starts with a genesis that names the room, and learns it from others', async () => {
    const { room, ann, ben } = await pair(1)
    expect(ann.replica.hasGenesis).toBe(true)
    expect([...ann.replica.records.values()].map(({ kind }) => kind)).toEqual(['genesis', 'charter'])
    expect(ben.replica.hasGenesis).toBe(false)
    room.link(ann, ben)
    await room.time.until(() => ben.replica.hasGenesis && ben.replica.records.size === 2)
    expect((await room.digests()).size).toBe(1)
    await room.close()
  })

  it('[REPLICA-2] keeps what it writes before anyone hears of it, and writes offline', async () => {
    const { room, ann, ben } = await pair(2)
    await ann.replica.write('message', { text: 'alone' })
    await ann.replica.close()
    const later = await room.enter(ann.signer, memoryStore(ann.store.pieces))
    expect(texts(later)).toEqual(['alone'])
    const full = memoryStore()
    full.append = () => Promise.reject(new StorageError('disk full'))
    const cara = await room.enter(undefined, full)
    room.link(cara, ben)
    await expect(cara.replica.write('message', { text: 'lost' })).rejects.toThrow(StorageError)
    await room.time.advance(1_000)
    expect([texts(cara), texts(ben)]).toEqual([[], []])
    // The clock of the failed write was not used up: the next one is in order.
    full.append = memoryStore().append
    await cara.replica.write('message', { text: 'kept' })
    await room.time.until(() => texts(ben).length === 1)
    await room.close()
  })

  it('[REPLICA-3] refuses to write what is not within limits, in words', async () => {
    const { room, ann } = await pair(3)
    const long = ann.replica.write('message', { text: 'x'.repeat(limits.messageChars + 1) })
    await expect(long).rejects.toThrow(LimitError)
    await expect(long).rejects.toThrow(/text is longer than 2000 characters/)
    await expect(ann.replica.write('message', { text: 'half \ud83d' })).rejects.toThrow(LimitError)
    await expect(ann.replica.write('charter', { name: ' ', control: 'everyone' })).rejects.toThrow(LimitError)
    await ann.replica.write('message', { text: '🎧'.repeat(limits.messageChars) })
    expect(texts(ann)).toHaveLength(1)
    await room.close()
  })

  it('[REPLICA-4] loads through the gate: damage is told and left out, the rest is there, in any order', async () => {
    const { room, ann } = await pair(4)
    for (const text of ['one', 'two', 'three']) await ann.replica.write('message', { text })
    const forged = encodeUpdate([
      await say({ room: room.address.room, signer: ann.signer, kind: 'message', body: { text: 'x' } }),
    ])
    forged[forged.length - 2] = (forged[forged.length - 2] ?? 0) ^ 1
    const damaged = encodeSyncMessage({ type: 'update', update: forged, as: 'part' })
    const again = await room.enter(
      undefined,
      memoryStore([Uint8Array.of(1, 2), damaged, ...ann.store.pieces.toReversed()]),
    )
    expect(texts(again)).toEqual(['one', 'three', 'two'])
    expect(await again.replica.digest()).toBe(await ann.replica.digest())
    expect(again.problems.map((problem) => problem.constructor)).toEqual([StorageError, StorageError])
    await room.close()
  })

  it('[REPLICA-5] merges many pieces into few and leaves those of another tab alone', async () => {
    const { room, ann } = await pair(5)
    const other = await room.enter(undefined, memoryStore(ann.store.pieces))
    await other.replica.write('message', { text: 'other tab' })
    for (let i = 0; i < 70; i++) await ann.replica.write('message', { text: `${i}` })
    await ann.replica.close()
    expect(ann.store.pieces.length).toBeLessThan(20)
    const later = await room.enter(undefined, memoryStore(ann.store.pieces))
    expect(texts(later)).toHaveLength(71)
    await room.close()
  })

  it('[REPLICA-6] tells listeners of each batch once, after the records have it', async () => {
    const { room, ann, ben } = await pair(6)
    const told: string[] = []
    const stop = ben.replica.onRecords((records) => {
      for (const { hash } of records) told.push(`${hash} ${ben.replica.records.has(hash)}`)
    })
    room.link(ann, ben)
    room.link(ann, ben)
    await ann.replica.write('message', { text: 'hello' })
    await room.time.until(() => ben.replica.records.size === 3)
    await room.time.advance(20_000)
    expect(told.toSorted()).toEqual([...ann.replica.records.keys()].map((hash) => `${hash} true`).toSorted())
    stop()
    await ann.replica.write('message', { text: 'unheard' })
    await room.time.until(() => ben.replica.records.size === 4)
    expect(told).toHaveLength(3)
    await room.close()
  })

  it('[REPLICA-7] brings a newcomer a large room in answers of bounded size', async () => {
    const { room, ann, ben } = await pair(7)
    const text = 'long '.repeat(399).trim()
    for (let i = 0; i < 600; i++) await ann.replica.write('message', { text: `${i} ${text}`.slice(0, 2_000) })
    expect(ann.replica.diagnostics().bytes).toBeGreaterThan(1.2 * limits.serveBytes)
    room.link(ann, ben)
    await room.time.until(() => ben.replica.records.size === ann.replica.records.size, 10_000)
    const updates = room.heard.flatMap((bytes) => {
      const message = decodeSyncMessage(bytes)
      return message?.type === 'update' ? [message] : []
    })
    expect(Math.max(...updates.map(({ update }) => update.length))).toBeLessThanOrEqual(limits.serveUpdateBytes)
    expect(updates.filter(({ as }) => as === 'cut').length).toBeGreaterThan(0)
    expect((await room.digests()).size).toBe(1)
    await room.close()
  })
})

describe('a private room', () => {
  it('[SEAL-1] shows nothing in clear on the wire nor in the store, and opens with the secret only', async () => {
    const { room, ann, ben } = await pair(8, 'private')
    room.link(ann, ben)
    await ann.replica.write('message', { text: 'between ourselves' })
    await room.time.until(() => texts(ben).length === 1)
    const seen = [...room.heard, ...ann.store.pieces].map((bytes) => Buffer.from(bytes).toString('latin1'))
    expect(seen.length).toBeGreaterThan(4)
    for (const plain of ['between', 'Kitchen', ann.signer.peer, ben.signer.peer, 'message']) {
      expect(seen.filter((bytes) => bytes.includes(plain))).toEqual([])
    }
    // Someone who knows the room but not its secret, and someone with another secret.
    for (const secret of [{}, { secret: fakeHash<never>(77) as RoomSecret }]) {
      const address = { room: room.address.room, ...secret }
      const stranger = await room.enter(undefined, memoryStore([...ann.store.pieces]), address)
      room.link(ann, stranger)
      await room.time.advance(5_000)
      expect(stranger.replica.records.size).toBe(0)
    }
    await room.close()
  })
})

describe('a hostile neighbour', () => {
  it('[SYNC-5] is told on for each refused message, changes nothing, and does not keep others waiting', async () => {
    const { room, ann, ben } = await pair(9)
    const mallory = nodeSigner(room.random)
    const port = room.hostile(ann, mallory.peer)
    room.link(ann, ben)
    await room.time.advance(1_000)
    const before = await ann.replica.digest()
    const shown = () => [ann, ben].map(({ replica }) => replica.diagnostics().digest)
    const [shownBefore] = shown()
    const forged = await say({
      room: room.address.room,
      signer: mallory,
      kind: 'message',
      body: { text: 'x' },
      lie: { author: ben.signer.peer },
    })
    const update = encodeSyncMessage({ type: 'update', update: encodeUpdate([forged]), as: 'push' })
    const lies = new Map(Array.from({ length: 1_000 }, (_, i) => [i, 1_000]))
    for (const bad of [update, Uint8Array.of(9, 9), new Uint8Array(limits.messageBytes + 1)]) port.send(bad)
    for (const type of ['have', 'want'] as const) {
      port.send(encodeSyncMessage(type === 'have' ? { type, vector: lies } : { type, vector: lies, graft: true }))
    }
    port.send(encodeSyncMessage({ type: 'state', vector: lies, digest: fakeHash(1), ask: true }))
    await ben.replica.write('message', { text: 'still here' })
    await room.time.until(() => texts(ann).length === 1, 2_000)
    await room.time.advance(60_000)
    expect(ann.complaints.map(({ peer, points }) => [peer, points])).toEqual([1, 2, 3].map(() => [mallory.peer, 34]))
    expect(ben.complaints).toEqual([])
    expect(await ann.replica.digest()).toBe(await ben.replica.digest())
    expect(await ann.replica.digest()).not.toBe(before)
    expect(new Set([shownBefore, ...shown()]).size).toBe(2)
    await room.close()
  })

  it('[SYNC-6] cannot fill the memory: what waits is bounded and the rest is dropped', async () => {
    const { room, ann } = await pair(10)
    const mallory = nodeSigner(room.random)
    const port = room.hostile(ann, mallory.peer)
    const large = new Uint8Array(limits.messageBytes)
    for (let i = 0; i < 5; i++) port.send(large)
    await room.time.advance(10_000)
    expect(ann.complaints.length).toBeGreaterThanOrEqual(5)
    await room.close()
  })
})

describe('two histories of one author', () => {
  it('[FORK-1] are proven, voided from the fork on everywhere, and never split the room', async () => {
    const { room, ann, ben } = await pair(11)
    const [cara, dan] = [await room.enter(), await room.enter()]
    const mallory = nodeSigner(room.random)
    const told = (text: string, yClock: number) =>
      say({ room: room.address.room, signer: mallory, kind: 'message', body: { text }, yClock })
    const common = await told('common', 0)
    const give = (member: Member, pieces: Awaited<ReturnType<typeof told>>[]) =>
      room
        .hostile(member, mallory.peer)
        .send(encodeSyncMessage({ type: 'update', update: encodeUpdate(pieces), as: 'push' }))
    give(ann, [common, await told('to Ann', 1), await told('more', 2)])
    give(dan, [common, await told('to Dan', 1)])
    await room.time.advance(1_000)
    expect(texts(ann)).toEqual(['common', 'more', 'to Ann'])
    expect(texts(dan)).toEqual(['common', 'to Dan'])
    const voided: string[] = []
    ann.replica.onVoided((hashes) => voided.push(...hashes))
    room.link(ann, ben)
    room.link(ben, cara)
    room.link(cara, dan)
    await room.time.advance(60_000)
    for (const member of [ann, ben, cara, dan]) expect(texts(member)).toEqual(['common'])
    expect((await room.digests()).size).toBe(1)
    expect(voided).toHaveLength(2)
    // Nobody who passed it on is to blame.
    expect(room.members.flatMap(({ complaints }) => complaints)).toEqual([])
    // It stays so after a restart, and for a newcomer.
    const again = await room.enter(undefined, memoryStore([...dan.store.pieces]))
    expect(texts(again)).toEqual(['common'])
    expect(await again.replica.digest()).toBe(await ann.replica.digest())
    const newcomer = await room.enter()
    room.link(newcomer, cara)
    await room.time.advance(30_000)
    expect(await newcomer.replica.digest()).toBe(await ann.replica.digest())
    await room.close()
  })

  it('[FORK-2] cannot be invented by another: a false proof is refused and costs its sender', async () => {
    const { room, ann } = await pair(12)
    await ann.replica.write('message', { text: 'honest' })
    const mallory = nodeSigner(room.random)
    const [a, b] = [
      await say({
        room: room.address.room,
        signer: mallory,
        kind: 'message',
        body: { text: 'a' },
        lie: { author: ann.signer.peer },
      }),
      await say({ room: room.address.room, signer: ann.signer, kind: 'message', body: { text: 'b' } }),
    ]
    const port = room.hostile(ann, mallory.peer)
    for (const pair of [
      [a.value, b.value],
      [b.value, b.value],
      [b.value, a.value],
    ] as const) {
      port.send(encodeSyncMessage({ type: 'proof', a: pair[0], b: pair[1] }))
    }
    await room.time.advance(1_000)
    expect(ann.complaints.map(({ why }) => why)).toEqual(Array(3).fill('false proof'))
    expect(texts(ann)).toEqual(['honest'])
    await room.close()
  })
})
