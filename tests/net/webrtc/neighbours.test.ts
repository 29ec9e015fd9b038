import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/domain/limits.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { slowestAnnounceMs } from '../../../src/net/announcer.ts'
import { bindingOf, fingerprintOf } from '../../../src/net/webrtc/fingerprints.ts'
import { Greeter } from '../../../src/net/webrtc/greeter.ts'
import {
  answerDelayMs,
  excess,
  lacking,
  richest,
  weigh,
  welcomes,
  type Held,
  type HeldLink,
} from '../../../src/net/neighbours.ts'
import { PeerMemory } from '../../../src/net/peer-memory.ts'
import type { Signal } from '../../../src/net/webrtc/signal.ts'

const caps = { wanted: 8, slack: 4 }
const held = fc.record({ links: fc.nat(30), attempts: fc.nat(30), richest: fc.nat(30) })

describe('neighbours', () => {
  it('[RTC-9] links and attempts stay within the caps, except for a bounded number of newcomers and one that lacks', () => {
    fc.assert(
      fc.property(held, fc.nat(30), (mine, theirs) => {
        const sum = mine.links + mine.attempts
        const swaps = sum === 12 && theirs < 8 && mine.richest > 8
        expect(welcomes(mine, theirs, caps)).toBe(sum < 12 || (theirs === 0 && sum < 24) || swaps)
        expect(lacking(mine, caps)).toBe(Math.max(0, 8 - sum))
      }),
    )
  })

  it('[RTC-9] the excess link is one with the most links of its own, never the newest, and none of the four oldest', () => {
    const degrees = fc.array(fc.nat(20), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(degrees, fc.integer(), (list, seed) => {
        const links = list.map((theirDegree) => ({ theirDegree, weight: 1 }))
        const newest = links.at(-1)!
        const leaving = excess(links, newest, caps, seededRandom(seed))
        const most = Math.max(...list.slice(4, -1))
        expect(leaving?.theirDegree).toBe(links.length <= 12 ? undefined : most)
        expect(links.slice(0, 4)).not.toContain(leaving)
        expect(leaving).not.toBe(newest)
      }),
    )
  })

  it('[LIB-19] an excess link is a relayed one if any can be left, and no direct one goes for the sake of a relayed one', () => {
    const link = fc.record({ theirDegree: fc.nat(20), weight: fc.constantFrom(1, limits.relayedWeight) })
    fc.assert(
      fc.property(fc.array(link, { minLength: 1, maxLength: 20 }), fc.integer(), (links, seed) => {
        const newest = links.at(-1)!
        const leaving = excess(links, newest, caps, seededRandom(seed))
        const direct = links.filter(({ weight }) => weight === 1)
        if (weigh(links) <= 12) {
          expect(leaving).toBeNull()
          return
        }
        // The four oldest, or two if they are relayed.
        const long = links.filter((_, index) => weigh(links.slice(0, index + 1)) <= 4)
        expect([...long, newest]).not.toContain(leaving)
        const relayed = links.filter((link) => link.weight > 1 && link !== newest && !long.includes(link))
        if (relayed.length > 0) {
          expect(relayed).toContain(leaving)
          expect(leaving?.theirDegree).toBe(Math.max(...relayed.map(({ theirDegree }) => theirDegree)))
        } else expect(leaving !== null).toBe(direct.length > 12)
      }),
    )
  })

  it('[LIB-19] six relayed links are the most, and leave room for as many direct ones as ever', () => {
    const relayed = Array.from({ length: 6 }, () => ({ theirDegree: 8, weight: limits.relayedWeight }))
    const direct = Array.from({ length: 12 }, () => ({ theirDegree: 8, weight: 1 }))
    const held: HeldLink[] = []
    const come = (link: HeldLink): void => {
      held.push(link)
      const leaving = excess(held, link, caps, () => 0.5)
      if (leaving !== null) held.splice(held.indexOf(leaving), 1)
    }
    for (const link of [...relayed, { ...relayed[0]! }]) come(link)
    expect(weigh(held)).toBe(12)
    for (const link of direct) come(link)
    expect(held.filter(({ weight }) => weight === 1)).toEqual(direct)
  })

  it('[RTC-9] a room larger than the cap leaves nobody lacking: links move until all have what they want', () => {
    const few = { wanted: 3, slack: 1 }
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 12 }), fc.integer(), (size, seed) => {
        const random = seededRandom(seed)
        const links = Array.from({ length: size }, () => new Array<number>())
        const seen = (peer: number) =>
          links[peer]!.map((other) => ({ other, theirDegree: links[other]!.length, weight: 1 }))
        const part = (a: number, b: number): void => {
          links[a] = links[a]!.filter((other) => other !== b)
          links[b] = links[b]!.filter((other) => other !== a)
        }
        const trim = (peer: number): void => {
          const leaving = excess(seen(peer), seen(peer).at(-1)!, few, random)
          if (leaving !== null) part(peer, leaving.other)
        }
        const meets = (peer: number, lacking: number): boolean =>
          peer !== lacking &&
          !links[peer]!.includes(lacking) &&
          welcomes(
            { links: links[peer]!.length, attempts: 0, richest: richest(seen(peer), few) },
            links[lacking]!.length,
            few,
          )
        const everyone = links.map((_, peer) => peer)
        for (let turns = 0; turns < 100 * size; turns++) {
          const lacking = everyone.filter((peer) => links[peer]!.length < few.wanted)
          const asks = lacking[Math.floor(random() * lacking.length)]
          if (asks === undefined) return
          const answers = everyone.filter((peer) => meets(peer, asks))
          const met = answers[Math.floor(random() * answers.length)]!
          links[met]!.push(asks)
          links[asks]!.push(met)
          trim(met)
          trim(asks)
        }
        expect(links).toBe('at rest')
      }),
    )
  })

  it('[RTC-9] who lacks neighbours answers at once, who has enough lets others go first', () => {
    expect(answerDelayMs({ links: 7, attempts: 0, richest: 0 }, caps, () => 0.5)).toBe(0)
    expect(answerDelayMs({ links: 8, attempts: 0, richest: 0 }, caps, () => 0.5)).toBeGreaterThan(0)
  })
})

describe('fingerprints', () => {
  const hex = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':')
  const sdp = (...lines: string[]): string => ['v=0', ...lines, 'a=setup:actpass', ''].join('\r\n')

  it('[RTC-5] both sides name their connection alike, and any other certificate changes the name', () => {
    const [a, b] = [sdp(`a=fingerprint:sha-256 ${hex}`), sdp(`a=fingerprint:SHA-256 ${hex.replace('00', 'ab')}`)]
    const connection = (local: string, remote: string) =>
      bindingOf({
        localDescription: { sdp: local },
        remoteDescription: { sdp: remote },
      } as unknown as RTCPeerConnection)
    expect(connection(a, b)).toEqual(connection(b, a))
    expect(connection(a, b)).not.toEqual(connection(a, a))
    expect(connection(a, '')).toBeNull()
  })

  it('[RTC-5] a description with two different fingerprints, a weak one or none has no name', () => {
    expect(fingerprintOf(sdp(`a=fingerprint:sha-256 ${hex}`, `a=fingerprint:sha-256 ${hex}`))).toBe(hex)
    for (const lines of [
      [`a=fingerprint:sha-256 ${hex}`, `a=fingerprint:sha-256 ${hex.replace('00', 'AB')}`],
      [`a=fingerprint:sha-256 ${hex}`, 'a=fingerprint:sha-1 00:11'],
      ['a=fingerprint:sha-1 00:11'],
      [],
    ])
      expect(fingerprintOf(sdp(...lines))).toBeNull()
  })
})

describe('greeter', () => {
  const [low, high] = ['11111111-1111-4111-8111-111111111111', '99999999-9999-4999-8999-999999999999']
  const greet = (self: string, known: string[] = [], mine: Held = { links: 0, attempts: 0, richest: 0 }) => {
    const published: Signal[] = []
    const scheduler = new VirtualTime()
    const greeter = new Greeter({
      ...{ scheduler, random: () => 0.5, caps, memory: new PeerMemory(scheduler) },
      held: () => mine,
      self: () => self,
      has: (session) => known.includes(session),
      publish: (signal) => published.push(signal),
      onDeclined: () => {},
    })
    const passes = (signal: Signal): boolean => {
      let delivered = false
      greeter.receive(signal, () => (delivered = true))
      return delivered
    }
    return { passes, published, scheduler, greeter }
  }
  const session = (from: string, to: string, type: 'offer' | 'answer'): Signal => ({
    ...{ type: 'signal', from, to, links: 1 },
    signal: { type, sdp: '' },
  })
  const announce = (from: string, to?: string): Signal => ({ type: 'announce', from, to, links: 0, wanted: 8 })

  it('[RTC-15] of two that announce to each other exactly one offers, and the other asks it to', () => {
    const offering = greet(low)
    expect(offering.passes(announce(high))).toBe(true)
    expect(offering.published).toEqual([{ type: 'announce', from: low, to: high, links: 0, wanted: 1 }])
    const asking = greet(high)
    expect(asking.passes(announce(low))).toBe(false)
    expect(asking.published).toEqual([{ type: 'announce', from: high, to: low, links: 0, wanted: 1 }])
    const invited = greet(low)
    expect([invited.passes(announce(high, low)), invited.published]).toEqual([true, []])
    const asked = greet(high)
    expect([asked.passes(announce(low, high)), asked.published]).toEqual([false, []])
  })

  it('[RTC-15] an offer passes from the lower name only, an answer from the higher of a known pair only', () => {
    expect(greet(high).passes(session(low, high, 'offer'))).toBe(true)
    expect(greet(low).passes(session(high, low, 'offer'))).toBe(false)
    expect(greet(high, [low]).passes(session(low, high, 'offer'))).toBe(false)
    expect(greet(low, [high]).passes(session(high, low, 'answer'))).toBe(true)
    expect(greet(low).passes(session(high, low, 'answer'))).toBe(false)
    expect(greet(high, [low]).passes(session(low, high, 'answer'))).toBe(false)
  })

  it('[RTC-15] candidates of strangers and signals to others do not pass', () => {
    const candidate: Signal = {
      ...{ type: 'signal', from: low, to: high, links: 0 },
      signal: { type: 'candidate', candidate: { candidate: '', sdpMLineIndex: 0, sdpMid: '0' } },
    }
    expect([greet(high).passes(candidate), greet(high, [low]).passes(candidate)]).toEqual([false, true])
    expect(greet(high).passes(session(low, low, 'offer'))).toBe(false)
  })

  it('[RTC-9] who is full declines an offer, and stays silent when enough others answered', async () => {
    const full = greet(high, [], { links: 12, attempts: 12, richest: 0 })
    expect(full.passes(session(low, high, 'offer'))).toBe(false)
    expect(full.published).toEqual([{ type: 'decline', from: high, to: low }])
    for (const [answers, expected] of [
      [7, true],
      [8, false],
    ] as const) {
      let delivered = false
      const satisfied = greet(low, [], { links: 8, attempts: 0, richest: 0 })
      satisfied.greeter.receive(announce(high), () => (delivered = true))
      for (let i = 0; i < answers; i++) satisfied.passes(announce(`${i}`, high))
      await satisfied.scheduler.advance(1_000)
      expect(delivered).toBe(expected)
    }
  })
})

describe('peer memory', () => {
  it('[RTC-14] a failed peer counts as one without a route until the next attempt can have come, and then fades', async () => {
    const time = new VirtualTime()
    const memory = new PeerMemory(time)
    memory.failed('a')
    memory.failed('b')
    expect([memory.failures(new Set()), memory.failures(new Set(['b']))]).toEqual([2, 1])
    memory.succeeded('b')
    await time.advance(1.5 * slowestAnnounceMs)
    expect(memory.failures(new Set())).toBe(1)
    await time.advance(10_000)
    expect(memory.failures(new Set())).toBe(0)
  })

  it('[RTC-14] no number of made-up names makes it grow without end', () => {
    const memory = new PeerMemory(new VirtualTime())
    for (let i = 0; i < 5_000; i++) memory.failed(`${i}`)
    expect(memory.failures(new Set())).toBe(500)
  })
})
