import { describe, expect, it } from 'vitest'
import { onSoundNews } from '../../src/app/session/sound-news.ts'
import type { PlayerStatus } from '../../src/player/player.ts'
import { HeldTimers, House, type Member } from './house.ts'

/** A page that is hidden and silent for long has its timers fire once a minute. */
const HELD_BACK_MS = 60_000
const STATUS_MS = 250
const SONGS = ['One', 'Two', 'Three', 'Four', 'Five']
const SONG_MS = 17_000

async function hiddenPage() {
  const house = new House(20_261_126)
  const timers = new HeldTimers(house.time)
  const { founder } = await house.found('everyone', { timers })
  await house.time.until(() => founder.session.parts.clock.roomTime.settled)
  for (const title of SONGS) await house.addTrack(founder, title, SONG_MS)
  await house.time.until(() => founder.playing() === 'One')
  timers.heldBackMs = HELD_BACK_MS
  return { house, founder, firstAtMs: founder.player.segments[0]!.startsAtMs }
}

/** How long before each song its player was told of it, ms. */
const ahead = ({ player }: Member): number[] =>
  [...player.told.values()].map(({ segment, atMs }) => segment.startsAtMs - atMs)

describe('a hidden page', () => {
  it('[KEYS-8] knows each track some seconds ahead by the audio thread’s reports, though its timers come once a minute', async () => {
    const { house, founder, firstAtMs } = await hiddenPage()
    const stop = house.time.every(STATUS_MS, () => founder.player.tell())
    await house.time.advance(SONG_MS * SONGS.length - 2_000)
    stop()
    const starts = [...founder.player.told.values()].map(({ segment }) => segment.startsAtMs)
    expect(starts).toEqual(SONGS.map((_, i) => firstAtMs + i * SONG_MS))
    expect(Math.min(...ahead(founder).slice(1))).toBeGreaterThan(5_000)
  })

  it('[KEYS-8] would miss tracks without them', async () => {
    const { house, founder } = await hiddenPage()
    await house.time.advance(SONG_MS * SONGS.length - 2_000)
    expect(founder.player.told.size).toBeLessThan(SONGS.length)
  })
})

describe('news of the sound', () => {
  const status: PlayerStatus = {
    ...{ state: 'playing', segment: 's', positionMs: 0, errorMs: 0, outputLatencyMs: 0, ratePpm: 0 },
    ...{ timing: 'steady', engine: 'audio-graph', level: 0.1 },
  }

  it('[APP-32] tells at once what the player does, and its figures when the page was not looked over for two seconds', () => {
    let nowMs = 0
    let lookedAtMs = -Infinity
    let say: (status: PlayerStatus) => void = () => {}
    const told: number[] = []
    onSoundNews(
      { onStatus: (listener) => ((say = listener), () => {}) },
      { nowMs: () => nowMs },
      () => lookedAtMs,
      () => told.push((lookedAtMs = nowMs)),
    )
    for (; nowMs < 6_000; nowMs += STATUS_MS) {
      // Something else had it looked over.
      if (nowMs === 3_500) lookedAtMs = nowMs
      say({ ...status, errorMs: nowMs, positionMs: nowMs })
    }
    expect(told).toEqual([0, 2_000, 5_500])
    nowMs = 6_100
    say({ ...status, state: 'waiting' })
    nowMs = 6_150
    say({ ...status, timing: 'cut-over' })
    nowMs = 6_200
    say({ ...status, state: 'failed', remedies: ['skip'] })
    expect(told).toEqual([0, 2_000, 5_500, 6_100, 6_150, 6_200])
  })
})
