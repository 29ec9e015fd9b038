import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../../src/net/libp2p/envelope.ts'
import { createLengthReader, withLength } from '../../../src/net/libp2p/length-prefix.ts'
import { rewireMs } from '../../../src/net/announcer.ts'
import { addressOfUrl } from '../../../src/net/libp2p/meeting-point.ts'
import { limits } from '../../../src/domain/limits.ts'
import { callChance, lackingLinks, rewireEveryMs } from '../../../src/net/libp2p/strangers.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { nodeSigner } from '../../support/node-crypto.ts'

/** `bytes` cut at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

describe('messages on a byte stream', () => {
  it('[LIB-4] come out as they went in, wherever the network cuts', () => {
    const message = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (messages, cuts) => {
        const stream = Buffer.concat(messages.map(withLength))
        const heard: number[][] = []
        const read = createLengthReader(300, (bytes) => heard.push([...bytes]))
        for (const piece of pieces(stream, cuts)) expect(read(piece)).toBe(true)
        expect(heard).toEqual(messages.map((bytes) => [...bytes]))
      }),
    )
  })

  it('[LIB-4] end the stream when one is longer than its channel carries, before any of it is held', () => {
    const read = createLengthReader(10, () => expect.unreachable())
    expect(read(withLength(new Uint8Array(11)).subarray(0, 4))).toBe(false)
  })
})

describe('envelopes', () => {
  const random = seededRandom(7)
  const host = nodeSigner(random).peer
  const announcement = {
    host,
    relays: [nodeSigner(random).peer],
    session: 'A'.repeat(22),
    links: 3,
    wanted: 5,
    strangers: 40,
  }
  const all: Envelope[] = [
    { kind: 'announce', announcement },
    { kind: 'sync', message: Uint8Array.of(1, 2) },
    { kind: 'presence', message: Uint8Array.of() },
  ]

  it('[LIB-5] are read as they were written', () => {
    for (const envelope of all) expect(decodeEnvelope(encodeEnvelope(envelope))).toEqual(envelope)
  })

  it('[LIB-5] are nothing when any byte is missing, and whatever bytes come none throws', () => {
    for (const envelope of all) {
      const bytes = encodeEnvelope(envelope)
      for (let length = 0; length < bytes.length; length++) expect(decodeEnvelope(bytes.subarray(0, length))).toBeNull()
    }
    const broken = { ...announcement, relays: ['not a peer'] }
    expect(decodeEnvelope(encodeEnvelope({ kind: 'announce', announcement: broken }))).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeEnvelope(bytes)))
  })
})

describe('addresses of nodes', () => {
  it('[LIB-6] are WebSocket addresses without a path', () => {
    const texts = ['ws://localhost:8080', 'wss://node.example', 'ws://192.168.0.7:80/', 'wss://[::1]:444'].map((url) =>
      addressOfUrl(url).toString(),
    )
    expect(texts).toEqual([
      '/dns/localhost/tcp/8080/ws',
      '/dns/node.example/tcp/443/tls/ws',
      '/ip4/192.168.0.7/tcp/80/ws',
      '/ip6/::1/tcp/444/tls/ws',
    ])
    for (const url of ['http://node.example', 'ws://node.example/libp2p', 'node'])
      expect(() => addressOfUrl(url)).toThrow()
  })
})

describe('strangers', () => {
  const caps = { wanted: 8, slack: 4 }
  const alone = { links: 0, weight: 0, attempts: 0, confined: false, elsewhere: 0, strangers: 0, caps }

  it('[LIB-7] are sought until there are neighbours enough over all networks, and two beyond that another network does not reach', () => {
    expect(lackingLinks(alone)).toBe(8)
    expect(lackingLinks({ ...alone, elsewhere: 5, links: 1, weight: 1 })).toBe(2)
    expect(lackingLinks({ ...alone, elsewhere: 8 })).toBe(0)
    expect(lackingLinks({ ...alone, elsewhere: 12, strangers: 40 })).toBe(2)
    expect(lackingLinks({ ...alone, elsewhere: 12, strangers: 40, links: 2, weight: 2 })).toBe(0)
  })

  it('[LIB-7] are called by everyone in a small room, and by about as many as they wish for in a large one', () => {
    const chance = (strangers: number, wanted: number): number =>
      callChance({ ...alone, strangers }, { links: 1, wanted })
    expect(chance(10, 8)).toBeGreaterThanOrEqual(1)
    expect(chance(240, 8)).toBeCloseTo(0.1)
    const full = { ...alone, elsewhere: 10 }
    expect(callChance(full, { links: 4, wanted: 4 })).toBe(0)
    expect(callChance(full, { links: 0, wanted: 8 })).toBeGreaterThanOrEqual(1)
    expect(callChance({ ...full, elsewhere: 12 }, { links: 0, wanted: 8 })).toBe(0)
    // Links that are being made count: else the whole room would be called before the first one stands.
    expect(callChance({ ...alone, strangers: 10, attempts: 8 }, { links: 1, wanted: 8 })).toBe(0)
  })

  it('[LIB-19] are sought until there are four relayed links, or fewer beside direct ones', () => {
    const relayed = (links: number) => ({ links, weight: links * limits.relayedWeight })
    const confined = { ...alone, confined: true, strangers: 40 }
    expect(lackingLinks(confined)).toBe(4)
    expect(lackingLinks({ ...confined, attempts: 4 })).toBe(0)
    expect(lackingLinks({ ...confined, ...relayed(3) })).toBe(1)
    expect(lackingLinks({ ...confined, ...relayed(4) })).toBe(0)
    expect(lackingLinks({ ...confined, ...relayed(2), elsewhere: 3 })).toBe(1)
    // Who may still reach others directly seeks as many as are left, whatever they turn out to be.
    expect(lackingLinks({ ...alone, ...relayed(2) })).toBe(4)
  })

  it('[LIB-19] are called through a relay by fewer at a time, and by nobody who has six relayed links', () => {
    const confined = { ...alone, confined: true, strangers: 100 }
    const newcomer = { links: 0, wanted: 4 }
    expect(callChance(confined, newcomer)).toBeCloseTo(0.06)
    expect(callChance({ ...confined, links: 5, weight: 10 }, newcomer)).toBeCloseTo(0.06)
    // A few make room for it, where all are full.
    expect(callChance({ ...confined, links: 6, weight: 12 }, newcomer)).toBeCloseTo(0.015)
    expect(callChance({ ...confined, links: 6, weight: 12, attempts: 6 }, newcomer)).toBe(0)
    expect(callChance({ ...confined, links: 4, weight: 8 }, { links: 2, wanted: 3 })).toBe(0)
  })

  it('[LIB-7] are called by a few when they have no link and all others are full', () => {
    const full = { ...alone, links: 12, weight: 12, strangers: 30 }
    expect(callChance(full, { links: 0, wanted: 8 })).toBeCloseTo(0.1)
    expect(callChance(full, { links: 1, wanted: 8 })).toBe(0)
    expect(callChance({ ...full, attempts: 12 }, { links: 0, wanted: 8 })).toBe(0)
  })

  it('[LIB-17] are told of a member without need the less often the more of them there are', () => {
    expect(rewireEveryMs(0)).toBe(rewireMs)
    expect(rewireEveryMs(10)).toBe(rewireMs)
    expect(rewireEveryMs(90)).toBe(9 * rewireMs)
    expect(rewireEveryMs(500)).toBe(10 * rewireMs)
  })
})
