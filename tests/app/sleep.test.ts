import { expect, it } from 'vitest'
import { House, type Member } from './house.ts'

const SONGS = ['One', 'Two', 'Three', 'Four']
const SONG_MS = 17_000
/** Longer than a song: it falls asleep in one and wakes in another. */
const SLEEP_MS = 20_000

/** How far ahead of each other the room times of two members are, ms. */
const apartMs = (a: Member, b: Member): number => Math.abs(a.session.nowMs() - b.session.nowMs())
const starts = ({ player }: Member): (readonly [string, number])[] =>
  player.segments.map(({ id, startsAtMs }) => [id, startsAtMs] as const)

it('[CLOCK-20] [PLAY-19] a device that slept through a track’s end plays what the room plays within 5 s, and nobody else notices', async () => {
  const house = new House(20_261_127)
  const { address, founder } = await house.found()
  const laptop = house.time.clock({ ppm: 30, originMs: 1e6 })
  const ben = await house.enter(address, { clock: laptop })
  await house.time.until(() => [founder, ben].every(({ session }) => session.parts.clock.roomTime.settled))
  for (const title of SONGS) await house.addTrack(founder, title, SONG_MS)
  await house.time.until(() => founder.playing() === 'One' && ben.playing() === 'One')
  const toldBefore = founder.player.told.size
  laptop.sleep(SLEEP_MS)
  await house.time.advance(SLEEP_MS)
  const second = founder.playing()
  expect(second).not.toBe('One')
  expect(apartMs(founder, ben)).toBeGreaterThan(SLEEP_MS / 2)
  await house.time.advance(5_000)
  expect(ben.session.parts.clock.roomTime.settled).toBe(true)
  expect(apartMs(founder, ben)).toBeLessThan(0.2)
  expect(ben.playing()).toBe(second)
  expect(starts(ben)).toEqual(starts(founder))
  // One and the next one had been told; nothing was told twice or anew.
  expect(founder.player.told.size).toBe(toldBefore + 1)
  expect(house.problems).toEqual([])
})
