import { describe, expect, it } from 'vitest'
import { MemoryRoom } from '../../bench/fanout/memory-room.ts'
import { talk } from '../../bench/fanout/talk.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'

const GAP_MS = 250

describe('updates in one room of many', { timeout: 240_000 }, () => {
  it('[SYNC-8] reach everyone who stays while a fifth vanishes', async () => {
    const room = await MemoryRoom.gather(20, 3)
    const random = seededRandom(3)
    const options = { name: 'vanishing', updates: 40, gapMs: GAP_MS, random, vanishing: 4 }
    const outcome = await talk(room, options)
    expect([room.people.length, outcome.delivered]).toEqual([16, 1])
    await room.close()
  })
})
