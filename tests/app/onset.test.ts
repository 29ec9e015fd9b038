import { describe, expect, it, vi } from 'vitest'
import { Onset } from '../../src/app/session/onset.ts'
import type { PlayerStatus } from '../../src/player/player.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { House } from './house.ts'

/** A device whose player says what it does. */
function device() {
  const time = new VirtualTime()
  const listeners = new Set<(status: PlayerStatus) => void>()
  const onStatus = (listener: (status: PlayerStatus) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const onset = new Onset({ onStatus }, time)
  const ran: number[] = []
  onset.after(() => ran.push(time.nowMs()))
  const tell = (state: PlayerStatus['state']): void => {
    for (const listener of listeners) listener({ state } as PlayerStatus)
  }
  return { time, onset, tell, ran, later: () => onset.after(() => ran.push(time.nowMs())) }
}

describe('while sound begins', () => {
  it('[APP-33] what can wait waits until it has run for a while; before and afterwards nothing does', async () => {
    const { time, onset, tell, ran, later } = device()
    expect(ran).toEqual([0])
    tell('locked')
    expect(onset.isUnderWay).toBe(false)
    tell('waiting')
    await time.advance(2_000)
    tell('playing')
    later()
    await time.advance(5_000)
    tell('waiting')
    tell('playing')
    later()
    expect(ran).toEqual([0])
    await time.advance(1_000)
    expect(ran).toEqual([0, 8_000, 8_000])
    tell('waiting')
    later()
    expect(ran).toHaveLength(4)
  })

  it('[APP-33] sound that does not come holds up nothing for ever, and a room that was left is asked for nothing', async () => {
    const { time, onset, tell, ran, later } = device()
    tell('waiting')
    later()
    await time.advance(15_000)
    expect(ran).toEqual([0, 15_000])
    const left = device()
    left.tell('waiting')
    left.later()
    left.onset.close()
    await left.time.advance(20_000)
    expect(left.ran).toEqual([0])
    expect(onset.isUnderWay).toBe(false)
  })

  it('[APP-33] only the bytes of what sounds are fetched, and then those of the queue', async () => {
    const house = new House(20_261_126)
    const { address, founder } = await house.found()
    for (const title of ['One', 'Two', 'Three']) await house.addTrack(founder, title, 300_000)
    const ben = await house.enter(address)
    const want = vi.spyOn(ben.session.parts.media, 'want')
    ben.player.tell({ state: 'waiting' })
    await house.time.until(() => ben.room.view.queue.length === 2)
    const wanted = (): number => want.mock.lastCall?.[0].length ?? 0
    expect(wanted()).toBe(1)
    ben.player.tell({ state: 'playing' })
    await house.time.until(() => wanted() === 3)
    expect(ben.session.parts.onset.isUnderWay).toBe(false)
  })
})
