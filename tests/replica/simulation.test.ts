import * as Y from 'yjs'
import { describe, expect, it } from 'vitest'
import { pick } from '../../src/net/memory/seeded-random.ts'
import { decodeSyncMessage } from '../../src/replica/sync-message.ts'
import { TestRoom, type Member } from './support/room.ts'

const yState = ({ replica }: Member) => Buffer.from(Y.encodeStateAsUpdate(replica.doc)).toString('base64')
const updatesOf = (room: TestRoom) => room.heard.filter((bytes) => decodeSyncMessage(bytes)?.type === 'update').length

async function fullRoom(seed: number, size: number): Promise<TestRoom> {
  const room = await TestRoom.found(seed)
  for (let i = 1; i < size; i++) await room.enter()
  return room
}

describe('replication among eight', { timeout: 90_000 }, () => {
  it.each([1, 2, 3])('[SYNC-1] ends equal after random links, cuts and writes (seed %i)', async (seed) => {
    const room = await fullRoom(seed, 8)
    const { random, time, members } = room
    const cuts: (() => void)[] = []
    for (let step = 0; step < 80; step++) {
      const [a, b] = [pick(random, members), pick(random, members)]
      const what = random()
      if (what < 0.3 && a !== undefined && b !== undefined && a !== b) cuts.push(room.link(a, b))
      else if (what < 0.5) cuts.splice(Math.floor(random() * cuts.length), 1)[0]?.()
      else await a?.replica.write('message', { text: `step ${step}` })
      await time.advance(random() * 200)
    }
    for (const cut of cuts) cut()
    for (const { replica } of members) await replica.write('message', { text: 'alone' })
    expect((await room.digests()).size).toBe(8)
    // A ring is the poorest connected net that survives one loss.
    members.forEach((member, i) => room.link(member, members[(i + 1) % members.length] as Member))
    await time.advance(30_000)
    expect((await room.digests()).size).toBe(1)
    expect(new Set(members.map(yState)).size).toBe(1)
    expect(members.flatMap(({ complaints, problems }) => [...complaints, ...problems])).toEqual([])
    await room.close()
  })

  it('[SYNC-2] sends one write about n - 1 times once the broadcast tree has settled', async () => {
    const room = await fullRoom(7, 8)
    room.mesh()
    await room.time.advance(20_000)
    for (const { replica } of [...room.members, ...room.members]) {
      await replica.write('message', { text: 'to settle the tree' })
      await room.time.advance(1_000)
    }
    const before = updatesOf(room)
    const writes = 16
    for (let i = 0; i < writes; i++) {
      await room.members[i % 8]?.replica.write('message', { text: `write ${i}` })
      await room.time.advance(1_000)
    }
    const perWrite = (updatesOf(room) - before) / writes
    expect((await room.digests()).size).toBe(1)
    expect(perWrite).toBeGreaterThanOrEqual(7)
    expect(perWrite).toBeLessThan(9)
    await room.close()
  })
})
