import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { decodeSyncMessage, encodeSyncMessage } from '../../src/replica/sync-message.ts'
import { GRAFT_AFTER_MS, HAVE_BESIDE_GOSSIP_MS, HAVE_TURN_MS } from '../../src/replica/timing.ts'
import { TestGossip } from './support/gossip.ts'
import { TestRoom } from './support/room.ts'

/** A chain of members, each linked to the next, who hear each other's gossip as well. */
async function chain(seed: number, length: number, delayMs: number) {
  const room = await TestRoom.found(seed)
  while (room.members.length < length) await room.enter()
  for (let i = 1; i < length; i++) room.link(room.members[i - 1]!, room.members[i]!)
  const gossip = new TestGossip(room.time, delayMs)
  const stops = room.members.map(({ replica }) => replica.gossip(gossip.port()))
  await room.time.advance(1_000)
  return { room, gossip, stops }
}

const write = (room: TestRoom, index: number, text: string) => room.members[index]!.replica.write('message', { text })

describe('records over gossip', () => {
  it('[GOSSIP-1] reach everyone at once, however far the links are, and every receiver passes them on', async () => {
    const { room, gossip } = await chain(1, 6, 2)
    gossip.verdicts.length = 0
    await write(room, 0, 'hello')
    await room.time.advance(4)
    expect((await room.digests()).size).toBe(1)
    expect(gossip.verdicts).toEqual(Array.from({ length: 5 }, () => 'accept'))
    expect(room.members.flatMap(({ complaints }) => complaints)).toEqual([])
    await room.close()
  })

  it('[GOSSIP-2] make links fall silent where gossip is faster, and links take over within a second when it is gone', async () => {
    const { room, gossip } = await chain(2, 6, 0)
    for (let i = 0; i < 4; i++) {
      await write(room, 3, `one ${i}`)
      await room.time.advance(1_000)
    }
    room.heard.length = 0
    await write(room, 3, 'two')
    await room.time.advance(1_000)
    const pushes = room.heard.filter((bytes) => decodeSyncMessage(bytes)?.type === 'update')
    expect(pushes).toEqual([])
    gossip.works = false
    await write(room, 3, 'three')
    // Per link of the chain: a hint, a graft and the answer.
    await room.time.advance(3 * (1.5 * HAVE_BESIDE_GOSSIP_MS + HAVE_TURN_MS + GRAFT_AFTER_MS + 3 * 41))
    expect((await room.digests()).size).toBe(1)
    await write(room, 3, 'four')
    await room.time.advance(3 * 41 + 1)
    expect((await room.digests()).size).toBe(1)
    await room.close()
  })

  it('[GOSSIP-3] of which an earlier one was missed are asked for from a neighbour, within a second', async () => {
    const { room, gossip, stops } = await chain(3, 2, 1)
    gossip.works = false
    const third = await room.enter()
    third.replica.gossip(gossip.port())
    await write(room, 0, 'lost on the way')
    await room.time.advance(10)
    gossip.works = true
    await write(room, 0, 'comes')
    await room.time.advance(50)
    expect(third.replica.records.size).toBe(0)
    room.link(room.members[1]!, third)
    await write(room, 0, 'comes too')
    await room.time.advance(1_000)
    expect((await room.digests()).size).toBe(1)
    for (const stop of stops) stop()
    await room.close()
  })

  it('[GOSSIP-4] pass the same gate: what no honest peer sends is rejected, changes nothing and blames nobody', async () => {
    const { room, gossip } = await chain(4, 2, 1)
    const before = await room.digests()
    const forged = encodeSyncMessage({ type: 'update', update: Uint8Array.of(1, 2, 3), as: 'push' })
    const question = encodeSyncMessage({ type: 'want', vector: new Map([[1, 0]]), graft: true })
    for (const message of [forged, question, Uint8Array.of(9), new Uint8Array(limits.gossipBytes + 1)])
      expect(await gossip.say(message)).toEqual(['reject', 'reject'])
    expect(await room.digests()).toEqual(before)
    expect(room.members.flatMap(({ complaints }) => complaints)).toEqual([])
    await room.close()
  })

  it('[GOSSIP-5] that flood are ignored beyond what may wait, and links go on', async () => {
    const { room, gossip } = await chain(5, 2, 1)
    const large = new Uint8Array(limits.gossipBytes)
    const count = Math.ceil(limits.pendingBytesPerSender / large.length) + 50
    const verdicts = Promise.all(Array.from({ length: count }, () => gossip.say(large)))
    await write(room, 0, 'still here')
    await room.time.advance(500)
    expect((await verdicts).flat()).toContain('ignore')
    expect((await room.digests()).size).toBe(1)
    await room.close()
  })
})
