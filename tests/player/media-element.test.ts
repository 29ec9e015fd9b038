import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { Deck } from '../../src/player/media-element/deck.ts'
import type { ElementSource } from '../../src/player/media-element/element-source.ts'
import { Landings } from '../../src/player/media-element/landings.ts'
import { MOST_PPM } from '../../src/player/media-element/steering.ts'
import type { PlayerSegment } from '../../src/player/player.ts'
import { SimElement, type SimDevice } from './sim-element.ts'

const LOOK_MS = 50
const EPOCH_MS = 1_700_000_000_000
const tidy: SimDevice = { loadMs: 30, seekMs: 80, startMs: 70, driftPpm: 0, coarseMs: 0 }

const device = fc.record({
  loadMs: fc.integer({ min: 1, max: 500 }),
  seekMs: fc.integer({ min: 5, max: 900 }),
  startMs: fc.integer({ min: 5, max: 300 }),
  driftPpm: fc.integer({ min: -200, max: 200 }),
  coarseMs: fc.constantFrom(0, 0, 25, 40),
})

const segmentAt = (startsAtMs: number, positionMs = 0, track = 'a', lastsMs = 3_600_000): PlayerSegment => ({
  id: `${track}@${startsAtMs - positionMs}`,
  track: { ref: { id: track, sizeBytes: 1, type: 'video/webm' }, read: () => Promise.reject(new Error('not read')) },
  startsAtMs: EPOCH_MS + startsAtMs,
  positionMs,
  endsAtMs: EPOCH_MS + startsAtMs + lastsMs,
  gain: 1,
  video: true,
})

/** A deck on a simulated device in a room whose time is the scheduler's. */
function deckOn(sim: SimDevice, open: () => Promise<ElementSource> = () => Promise.resolve(source())) {
  const time = new VirtualTime()
  const element = new SimElement(time, sim)
  const landings = new Landings()
  const roomTime = {
    at: (localMs = time.nowMs()) => EPOCH_MS + localMs,
    localAt: (roomMs: number) => roomMs - EPOCH_MS,
    settled: true,
    young: false,
  }
  const deck = new Deck({ element, roomTime, scheduler: time, open, landings, onChange: () => {} })
  /** A hidden page's timers come at multiples of a second. */
  const page = { hidden: false }
  time.every(LOOK_MS, () => (!page.hidden || time.nowMs() % 1_000 === 0) && deck.look())
  /** How late what really sounds is; null while nothing sounds. */
  const lateMs = (): number | null => {
    const { segment } = deck
    if (segment === null || element.heardMs === null) return null
    return segment.positionMs + EPOCH_MS + time.nowMs() - segment.startsAtMs - element.heardMs
  }
  /** Lateness in each of so many looks. */
  const listen = async (ms: number): Promise<number[]> => {
    const heard: number[] = []
    for (let at = 0; at < ms; at += LOOK_MS) {
      await time.advance(LOOK_MS)
      const late = lateMs()
      if (late !== null) heard.push(late)
    }
    return heard
  }
  return { time, element, deck, landings, lateMs, listen, page }
}

let released = 0
const source = (): ElementSource => ({ url: 'blob:x', release: () => released++ })
const worst = (values: readonly number[]): number => Math.max(...values.map(Math.abs))
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('a media element that is kept in step', () => {
  it('[ELEMENT-1] learns what seeks and starts take here: whatever the device, its third coming-in is on time', async () => {
    await fc.assert(
      fc.asyncProperty(device, fc.integer({ min: 10_000, max: 600_000 }), async (sim, positionMs) => {
        const { deck, listen, time } = deckOn({ ...sim, driftPpm: 0, coarseMs: 0 })
        for (let i = 0; i < 3; i++) {
          deck.setSegment(segmentAt(time.nowMs() - 1_000, positionMs + i * 20_000))
          const heard = await listen(15_000)
          expect(heard.length).toBeGreaterThan(200)
          if (i === 2) expect(Math.abs(heard[0]!)).toBeLessThan(5)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('[ELEMENT-2] comes within 30 ms and stays there on any device, coarse positions and a drifting card included', async () => {
    await fc.assert(
      fc.asyncProperty(device, async (sim) => {
        const { deck, listen, time } = deckOn(sim)
        deck.setSegment(segmentAt(time.nowMs() - 5_000))
        await listen(45_000)
        const heard = await listen(60_000)
        expect(heard).toHaveLength(1_200)
        expect(worst(heard)).toBeLessThan(30)
      }),
      { numRuns: 30 },
    )
  })

  it('[ELEMENT-2] with fine positions it is within 5 ms, and on average right although the card drifts', async () => {
    for (const driftPpm of [-200, -50, 50, 200]) {
      const { deck, listen } = deckOn({ ...tidy, driftPpm })
      deck.setSegment(segmentAt(-1_000))
      await listen(120_000)
      const heard = await listen(300_000)
      expect(worst(heard)).toBeLessThan(5)
      expect(Math.abs(mean(heard))).toBeLessThan(1)
    }
  })

  it('[ELEMENT-3] never plays faster or slower by more than 1 %, nor by less than 0.2 %', async () => {
    await fc.assert(
      fc.asyncProperty(device, fc.integer({ min: -900, max: 900 }), async (sim, lostMs) => {
        const { deck, element, listen } = deckOn(sim)
        deck.setSegment(segmentAt(-1_000, 30_000))
        await listen(8_000)
        element.lose(lostMs)
        await listen(20_000)
        for (const rate of element.rates) {
          const ppm = Math.abs(rate - 1) * 1e6
          expect(ppm === 0 || (ppm > 1_999 && ppm < MOST_PPM + 1)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('[ELEMENT-3] plays at its own pace while it is looked at too seldom to know where it is, and is in step again once it is seen', async () => {
    const { deck, element, listen, page, time } = deckOn(tidy)
    deck.setSegment(segmentAt(-1_000))
    await listen(30_000)
    // Some way off, so that it is being drawn in when the page is hidden.
    deck.setOffset(60)
    while (element.playbackRate === 1) await time.advance(LOOK_MS)
    page.hidden = true
    const away = await listen(60_000)
    expect(element.playbackRate).toBe(1)
    expect(worst(away)).toBeLessThan(75)
    page.hidden = false
    await listen(30_000)
    expect(worst((await listen(10_000)).map((late) => late + 60))).toBeLessThan(5)
  })

  it('[ELEMENT-4] an error beyond 1 s is mended by a seek, a smaller one by pace', async () => {
    for (const lostMs of [1_500, -1_500]) {
      const { deck, element, listen } = deckOn(tidy)
      deck.setSegment(segmentAt(-1_000))
      await listen(10_000)
      const before = element.seeks.length
      element.lose(lostMs)
      await listen(3_000)
      expect(element.seeks).toHaveLength(before + 1)
      expect(worst((await listen(4_000)).slice(-20))).toBeLessThan(5)
    }
    const { deck, element, listen } = deckOn(tidy)
    deck.setSegment(segmentAt(-1_000))
    await listen(10_000)
    const before = element.seeks.length
    element.lose(120)
    await listen(16_000)
    expect(element.seeks).toHaveLength(before)
    expect(worst((await listen(4_000)).slice(-20))).toBeLessThan(5)
  })

  it('[ELEMENT-4] a quarter of a second is worth a seek, but not where seeks are known to land no better', async () => {
    const { deck, element, listen } = deckOn(tidy)
    deck.setSegment(segmentAt(-1_000))
    await listen(10_000)
    const before = element.seeks.length
    element.lose(250)
    await listen(3_000)
    expect(element.seeks).toHaveLength(before + 1)
    expect(worst((await listen(2_000)).slice(-10))).toBeLessThan(5)

    const random = seededRandom(7)
    const wild = deckOn({
      ...tidy,
      get startMs() {
        return 900 * random()
      },
    })
    for (let i = 1; i < 6; i++) {
      wild.deck.setSegment(segmentAt(wild.time.nowMs() - 1_000, i * 600_000))
      await wild.listen(120_000)
    }
    const tries = wild.element.seeks.length
    wild.element.lose(250)
    await wild.listen(20_000)
    expect(wild.element.seeks).toHaveLength(tries)
  })

  it('[ELEMENT-4] a device whose seeks never come in time starts late rather than never, and rests between tries', async () => {
    const { deck, element, listen } = deckOn({ ...tidy, seekMs: 2_900, startMs: 300 })
    deck.setSegment(segmentAt(-1_000))
    expect((await listen(30_000)).length).toBeGreaterThan(100)
    expect(element.seeks.length).toBeLessThan(12)
  })

  it('[ELEMENT-5] a segment that is known ahead starts on time, and not before', async () => {
    const { deck, element, listen, lateMs, time } = deckOn(tidy)
    deck.setSegment(segmentAt(2_000, 30_000))
    expect(await listen(1_950)).toEqual([])
    expect(deck.read().state).toBe('silent')
    // The first one by the guess of what a start takes, which is 10 ms less than it does here.
    await time.advance(100)
    expect(lateMs()!).toBeCloseTo(10, 0)
    expect(element.seeks).toEqual([30_000])
  })

  it('[ELEMENT-5] it falls silent at the room’s end and in a pause, keeps the bytes, and goes on in time', async () => {
    const { deck, element, listen, time } = deckOn(tidy)
    deck.setSegment(segmentAt(-1_000, 0, 'a', 6_000))
    await listen(4_900)
    expect(element.heardMs).not.toBeNull()
    await listen(200)
    expect(element.paused).toBe(true)
    deck.setSegment(null)
    expect([deck.loaded, deck.read().state]).toEqual(['a', 'silent'])
    await listen(5_000)
    const gone = released
    deck.setSegment(segmentAt(time.nowMs() + 300, 5_000))
    const heard = await listen(8_000)
    expect(released).toBe(gone)
    expect(worst(heard.slice(-40))).toBeLessThan(5)
  })

  it('[ELEMENT-5] what stands paused is sought and kept ready, so that going on is a matter of starting', async () => {
    const { deck, element, listen, lateMs, time } = deckOn(tidy)
    deck.setSegment({ ...segmentAt(0, 42_000), id: 'standing', startsAtMs: Infinity, endsAtMs: Infinity })
    await listen(5_000)
    expect([element.currentTime, element.paused, deck.read()]).toEqual([
      42,
      true,
      { state: 'silent', positionMs: 42_000, errorMs: 0, ratePpm: 0 },
    ])
    deck.setSegment(segmentAt(time.nowMs() + 120, 42_000))
    await time.advance(150)
    expect(Math.abs(lateMs()!)).toBeLessThan(15)
    expect(element.seeks).toEqual([42_000])
  })

  it('[ELEMENT-6] it waits for the bytes, says so, and comes in at the room’s present second', async () => {
    const bytes = Promise.withResolvers<ElementSource>()
    const { deck, listen } = deckOn(tidy, () => bytes.promise)
    deck.setSegment(segmentAt(-1_000))
    expect(await listen(5_000)).toEqual([])
    expect(deck.read().state).toBe('waiting')
    bytes.resolve(source())
    expect(worst((await listen(5_000)).slice(-20))).toBeLessThan(5)
    expect(deck.read().state).toBe('playing')
  })

  it('[ELEMENT-7] a source that breaks is opened again; one that breaks each time is a failure, and the next track is not', async () => {
    let opened = 0
    const { deck, element, listen } = deckOn(tidy, () => Promise.resolve({ ...source(), url: `blob:${opened++}` }))
    deck.setSegment(segmentAt(-1_000))
    await listen(5_000)
    element.break()
    expect(worst((await listen(5_000)).slice(-20))).toBeLessThan(5)
    expect(opened).toBe(2)
    for (let i = 0; i < 4; i++) {
      element.break()
      await listen(1_000)
    }
    expect([deck.read().state, opened]).toEqual(['failed', 3])
    deck.setSegment(segmentAt(0, 0, 'b'))
    await listen(5_000)
    expect(deck.read().state).toBe('playing')
  })

  it('[ELEMENT-8] the own offset is heard in advance', async () => {
    const { deck, listen } = deckOn(tidy)
    deck.setOffset(150)
    deck.setSegment(segmentAt(-1_000))
    await listen(8_000)
    expect(mean(await listen(2_000))).toBeCloseTo(-150, -1)
  })
})
