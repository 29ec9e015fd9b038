import { describe, expect, it } from 'vitest'
import { foldRoom, RoomFold } from '../../src/domain/fold.ts'
import type { RecordHash } from '../../src/domain/ids.ts'
import type { VerifiedRecord } from '../../src/domain/record.ts'
import type { RoomState } from '../../src/domain/room-state.ts'
import { profileOf } from '../../src/domain/profiles.ts'
import { alice, bob, carol, fakeHash, fakePeer, RecordBuilder } from '../support/records.ts'

const fold = (room: RecordBuilder): RoomState => {
  const state = foldRoom(room.room, room.records)
  if (state === null) throw new Error('no genesis')
  return state
}
/** Two hashes in ascending order. */
const [low, high] = [fakeHash(901), fakeHash(902)].sort() as [RecordHash, RecordHash]

describe('genesis', () => {
  it('[ROOM-2] has no state until the record comes whose hash is the room', () => {
    const room = new RecordBuilder({ founder: bob, visibility: 'private' })
    room.message('early')
    const [genesis, ...others] = room.records as [VerifiedRecord, ...VerifiedRecord[]]
    const incremental = new RoomFold(room.room)
    incremental.add(others)
    expect(incremental.state).toBeNull()
    incremental.add([genesis])
    expect(incremental.state).toMatchObject({ room: room.room, founder: bob, visibility: 'private', name: '' })
    expect(incremental.state?.chat.map(({ text }) => text)).toEqual(['early'])
  })

  it('[ROOM-2] takes no other genesis, and no record of another room', () => {
    const room = new RecordBuilder()
    room.make('genesis', { nonce: new Uint8Array(16), visibility: 'public' }, { by: bob })
    const other = new RecordBuilder({ seed: 2 })
    other.message('elsewhere')
    const state = foldRoom(room.room, [...room.records, ...other.records])
    expect(state).toMatchObject({ founder: alice, visibility: 'unlisted', chat: [] })
  })
})

describe('roles', () => {
  it('[ROOM-3] lets the founder make hosts and listeners, the latest word per person', () => {
    const room = new RecordBuilder()
    room.role(bob, 'listener', { at: 20 })
    room.role(bob, 'host', { at: 10 })
    room.role(carol, 'listener', { at: 10 })
    room.role(carol, 'host', { at: 20 })
    expect([...fold(room).roles]).toEqual([
      [carol, 'host'],
      [alice, 'founder'],
    ])
  })

  it('[ROOM-3] lets nobody else choose roles, hosts included, and nobody unseat the founder', () => {
    const room = new RecordBuilder()
    room.role(bob, 'host', { at: 1 })
    room.role(carol, 'host', { by: bob, at: 2 })
    room.role(fakePeer(9), 'host', { by: fakePeer(9), at: 3 })
    room.role(alice, 'listener', { by: bob, at: 4 })
    room.role(alice, 'listener', { by: alice, at: 5 })
    expect(new Map(fold(room).roles)).toEqual(
      new Map([
        [alice, 'founder'],
        [bob, 'host'],
      ] as const),
    )
  })
})

describe('a change of roles', () => {
  it('[ROOM-1] [ROOM-3] changes at once what hosts had said before: charter, withdrawals, "play next", plays', () => {
    const room = new RecordBuilder()
    const entry = room.entry({ by: carol, at: 1 })
    room.withdraw(entry, { by: bob, at: 2 })
    room.next(entry, { by: bob, at: 2 })
    room.charter({ control: 'hosts' }, { at: 3 })
    room.charter({ name: 'Bob’s', control: 'hosts' }, { by: bob, at: 4 })
    room.play({ entry, turn: 1, startsAtMs: 5 }, { by: bob })
    const incremental = new RoomFold(room.room)
    const now = (): unknown => {
      incremental.add(room.records)
      const { name, entries, plays } = incremental.state as RoomState
      const { withdrawnAtMs, nextAtMs } = entries.get(entry) ?? {}
      return [name, withdrawnAtMs, nextAtMs, plays.length]
    }
    expect(now()).toEqual(['A room', undefined, [], 0])
    room.role(bob, 'host', { at: 6 })
    expect(now()).toEqual(['Bob’s', 2, [2], 1])
    room.role(bob, 'listener', { at: 7 })
    expect(now()).toEqual(['A room', undefined, [], 0])
  })
})

describe('charter and profiles', () => {
  it('[ROOM-4] takes the latest charter by founder or hosts, and everyone controls before there is one', () => {
    const room = new RecordBuilder()
    expect(fold(room)).toMatchObject({ name: '', control: 'everyone' })
    room.role(bob, 'host')
    room.charter({ name: 'Second', control: 'hosts' }, { by: bob, at: 20 })
    room.charter({ name: 'First' }, { at: 10 })
    room.charter({ name: 'Not mine to say' }, { by: carol, at: 30 })
    expect(fold(room)).toMatchObject({ name: 'Second', control: 'hosts' })
    room.role(bob, 'listener', { at: 1 })
    expect(fold(room)).toMatchObject({ name: 'First', control: 'everyone' })
  })

  it('[ROOM-1] calls the record with the higher hash the later one when times are equal', () => {
    const room = new RecordBuilder()
    room.charter({ name: 'high' }, { at: 5, hash: high })
    room.charter({ name: 'low' }, { at: 5, hash: low })
    expect(fold(room).name).toBe('high')
  })

  it('[ROOM-5] takes the latest profile of each author, and generates what is missing from the key', () => {
    const room = new RecordBuilder()
    room.profile('Bobby', { by: bob, at: 20 })
    room.profile('Robert', { by: bob, at: 10 })
    room.make('profile', { name: '  ', face: '' }, { by: carol })
    const state = fold(room)
    expect(profileOf(state, bob)).toEqual({ name: 'Bobby', face: 'Bobby' })
    expect(profileOf(state, carol)).toEqual(profileOf(fold(new RecordBuilder()), carol))
    expect(profileOf(state, carol)).toMatchObject({
      name: expect.stringMatching(/^[A-Z][a-z]+ [A-Z][a-z]+$/),
      face: carol.slice(-16),
    })
  })
})

describe('chat', () => {
  it('[CHAT-1] shows every message, oldest first, ties by hash', () => {
    const room = new RecordBuilder()
    room.message('third', { by: bob, at: 20 })
    room.message('second', { by: carol, at: 10, hash: high })
    room.message('first', { by: bob, at: 10, hash: low })
    expect(fold(room).chat.map(({ text }) => text)).toEqual(['first', 'second', 'third'])
    expect(fold(room).chat[0]).toEqual({ id: low, by: bob, text: 'first', atMs: 10 })
  })
})

describe('queue records', () => {
  it('[QUEUE-4] lets the adder, hosts and the founder withdraw an entry; the earliest withdrawal counts', () => {
    const room = new RecordBuilder()
    room.role(bob, 'host')
    const entry = room.entry({ by: carol, at: 10 })
    room.withdraw(entry, { by: fakePeer(9), at: 15 })
    expect(fold(room).entries.get(entry)).not.toHaveProperty('withdrawnAtMs')
    room.withdraw(entry, { by: alice, at: 40 })
    expect(fold(room).entries.get(entry)).toHaveProperty('withdrawnAtMs', 40)
    room.withdraw(entry, { by: bob, at: 30 })
    expect(fold(room).entries.get(entry)).toHaveProperty('withdrawnAtMs', 30)
    room.withdraw(entry, { by: carol, at: 20 })
    expect(fold(room).entries.get(entry)).toHaveProperty('withdrawnAtMs', 20)
  })

  it('[QUEUE-5] counts "play next" by hosts and the founder only', () => {
    const room = new RecordBuilder()
    room.role(bob, 'host')
    const entry = room.entry({ by: carol, at: 10 })
    room.next(entry, { by: bob, at: 30 })
    room.next(entry, { by: carol, at: 25 })
    room.next(entry, { by: alice, at: 20 })
    expect(fold(room).entries.get(entry)?.nextAtMs).toEqual([20, 30])
  })

  it('[ROOM-1] takes what is said of an entry before the entry comes', () => {
    const room = new RecordBuilder()
    const entry = room.entry({ by: carol, at: 10 })
    room.vote(entry, { by: bob, at: 20 })
    const [genesis, entryRecord, vote] = room.records as [VerifiedRecord, VerifiedRecord, VerifiedRecord]
    const incremental = new RoomFold(room.room)
    incremental.add([genesis, vote])
    expect(incremental.state?.entries.size).toBe(0)
    incremental.add([entryRecord])
    expect(incremental.state?.entries.get(entry)?.votes).toEqual([{ by: bob, up: true, atMs: 20, hash: vote.hash }])
  })
})

describe('handing out states', () => {
  it('[ROOM-6] hands out the same state while nothing new comes, and never changes one that it handed out', () => {
    const room = new RecordBuilder()
    const entry = room.entry({ at: 1 })
    room.message('one', { at: 2 })
    const incremental = new RoomFold(room.room)
    incremental.add(room.records)
    const before = incremental.state as RoomState
    incremental.add(room.records)
    expect(incremental.state).toBe(before)
    const kept = structuredClone(before)
    room.vote(entry, { at: 3 })
    room.message('two', { at: 4 })
    room.entry({ at: 5 })
    room.play({ entry, turn: 1, startsAtMs: 6 })
    incremental.add(room.records)
    expect(incremental.state).not.toEqual(kept)
    expect(before).toEqual(kept)
  })
})
