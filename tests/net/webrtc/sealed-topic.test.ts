import { base64 } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, type RoomId, type RoomSecret } from '../../../src/domain/ids.ts'
import { seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { deriveTopic } from '../../../src/net/topic.ts'
import { SealedTopic } from '../../../src/net/webrtc/sealed-topic.ts'
import { addresseeOf, decodeSignal, type Signal } from '../../../src/net/webrtc/signal.ts'
import { nodeCrypto } from '../../support/node-crypto.ts'

const crypto = nodeCrypto(seededRandom(3))
const key = crypto.randomBytes(32)
const from = '11111111-1111-4111-8111-111111111111'
const announce = (links: number): Signal => ({ type: 'announce', from, links, wanted: 1 })
const settle = async (): Promise<void> => {
  for (let i = 0; i < 200; i++) await Promise.resolve()
}
const fail = (error: unknown): never => {
  throw error
}

async function sealAll(signals: readonly Signal[], withKey = key): Promise<string[]> {
  const texts: string[] = []
  const topic = new SealedTopic(crypto, withKey, fail)
  for (const signal of signals) topic.seal(signal, (text) => texts.push(text))
  await settle()
  return texts
}

async function openAll(texts: readonly string[]): Promise<Signal[]> {
  const signals: Signal[] = []
  const topic = new SealedTopic(crypto, key, fail)
  for (const text of texts) topic.open(text, (signal) => signals.push(signal))
  await settle()
  return signals
}

describe('sealed topic', () => {
  it('[RTC-1] signals come out as they went in, in order, and nothing of them stands in the text', async () => {
    const signals = [1, 2, 3, 4, 5].map(announce)
    const texts = await sealAll(signals)
    for (const text of texts) expect(atob(text)).not.toMatch(/announce|11111111/)
    expect(await openAll(texts)).toEqual(signals)
  })

  it('[RTC-1] the topic changes with room and secret, and holds neither', async () => {
    const room = hashText<RoomId>(crypto.randomBytes(32))
    const secret = hashText<RoomSecret>(crypto.randomBytes(32))
    const [open, closed, again] = [
      await deriveTopic({ room }, crypto),
      await deriveTopic({ room, secret }, crypto),
      await deriveTopic({ room }, crypto),
    ]
    expect(open).toEqual(again)
    expect(open.topic).toMatch(/^[\w-]{43}$/)
    expect(new Set([open.topic, closed.topic, room, secret]).size).toBe(4)
    const keys = [open.sealKey, open.proof, closed.sealKey, closed.proof].map((each) => each.join())
    expect(new Set(keys).size).toBe(4)
  })

  it('[RTC-19] offers, answers, candidates and declines name an inbox; announcements, which all must hear, name none', async () => {
    const to = '22222222-2222-4222-8222-222222222222'
    const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 }
    const session = (signal: unknown): Signal => ({ type: 'signal', from, to, links: 0, signal }) as Signal
    const forOne = [
      session({ type: 'candidate', candidate }),
      session({ type: 'answer', sdp: 'v=0' }),
      session({ type: 'offer', sdp: 'v=0' }),
      { type: 'decline', from, to },
    ] as const satisfies readonly Signal[]
    const forAll = [announce(0), { ...announce(0), to }] as Signal[]
    expect(forOne.map(addresseeOf)).toEqual([to, to, to, to])
    expect(forAll.map(addresseeOf)).toEqual([undefined, undefined])

    const inboxes: (string | undefined)[] = []
    const topic = new SealedTopic(crypto, key, fail)
    topic.inbox(to, (inbox) => inboxes.push(inbox))
    for (const signal of [...forOne, ...forAll]) topic.seal(signal, (_text, inbox) => inboxes.push(inbox))
    await settle()
    const [own] = inboxes
    let elsewhere: string | undefined
    new SealedTopic(crypto, crypto.randomBytes(32), fail).inbox(to, (inbox) => (elsewhere = inbox))
    await settle()
    expect(own).toMatch(/^[\w-]{22}$/)
    expect(inboxes).toEqual([own, own, own, own, own, undefined, undefined])
    // Another room calls the same session otherwise, so that nobody can tell that it is in both.
    expect(elsewhere).toMatch(/^[\w-]{22}$/)
    expect(elsewhere).not.toBe(own)
  })

  it('[RTC-3] what was sealed with another key, altered, or is no signal is dropped', async () => {
    const [foreign = ''] = await sealAll([announce(1)], crypto.randomBytes(32))
    const [altered = ''] = await sealAll([announce(2)])
    const notSignals = await sealAll([{ type: 'announce' }, { type: 'announce', from: 7 }] as unknown as Signal[])
    const nothing = base64.encode(await crypto.seal(key, new TextEncoder().encode('null')))
    const texts = [foreign, `A${altered.slice(1)}`, '', '%', 'AAAA', 'x'.repeat(100_000), nothing, ...notSignals]
    expect(await openAll(texts)).toEqual([])
  })

  it('[RTC-3] a signal that comes twice, through two nodes or replayed, counts once', async () => {
    const [text = ''] = await sealAll([announce(1)])
    expect(await openAll([text, text, text])).toHaveLength(1)
  })

  it('[RTC-3] any value is read as a signal or as null, and a signal has only known fields', () => {
    fc.assert(fc.property(fc.anything(), (value) => void decodeSignal(value)))
    const to = from
    const offer = { type: 'signal', from, to, links: 0, token: 1, signal: { type: 'offer', sdp: 'v=0' } }
    expect(decodeSignal({ ...offer, extra: 1 })).toEqual(offer)
    for (const signal of [
      { type: 'renegotiate', renegotiate: true },
      { type: 'transceiverRequest', transceiverRequest: { kind: 'audio' } },
      { type: 'candidate', candidate: { candidate: '', sdpMLineIndex: null, sdpMid: null } },
      { type: 'offer', sdp: 'x'.repeat(20_000) },
    ])
      expect(decodeSignal({ ...offer, signal })).toBeNull()
  })
})
