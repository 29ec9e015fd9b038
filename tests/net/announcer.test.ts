import { describe, expect, it } from 'vitest'
import { Announcer, rewireMs, slowestAnnounceMs } from '../../src/net/announcer.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'

/** An announcer in virtual time, whether it lacks neighbours, and when it announced. */
function announcing(lacks: boolean, rewireEveryMs?: () => number) {
  const time = new VirtualTime()
  const state = { lacks }
  const atMs: number[] = []
  const announcer = new Announcer(
    time,
    () => 0.5,
    () => state.lacks,
    () => atMs.push(time.nowMs()),
    rewireEveryMs,
  )
  return { time, state, atMs, announcer }
}

describe('announcer', () => {
  it('[RTC-16] announces after 1, 2, 4 … 30 s while neighbours lack, once a minute when not, and quickly again after a loss', async () => {
    const { time, state, atMs, announcer } = announcing(true)
    announcer.now()
    await time.advance(62_000)
    expect(atMs).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000])
    expect(slowestAnnounceMs).toBe(30_000)
    state.lacks = false
    await time.advance(100_000)
    expect(atMs.slice(7)).toEqual([91_000, 91_000 + rewireMs])
    state.lacks = true
    announcer.soon()
    await time.advance(1_000)
    expect(atMs).toHaveLength(10)
    announcer.stop()
    await time.advance(100_000)
    expect(atMs).toHaveLength(10)
  })

  it('[LIB-17] waits longer when it has learned meanwhile that the room is large', async () => {
    let periodMs = rewireMs
    const { time, atMs, announcer } = announcing(false, () => periodMs)
    announcer.now()
    await time.advance(30_000)
    periodMs = 5 * rewireMs
    await time.advance(269_000)
    expect(atMs).toEqual([0])
    await time.advance(1_000)
    expect(atMs).toEqual([0, 5 * rewireMs])
    announcer.stop()
  })

  it('[LIB-17] waits as who lacks as soon as what was on its way has come to nothing, and is not put off by the next that does', async () => {
    const { time, state, atMs, announcer } = announcing(false, () => 10 * rewireMs)
    announcer.now()
    announcer.reconsider()
    await time.advance(10_000)
    expect(atMs).toEqual([0])
    state.lacks = true
    announcer.reconsider()
    await time.advance(600)
    announcer.reconsider()
    await time.advance(400)
    expect(atMs).toEqual([0, 11_000])
    announcer.stop()
  })
})
