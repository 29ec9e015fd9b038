import { describe, expect, it } from 'vitest'
import type { PeerId, RoomId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { CloseReason, Link } from '../../src/net/link.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { quietPath, type PathModel } from '../../src/net/memory/path.ts'
import { exponential, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { Membership } from '../../src/net/transport.ts'

function network(path: PathModel = quietPath, seed = 1) {
  const time = new VirtualTime()
  const memory = new MemoryNetwork({ scheduler: time, random: seededRandom(seed), path })
  const join = (name: string): Membership =>
    memory.transport().join({ room: 'room' as RoomId }, { peer: name as PeerId, sign: async (bytes) => bytes })
  const pass = (ms: number): void => time.runSync(time.nowMs() + ms)
  return { time, memory, join, pass }
}

const peers = (...names: string[]): PeerId[] => names as PeerId[]
const only = (membership: Membership): Link => [...membership.links][0]!
const reasonOf = (link: Link): { reason: CloseReason | null } => {
  const seen: { reason: CloseReason | null } = { reason: null }
  link.onClose((reason) => (seen.reason = reason))
  return seen
}

describe('memory network', () => {
  it('[SIM-1] is decided by its seed', () => {
    const story = (seed: number): string => {
      const { time, join, pass } = network({ ...quietPath, jitterMs: 20, loss: 0.3 }, seed)
      const heard: string[] = []
      const rooms = ['a', 'b', 'c'].map(join)
      for (const membership of rooms)
        membership.onLink((link) => {
          heard.push(`${time.nowMs()} ${link.peer}`)
          for (const name of ['sync', 'clock'] as const)
            link.channel(name).onMessage((bytes) => heard.push(`${time.nowMs()} ${name} ${bytes[0]}`))
        })
      pass(5_000)
      for (let i = 0; i < 20; i++)
        for (const membership of rooms)
          for (const link of membership.links) {
            link.channel('sync').send(Uint8Array.of(i))
            link.channel('clock').send(Uint8Array.of(i))
          }
      pass(5_000)
      return heard.join('\n')
    }
    expect(story(1)).toBe(story(1))
    expect(story(1)).not.toBe(story(2))
    expect(story(1)).toContain('clock')
  })

  it('[SIM-2] loses and reorders datagrams as the path says, and never what is reliable', () => {
    const { join, pass } = network({ latencyMs: 20, jitterMs: 20, asymmetryMs: 0, loss: 0.2, bytesPerMs: Infinity })
    const [a, b] = [join('a'), join('b')]
    pass(5_000)
    const heard = { sync: [] as number[], clock: [] as number[] }
    for (const name of ['sync', 'clock'] as const)
      only(b)
        .channel(name)
        .onMessage((bytes) => heard[name].push(bytes[0]!))
    const sent = Array.from({ length: 200 }, (_, i) => i)
    for (const i of sent) for (const name of ['sync', 'clock'] as const) only(a).channel(name).send(Uint8Array.of(i))
    pass(10_000)
    expect(heard.sync).toEqual(sent)
    expect(heard.clock.length).toBeGreaterThan(120)
    expect(heard.clock.length).toBeLessThan(190)
    expect(heard.clock).not.toEqual(heard.clock.toSorted((x, y) => x - y))
  })

  it('[SIM-2] delays the two directions as far apart as the path says', () => {
    const { time, join, pass } = network({ ...quietPath, latencyMs: 20, asymmetryMs: 10, bytesPerMs: Infinity })
    const [a, b] = [join('a'), join('b')]
    pass(5_000)
    const took: number[] = []
    const sentAtMs = time.nowMs()
    only(b)
      .channel('clock')
      .onMessage(() => took.push(time.nowMs() - sentAtMs))
    only(a)
      .channel('clock')
      .onMessage(() => took.push(time.nowMs() - sentAtMs))
    only(a).channel('clock').send(Uint8Array.of(1))
    only(b).channel('clock').send(Uint8Array.of(1))
    pass(100)
    expect(took.toSorted((x, y) => x - y)).toEqual([15, 25])
  })

  it('[SIM-3] a short partition delays what is reliable; a long one loses the link, and healing brings a new one', () => {
    const { memory, join, pass } = network()
    const [a, b] = [join('a'), join('b')]
    pass(5_000)
    const heard: number[] = []
    only(b)
      .channel('sync')
      .onMessage((bytes) => heard.push(bytes[0]!))
    memory.partition([peers('a')])
    only(a).channel('sync').send(Uint8Array.of(1))
    only(a).channel('sync').send(Uint8Array.of(2))
    pass(3_000)
    expect(heard).toEqual([])
    memory.heal()
    pass(1_000)
    expect(heard).toEqual([1, 2])
    const ends = [reasonOf(only(a)), reasonOf(only(b))]
    memory.partition([peers('a')])
    pass(6_000)
    expect(ends).toEqual([{ reason: 'lost' }, { reason: 'lost' }])
    expect(a.links.size + b.links.size).toBe(0)
    expect(a.attempts).toBeGreaterThan(0)
    memory.heal()
    pass(20_000)
    expect([a.links.size, b.links.size]).toEqual([1, 1])
  })

  it('[SIM-4] a crashed peer says no goodbye: the other end finds the link lost, and hears nothing more', () => {
    const { memory, join, pass } = network()
    const [a, b] = [join('a'), join('b')]
    pass(5_000)
    const [linkA, linkB] = [only(a), only(b)]
    const [endA, endB] = [reasonOf(linkA), reasonOf(linkB)]
    let heard = 0
    linkB.channel('sync').onMessage(() => heard++)
    memory.crash('a' as PeerId)
    linkA.channel('sync').send(Uint8Array.of(1))
    pass(1_000)
    expect(endB.reason).toBeNull()
    pass(5_000)
    expect(endB.reason).toBe('lost')
    expect(endA.reason).toBeNull()
    expect(heard).toBe(0)
    pass(30_000)
    expect(b.links.size).toBe(0)
  })

  it('[SIM-5] links outlive the meeting point, and status says that it is gone', () => {
    const { memory, join, pass } = network()
    const [a, b] = [join('a'), join('b')]
    pass(5_000)
    memory.setMeetingPoint(false)
    expect(a.status.state).toBe('unreachable')
    const late = join('late')
    pass(20_000)
    expect([a.links.size, b.links.size, late.links.size]).toEqual([1, 1, 0])
    memory.setMeetingPoint(true)
    pass(5_000)
    expect(late.status.state).toBe('meeting')
    expect(late.links.size).toBe(2)
  })

  it('[SIM-6] halves of a crowd that were apart grow together again', () => {
    const { memory, join, pass } = network()
    const names = Array.from({ length: 40 }, (_, i) => `p${i}`)
    const rooms = names.map(join)
    pass(10_000)
    const half = new Set<string>(names.slice(0, 20))
    memory.partition([peers(...half)])
    pass(20_000)
    const across = (): number =>
      rooms.flatMap(({ links }, i) => [...links].filter(({ peer }) => half.has(peer) !== half.has(names[i]!))).length
    expect(across()).toBe(0)
    memory.heal()
    pass(40_000)
    expect(across()).toBeGreaterThan(20)
    for (const { links } of rooms) {
      expect(links.size).toBeGreaterThan(0)
      expect(links.size).toBeLessThanOrEqual(limits.neighbours + limits.neighboursSlack)
    }
  })
})

describe('virtual time', () => {
  it('[SIM-7] runs tasks in order of time, then of being asked for, and not those that were cancelled', async () => {
    const time = new VirtualTime()
    const ran: string[] = []
    time.after(20, () => ran.push('late'))
    time.after(10, () => ran.push('first'))
    time.after(10, () => ran.push('second'))
    time.after(5, () => ran.push('cancelled'))()
    const stop = time.every(8, () => ran.push(`tick ${time.nowMs()}`))
    await time.run(17)
    stop()
    await time.run(30)
    expect(ran).toEqual(['tick 8', 'first', 'second', 'tick 16', 'late'])
    expect(time.nowMs()).toBe(30)
  })

  it('[SIM-7] waits for promises, and for work that it holds, before time moves on', async () => {
    const time = new VirtualTime()
    const ran: string[] = []
    time.after(1, () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => ran.push(`promise at ${time.nowMs()}`))
      void time.hold(new Promise<void>((done) => setImmediate(done))).then(() => ran.push(`work at ${time.nowMs()}`))
    })
    time.after(2, () => ran.push('next'))
    await time.run(5)
    expect(ran).toEqual(['promise at 1', 'work at 1', 'next'])
  })

  it('[SIM-7] names the condition that does not come about', async () => {
    const time = new VirtualTime()
    let count = 0
    time.every(10, () => count++)
    await time.until(() => count === 3)
    expect(time.nowMs()).toBe(30)
    await expect(time.until(() => count < 0, 1_000)).rejects.toThrow('count < 0')
  })

  it('[SIM-8] a device’s clock runs at its own rate from its own origin, and so do its timers', () => {
    const time = new VirtualTime()
    const clock = time.clock({ ppm: 100, originMs: 5_000, wallOffsetMs: 60_000 })
    const wall = clock.wallMs()
    expect(wall).toBe(time.wallMs() + 60_000)
    let ranAtMs = 0
    clock.after(10_001, () => (ranAtMs = time.nowMs()))
    time.runSync(10_000)
    expect(ranAtMs).toBeCloseTo(10_000, 3)
    expect(clock.nowMs()).toBeCloseTo(15_001, 6)
    expect(clock.wallMs()).toBeCloseTo(wall + 10_001, 6)
    clock.setPpm(-100)
    time.runSync(20_000)
    expect(clock.nowMs()).toBeCloseTo(25_000, 6)
  })

  it('[SIM-8] sleep stops the monotonic clock and holds the tasks back, not the wall clock', () => {
    const time = new VirtualTime()
    const clock = time.clock({ originMs: 0 })
    const wall = clock.wallMs()
    const ran: number[] = []
    clock.every(1_000, () => ran.push(time.nowMs()))
    time.runSync(1_500)
    clock.sleep(10_000)
    time.runSync(13_500)
    expect(clock.nowMs()).toBeCloseTo(3_500, 6)
    expect(clock.wallMs()).toBeCloseTo(wall + 13_500, 6)
    expect(ran).toEqual([1_000, 11_500, 12_500, 13_500])
  })
})

describe('seeded randomness', () => {
  it('[SIM-9] repeats with its seed, differs between neighbouring seeds, and is even', () => {
    const draw = (seed: number, count: number): number[] => Array.from({ length: count }, seededRandom(seed))
    expect(draw(7, 50)).toEqual(draw(7, 50))
    expect(draw(7, 5)).not.toEqual(draw(8, 5))
    const numbers = draw(1, 20_000)
    const buckets = Array.from({ length: 10 }, (_, i) => numbers.filter((x) => Math.floor(x * 10) === i).length)
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(200)
    const random = seededRandom(3)
    const delays = Array.from({ length: 20_000 }, () => exponential(random, 15))
    expect(delays.reduce((sum, ms) => sum + ms, 0) / delays.length).toBeCloseTo(15, 0)
  })
})
