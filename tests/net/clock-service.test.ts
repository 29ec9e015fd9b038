import { describe, expect, it } from 'vitest'
import { decodeProbe, encodeProbe } from '../../src/clock/probe.ts'
import type { PeerId, RoomId } from '../../src/domain/ids.ts'
import { ClockService } from '../../src/net/clock-service.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { quietPath, type PathModel } from '../../src/net/memory/path.ts'
import { forkRandom, seededRandom } from '../../src/net/memory/seeded-random.ts'
import type { ClockOptions, VirtualClock } from '../../src/net/memory/virtual-clock.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { Link } from '../../src/net/link.ts'
import type { Membership } from '../../src/net/transport.ts'

interface Device {
  readonly me: PeerId
  readonly clock: VirtualClock
  readonly service: ClockService
  readonly membership: Membership
  readonly events: string[]
}

const DAY_MS = 24 * 60 * 60 * 1_000
const internet: PathModel = { latencyMs: 20, jitterMs: 15, asymmetryMs: 0, loss: 0.02, bytesPerMs: Infinity }

/** A room in virtual time; everyone's clock is as wrong as asked for. */
function room(path: PathModel = quietPath, seed = 1) {
  const time = new VirtualTime()
  const random = seededRandom(seed)
  const network = new MemoryNetwork({ scheduler: time, random: forkRandom(random), path })
  let count = 0
  const join = (
    options: ClockOptions & { readonly foundAfterMs?: number; readonly onLink?: (link: Link) => void } = {},
  ): Device => {
    const me = `peer-${count++}` as PeerId
    const clock = time.clock({ originMs: 1e6 * random(), ...options })
    const { foundAfterMs = 3_000 } = options
    const service = new ClockService({ me, scheduler: clock, random: forkRandom(random), foundAfterMs })
    const membership = network
      .transport(clock)
      .join({ room: 'room' as RoomId }, { peer: me, sign: async (bytes) => bytes })
    const events: string[] = []
    service.onChange((event) => void (event === 'neighbours' || events.push(event)))
    membership.onLink(options.onLink ?? ((link) => service.addLink(link)))
    return { me, clock, service, membership, events }
  }
  const found = (options: ClockOptions = {}): Device => join({ foundAfterMs: 500, ...options })
  const spreadMs = (...devices: Device[]): number => {
    const times = devices.map(({ service }) => service.roomTime.at())
    return Math.max(...times) - Math.min(...times)
  }
  const pass = (ms: number): void => time.runSync(time.nowMs() + ms)
  return { time, network, join, found, spreadMs, pass }
}

describe('clock service', () => {
  it('[CLOCK-15] a founder settles alone by its wall clock', () => {
    const { found, pass } = room()
    const founder = found({ wallOffsetMs: 5_000 })
    expect(founder.service.roomTime.settled).toBe(false)
    expect(founder.service.epoch).toBeNull()
    pass(1_000)
    expect(founder.service.roomTime.settled).toBe(true)
    expect(founder.service.roomTime.at()).toBeCloseTo(founder.clock.wallMs(), 3)
  })

  it('[CLOCK-16] a newcomer a day off settles within 1 s on a quiet network and moves nobody', () => {
    const { time, found, join, pass, spreadMs } = room()
    const founder = found()
    pass(10_000)
    const before = founder.service.roomTime.at() - time.nowMs()
    const newcomer = join({ wallOffsetMs: DAY_MS })
    pass(1_000)
    expect(newcomer.service.roomTime.settled).toBe(true)
    pass(30_000)
    expect(spreadMs(founder, newcomer)).toBeLessThan(0.05)
    expect(Math.abs(founder.service.roomTime.at() - time.nowMs() - before)).toBeLessThan(0.1)
    expect(founder.events).toEqual(['settled'])
    expect(newcomer.events).toEqual(['settled'])
  })

  it('[CLOCK-16] a newcomer who had settled alone before it met the room takes the room’s time', () => {
    const { time, network, found, join, pass, spreadMs } = room()
    const founder = found()
    network.partition([[founder.me]])
    pass(20_000)
    const newcomer = join({ wallOffsetMs: -DAY_MS, foundAfterMs: 500 })
    pass(2_000)
    expect(newcomer.service.roomTime.settled).toBe(true)
    const before = founder.service.roomTime.at() - time.nowMs()
    network.heal()
    pass(30_000)
    expect(spreadMs(founder, newcomer)).toBeLessThan(0.05)
    expect(Math.abs(founder.service.roomTime.at() - time.nowMs() - before)).toBeLessThan(0.1)
    expect(founder.events).toEqual(['settled'])
    expect(newcomer.events).toEqual(['settled', 'merged'])
  })

  it('[CLOCK-17] two devices 200 ppm apart keep within 20 us on a quiet network, once they know their rates', () => {
    const { found, join, pass, spreadMs } = room({ ...quietPath, jitterMs: 0.3 })
    const [a, b] = [found({ ppm: 100 }), join({ ppm: -100, wallOffsetMs: 3 * 60 * 60 * 1_000 })]
    pass(90_000)
    const spreads: number[] = []
    for (let i = 0; i < 600; i++) {
      pass(100)
      spreads.push(spreadMs(a, b))
    }
    spreads.sort((x, y) => x - y)
    expect(spreads[300]).toBeLessThan(0.02)
    expect(spreads.at(-1)).toBeLessThan(0.1)
    expect(Math.abs(a.service.diagnostics().driftPpm - b.service.diagnostics().driftPpm)).toBeGreaterThan(150)
  })

  it('[CLOCK-18] through 15 ms of jitter each way eight peers settle within 5 s and keep within 3 ms', () => {
    const { found, join, pass, spreadMs } = room(internet)
    const devices = [found({ ppm: 30, wallOffsetMs: 1_000 })]
    pass(1_000)
    for (let i = 0; i < 7; i++) devices.push(join({ ppm: 15 * i - 45, wallOffsetMs: DAY_MS * (i - 3) }))
    pass(5_000)
    expect(devices.filter(({ service }) => !service.roomTime.settled)).toEqual([])
    pass(15_000)
    for (let i = 0; i < 60; i++) {
      pass(500)
      expect(spreadMs(...devices)).toBeLessThan(3)
    }
    expect(devices.flatMap(({ events }) => events)).toEqual(devices.map(() => 'settled'))
  })

  it('[CLOCK-19] a partition of a minute and its healing move nobody in steps', () => {
    const { network, found, join, pass, spreadMs } = room(internet)
    const devices = [found({ ppm: 50 })]
    pass(1_000)
    for (let i = 0; i < 5; i++) devices.push(join({ ppm: i % 2 === 0 ? 50 : -50, wallOffsetMs: DAY_MS }))
    pass(20_000)
    network.partition([devices.filter((_, i) => i % 2 === 0).map(({ me }) => me)])
    pass(60_000)
    network.heal()
    pass(30_000)
    expect(spreadMs(...devices)).toBeLessThan(3)
    expect(devices.flatMap(({ events }) => events)).toEqual(devices.map(() => 'settled'))
  })

  it('[CLOCK-19] two halves with times of their own meet on that of the larger, and step once', () => {
    const { time, network, found, join, pass, spreadMs } = room()
    const large = [found({ wallOffsetMs: 7_000 })]
    const small: Device[] = []
    network.partition([[large[0]!.me, 'peer-1' as PeerId, 'peer-2' as PeerId]])
    pass(1_000)
    large.push(join(), join())
    small.push(found({ wallOffsetMs: -7_000 }), join())
    pass(10_000)
    const before = large[0]!.service.roomTime.at() - time.nowMs()
    expect(spreadMs(...large, ...small)).toBeGreaterThan(13_000)
    network.heal()
    pass(30_000)
    expect(spreadMs(...large, ...small)).toBeLessThan(0.1)
    expect(Math.abs(large[0]!.service.roomTime.at() - time.nowMs() - before)).toBeLessThan(0.2)
    for (const { events } of large) expect(events).toEqual(['settled'])
    for (const { events } of small) expect(events).toEqual(['settled', 'merged'])
  })

  it('[CLOCK-20] who slept unsettles, comes back to the room’s time and moves nobody', () => {
    const { time, found, join, pass, spreadMs } = room()
    const devices = [found(), join({ wallOffsetMs: 60_000 }), join()]
    pass(30_000)
    const before = devices[0]!.service.roomTime.at() - time.nowMs()
    const sleeper = devices[1]!
    sleeper.clock.sleep(8_000)
    pass(8_000 + 3_000)
    expect(sleeper.events.slice(0, 3)).toEqual(['settled', 'disturbed', 'settled'])
    pass(10_000)
    expect(spreadMs(...devices)).toBeLessThan(0.1)
    expect(Math.abs(devices[0]!.service.roomTime.at() - time.nowMs() - before)).toBeLessThan(0.1)
    expect(devices[0]!.events).toEqual(['settled'])
  })

  it('[CLOCK-20] a changed wall clock unsettles for a moment and changes no time', () => {
    const { found, join, pass, spreadMs } = room()
    const devices = [found(), join(), join()]
    pass(20_000)
    const before = devices[1]!.service.roomTime.at() - devices[1]!.clock.nowMs()
    devices[1]!.clock.jumpWall(-DAY_MS)
    pass(3_000)
    expect(devices[1]!.events).toEqual(['settled', 'disturbed', 'settled'])
    expect(devices[1]!.service.roomTime.at() - devices[1]!.clock.nowMs()).toBeCloseTo(before, 1)
    expect(spreadMs(...devices)).toBeLessThan(0.1)
  })

  it('[CLOCK-21] two tabs of one person keep one time', () => {
    const { time, network, pass, spreadMs } = room()
    const me = 'one-person' as PeerId
    const tab = (originMs: number, seed: number): Device => {
      const clock = time.clock({ originMs })
      const service = new ClockService({ me, scheduler: clock, random: seededRandom(seed), foundAfterMs: 500 })
      const membership = network
        .transport(clock)
        .join({ room: 'room' as RoomId }, { peer: me, sign: async (bytes) => bytes })
      membership.onLink((link) => service.addLink(link))
      return { me, clock, service, membership, events: [] }
    }
    const first = tab(1e6, 1)
    pass(5_000)
    first.clock.jumpWall(0)
    const second = tab(5, 2)
    pass(5_000)
    expect(second.service.epoch).toBe(first.service.epoch)
    expect(spreadMs(first, second)).toBeLessThan(0.05)
  })

  it('[CLOCK-22] answers a neighbour only so often, and ignores answers that it never asked for', () => {
    const { found, join, pass } = room()
    const founder = found()
    pass(1_000)
    let answers = 0
    let flood: (() => void) | undefined
    join({
      onLink: (link) => {
        const clock = link.channel('clock')
        clock.onMessage((bytes) => {
          const message = decodeProbe(bytes)
          if (message?.kind === 'answer') answers++
          if (message?.kind !== 'request') return
          // A forged answer: ids that were never asked.
          const forged = { receivedAtMs: 0, sentAtMs: 0, roomMs: 1e12, ratePpm: 500, epochAgeMs: 1e9 }
          const epoch = '0'.repeat(32) as never
          clock.send(encodeProbe({ kind: 'answer', id: message.id ^ 1, standing: 'settled', epoch, ...forged }))
          clock.send(Uint8Array.of(1, 2, 3))
        })
        flood = () => {
          for (let id = 0; id < 1_000; id++) clock.send(encodeProbe({ kind: 'request', id, report: null }))
        }
      },
    })
    pass(5_000)
    flood!()
    pass(10_000)
    expect(answers).toBeGreaterThan(0)
    expect(answers).toBeLessThanOrEqual(50)
    expect(founder.service.diagnostics().neighbours).toBe(0)
    expect(founder.service.roomTime.at()).toBeCloseTo(founder.clock.wallMs(), 0)
  })

  it.each([
    [1, 58, 70],
    [4, 14, 16.5],
    [8, 7, 8.5],
  ])('[CLOCK-23] probes 16 times on meeting, then each of %i %f to %f times in 10 s', (count, least, most) => {
    const { found, join, pass } = room()
    found()
    pass(5_000)
    const asked: number[] = []
    const onLink = (link: Link): unknown =>
      link.channel('clock').onMessage((bytes, atMs) => decodeProbe(bytes)?.kind === 'request' && asked.push(atMs))
    const quiet = join({ onLink })
    for (let i = 1; i < count; i++) join({ onLink: () => {} })
    pass(31_600)
    const first = asked[0]!
    expect(asked.filter((ms) => ms < first + 1_020).length).toBe(16)
    const steady = asked.filter((ms) => ms >= first + 4_000 && ms < first + 24_000).length / 2
    expect(steady).toBeGreaterThanOrEqual(least)
    expect(steady).toBeLessThanOrEqual(most)
    expect(quiet.service.diagnostics().neighbours).toBe(0)
  })

  it('[CLOCK-24] stops with the link, and with close', () => {
    const { found, join, pass } = room()
    const [a, b] = [found(), join()]
    pass(5_000)
    expect(a.service.diagnostics().neighbours).toBe(1)
    void b.membership.leave()
    pass(1_000)
    expect(a.service.diagnostics().neighbours).toBe(0)
    const again = join()
    pass(3_000)
    let heard = 0
    for (const link of again.membership.links) link.channel('clock').onMessage(() => heard++)
    a.service.close()
    again.service.close()
    pass(1_000)
    heard = 0
    pass(20_000)
    expect(heard).toBe(0)
  })

  it('[CLOCK-25] keeps the epoch of those who stayed when the founder leaves', () => {
    const { found, join, pass, spreadMs } = room()
    const founder = found()
    const others = [join(), join()]
    pass(5_000)
    const epoch = others[0]!.service.epoch
    void founder.membership.leave()
    founder.service.close()
    pass(30_000)
    expect(others.map(({ service }) => service.epoch)).toEqual([epoch, epoch])
    expect(others.map(({ events }) => events)).toEqual([['settled'], ['settled']])
    expect(spreadMs(...others)).toBeLessThan(0.05)
  })
})
