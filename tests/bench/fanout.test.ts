import { describe, expect, it } from 'vitest'
import { MemoryRoom } from '../../bench/fanout/memory-room.ts'
import { talk, type Outcome } from '../../bench/fanout/talk.ts'
import { limits } from '../../src/domain/limits.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'

const GAP_MS = 250

async function firstWords(peers: number): Promise<{ readonly outcome: Outcome; readonly room: MemoryRoom }> {
  const room = await MemoryRoom.gather(peers, peers)
  const random = seededRandom(peers)
  return { room, outcome: await talk(room, { name: 'first', updates: 16, once: true, gapMs: GAP_MS, random }) }
}

describe('updates in one room of many', { timeout: 240_000 }, () => {
  it('[SYNC-9] cost each peer hardly more messages in a room of 40 than in one of 16, and neighbours stay bounded', async () => {
    const costs: number[] = []
    for (const peers of [16, 40]) {
      const { room, outcome } = await firstWords(peers)
      expect(outcome).toMatchObject({ updates: 16, delivered: 1 })
      expect(room.links.most).toBeLessThanOrEqual(limits.neighbours + limits.neighboursSlack)
      costs.push(outcome.messagesPerUpdatePerPeer)
      await room.close()
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(8)
    expect(costs[1]! / costs[0]!).toBeLessThan(1.15)
  })

  it('[SYNC-8] reach everyone who stays while a fifth vanishes', async () => {
    const room = await MemoryRoom.gather(20, 3)
    const random = seededRandom(3)
    const options = { name: 'vanishing', updates: 40, gapMs: GAP_MS, random, vanishing: 4 }
    const outcome = await talk(room, options)
    expect([room.people.length, outcome.delivered]).toEqual([16, 1])
    await room.close()
  })
})
