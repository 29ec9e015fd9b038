import { describe, expect, it } from 'vitest'
import { Arrivals } from '../../src/app/session/arrivals.ts'
import { Conduct } from '../../src/app/session/conduct.ts'
import { connectionView } from '../../src/app/session/connection.ts'
import { Imports, type ReadTrack } from '../../src/app/session/imports.ts'
import { TrackFileError } from '../../src/domain/errors.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { Track } from '../../src/domain/record.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { alice, bob, fakePeer, fakeTrack, RecordBuilder } from '../support/records.ts'

describe('the connection that a person sees', () => {
  const facts = { loaded: true, links: [], reach: 'meeting', lonelyMs: 0, othersNear: false } as const
  it.each([
    ['loading', { ...facts, loaded: false }],
    ['connecting', { ...facts, reach: 'connecting' as const }],
    ['connecting', { ...facts, othersNear: true, lonelyMs: 11_000 }],
    ['alone', facts],
    ['no-route', { ...facts, lonelyMs: 12_000, othersNear: true }],
    ['offline', { ...facts, reach: 'unreachable' as const, lonelyMs: 60_000 }],
    ['relayed', { ...facts, links: [{ relayed: true }, { relayed: true }] }],
    ['direct', { ...facts, links: [{ relayed: true }, { relayed: false }], lonelyMs: 12_000 }],
    ['direct', { ...facts, links: [{ relayed: false }], reach: 'unreachable' as const }],
  ])('[APP-10] is %s', (state, given) => {
    expect(connectionView(given)).toEqual({ state, nodeDown: given.reach === 'unreachable' })
  })
})

describe('imports', () => {
  it('[APP-11] reads one file after the other, and a failing one stops none', async () => {
    let reading = 0
    const reader =
      (name: string): ReadTrack =>
      async ({ onProgress }) => {
        expect(++reading).toBe(1)
        onProgress?.(0.5)
        await Promise.resolve()
        reading--
        if (name === 'bad.mp3') throw new TrackFileError('“bad.mp3” is empty. Choose another file.')
        return fakeTrack(name.length)
      }
    const used: Track[] = []
    const imports = new Imports(
      () => {},
      () => {},
    )
    const use = async (track: Track): Promise<void> => void used.push(track)
    await Promise.all(['a.mp3', 'bad.mp3', 'c.mp3'].map((name) => imports.add(name, reader(name), use)))
    expect(used).toHaveLength(2)
    expect(imports.views).toEqual([
      {
        id: 2,
        fileName: 'bad.mp3',
        state: 'failed',
        fraction: 0.5,
        message: '“bad.mp3” is empty. Choose another file.',
      },
    ])
    imports.cancel(2)
    expect(imports.views).toEqual([])
  })

  it('[APP-11] forgets a cancelled file, whether it waits or is being read, and adds nothing', async () => {
    const gate = Promise.withResolvers<void>()
    const read: ReadTrack = async ({ signal }) => {
      await gate.promise
      signal.throwIfAborted()
      return fakeTrack(1)
    }
    const imports = new Imports(
      () => {},
      () => {},
    )
    const used: Track[] = []
    const done = ['a.mp3', 'b.mp3'].map((name) => imports.add(name, read, async (track) => void used.push(track)))
    imports.cancelAll()
    gate.resolve()
    await Promise.all(done)
    expect([imports.views, used]).toEqual([[], []])
  })
})

describe('conduct', () => {
  function conductWith() {
    const time = new VirtualTime()
    const conduct = new Conduct(time)
    const cut: PeerId[] = []
    conduct.onCutOff = (peer) => cut.push(peer)
    return { time, conduct, cut }
  }

  it('[APP-12] cuts a peer off at the limit, that one alone, and for a while only', async () => {
    const { time, conduct, cut } = conductWith()
    conduct.report(alice, 'forged', limits.penaltyPoints / 2)
    conduct.report(bob, 'late', 1)
    expect(cut).toEqual([])
    conduct.report(alice, 'forged', limits.penaltyPoints / 2)
    expect(cut).toEqual([alice])
    expect([conduct.isCutOff(alice), conduct.isCutOff(bob)]).toEqual([true, false])
    await time.advance(limits.penaltyCutOffMs + 1)
    expect(conduct.isCutOff(alice)).toBe(false)
  })

  it('[APP-12] lets penalties fade', () => {
    const { conduct, cut } = conductWith()
    for (let i = 0; i < 20; i++) {
      conduct.report(alice, 'slow', limits.penaltyPoints / 3)
      conduct.fade()
    }
    expect(cut).toEqual([])
  })

  it('[APP-12] remembers so many peers and no more', () => {
    const { conduct, cut } = conductWith()
    for (let i = 0; i <= limits.penalisedPeers; i++) conduct.report(fakePeer(i + 10), 'noise', limits.penaltyPoints - 1)
    conduct.report(fakePeer(10), 'noise', 1)
    expect(cut).toEqual([])
    conduct.report(fakePeer(10 + limits.penalisedPeers), 'noise', 1)
    expect(cut).toHaveLength(1)
  })
})

describe('plays that come in', () => {
  const roomMs = 1_000_000
  const play = (startsAtMs: number, at = startsAtMs) => {
    const room = new RecordBuilder()
    return [room.play({ entry: room.entry({ at: 1 }), turn: 1, startsAtMs }, { at })]
  }
  function arrivals() {
    const time = new VirtualTime()
    let rests = 0
    return { time, of: new Arrivals(time, () => void rests++), rests: () => rests }
  }

  it('[PLAY-24] are in a hurry when somebody presses now, but not in a flood', () => {
    const { time, of } = arrivals()
    expect(of.inHurry(play(roomMs + 120, roomMs), roomMs)).toBe(true)
    expect(of.inHurry(play(roomMs + 130, roomMs), roomMs)).toBe(false)
    time.runSync(30)
    expect(of.inHurry(play(roomMs - 50, roomMs - 200), roomMs)).toBe(true)
    expect(of.inHurry(new RecordBuilder().records, roomMs)).toBe(false)
    expect(of.holding).toBe(false)
  })

  it('[PLAY-24] of the past hold what sounds until no more have come for a while, and an anchor of now does not', () => {
    const { time, of, rests } = arrivals()
    expect(of.inHurry(play(roomMs - 5_000, roomMs), roomMs)).toBe(true)
    expect(of.holding).toBe(false)
    for (let i = 0; i < 3; i++) {
      expect(of.inHurry(play(roomMs - 60_000 + i), roomMs)).toBe(false)
      time.runSync(time.nowMs() + 300)
      expect(of.holding).toBe(true)
    }
    time.runSync(time.nowMs() + 200)
    expect([of.holding, rests()]).toEqual([false, 1])
  })

  it('[PLAY-24] cannot hold the music for long, nor again at once, nor against a press', () => {
    const { time, of } = arrivals()
    let heldMs = 0
    for (; time.nowMs() < 6_000; time.runSync(time.nowMs() + 100)) {
      of.inHurry(play(roomMs - 60_000), roomMs)
      if (of.holding) heldMs += 100
    }
    expect(heldMs).toBeLessThanOrEqual(2_600)
    expect(of.holding).toBe(true)
    expect(of.inHurry(play(roomMs + 100, roomMs), roomMs)).toBe(true)
    expect(of.holding).toBe(false)
  })
})
