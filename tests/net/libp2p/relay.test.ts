import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { addressOfUrl } from '../../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../../src/net/libp2p/wire.ts'
import { startRelay } from '../../support/relay.ts'
import { startStockPeer } from '../../support/stock-peer.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function relay(...args: Parameters<typeof startRelay>) {
  const started = await startRelay(...args)
  closing.push(() => started.close())
  return started
}

/** One that is connected to the relay, until the test ends. */
async function stockPeer(url: string) {
  const peer = await startStockPeer()
  closing.push(() => peer.stop())
  await peer.dial(addressOfUrl(url))
  return peer
}

const topicOf = (letter: string): string => gossipTopic(letter.repeat(43))

describe('relay', () => {
  it('[LIB-1] stock peers gossip in a room through it, and it carries a room only while a member is there', async () => {
    const hub = await relay()
    const [a, b] = await Promise.all([stockPeer(hub.url), stockPeer(hub.url)])
    const topic = topicOf('a')
    const heard: string[] = []
    b.services.pubsub.addEventListener('message', ({ detail }) => heard.push(new TextDecoder().decode(detail.data)))
    for (const peer of [a, b]) peer.services.pubsub.subscribe(topic)
    await expect.poll(() => hub.counts.topics).toBe(1)
    await expect
      .poll(async () => {
        await a.services.pubsub.publish(topic, new TextEncoder().encode(`hello ${heard.length} ${performance.now()}`))
        return heard.length
      })
      .toBeGreaterThan(0)
    a.services.pubsub.unsubscribe(topic)
    await b.stop()
    await expect.poll(() => hub.counts.topics).toBe(0)
  })

  it('[LIB-1] it carries no topic that is no room’s, and no more rooms than its limits allow', async () => {
    const hub = await relay({ limits: { topicsPerMember: 2 } })
    const a = await stockPeer(hub.url)
    const { pubsub } = a.services
    for (const topic of ['news', topicOf('a'), topicOf('b'), topicOf('c')]) pubsub.subscribe(topic)
    await expect.poll(() => hub.counts.topics).toBe(2)
    // What is said later is heard later: 'c' has been refused by then.
    pubsub.unsubscribe(topicOf('a'))
    await expect.poll(() => hub.counts.topics).toBe(1)
    expect(pubsub.getSubscribers(topicOf('b'))).toHaveLength(1)
    expect(['news', topicOf('c')].flatMap((topic) => pubsub.getSubscribers(topic))).toEqual([])
  })

  it('[LIB-2] peers that cannot reach each other are joined by a circuit, within its limits', async () => {
    const hub = await relay({ limits: { circuitBytes: 64n * 1024n } })
    const [a, b] = await Promise.all([stockPeer(hub.url), stockPeer(hub.url)])
    await expect.poll(() => hub.counts.reservations).toBe(2)
    let receivedBytes = 0
    await b.handle(
      '/test/1',
      (stream) => stream.addEventListener('message', ({ data }) => (receivedBytes += data.byteLength)),
      {
        runOnLimitedConnection: true,
      },
    )
    const circuit = multiaddr(
      `${addressOfUrl(hub.url).toString()}/p2p/${hub.peer}/p2p-circuit/p2p/${b.peerId.toString()}`,
    )
    const stream = await a.dialProtocol(circuit, '/test/1', { runOnLimitedConnection: true })
    stream.send(new Uint8Array(16 * 1024))
    await expect.poll(() => receivedBytes).toBe(16 * 1024)
    stream.send(new Uint8Array(128 * 1024))
    await expect.poll(() => stream.status).not.toBe('open')
    expect(receivedBytes).toBeLessThan(128 * 1024)
  })

  it.each(['fanOutBytesPerSecond', 'topicFanOutBytesPerSecond', 'totalFanOutBytesPerSecond'] as const)(
    '[LIB-25] it sends no more of a flood than %s, and of who is within it everything',
    async (limit) => {
      const hub = await relay({ limits: { [limit]: 1_000, fanOutBurstMs: 20_000 } })
      const [eve, ben, ada] = await Promise.all([stockPeer(hub.url), stockPeer(hub.url), stockPeer(hub.url)])
      const topic = topicOf('e')
      const heard = new Set<string>()
      ben.services.pubsub.addEventListener('message', ({ detail }) => heard.add(new TextDecoder().decode(detail.data)))
      for (const { services } of [eve, ben, ada]) services.pubsub.subscribe(topic)
      const say = ({ services }: typeof ada, text: string) =>
        services.pubsub.publish(topic, new TextEncoder().encode(text))
      const of = (who: string): number => [...heard].filter((text) => text.startsWith(who)).length
      const isHeard = (peer: typeof ada, who: string) =>
        expect.poll(async () => (await say(peer, `${who} ${performance.now()}`), of(who))).toBeGreaterThan(0)
      await isHeard(ada, 'ada')
      await isHeard(eve, 'eve')
      for (let i = 0; i < 200; i += 1) await say(eve, `flood ${i} `.padEnd(1_000))
      // What is everyone's is used up by whoever floods a room or a node; the own share is asked before it.
      if (limit === 'fanOutBytesPerSecond') await isHeard(ada, 'later')
      await expect.poll(() => of('flood')).toBeGreaterThan(0)
      expect(of('flood')).toBeLessThan(100)
    },
  )

  it('[LIB-26] it cuts off who reads no gossip, and the others go on', async () => {
    const hub = await relay({ limits: { waitingBytes: 64 * 1024 } })
    const [ada, ben, eve] = await Promise.all([stockPeer(hub.url), stockPeer(hub.url), stockPeer(hub.url)])
    const topic = topicOf('f')
    let heard = 0
    ben.services.pubsub.addEventListener('message', () => (heard += 1))
    for (const { services } of [ada, ben, eve]) services.pubsub.subscribe(topic)
    await expect.poll(() => hub.counts.topics).toBe(1)
    const gossip = (): readonly Stream[] =>
      eve.getConnections().flatMap(({ streams }) => streams.filter(({ protocol }) => protocol.startsWith('/meshsub/')))
    await expect.poll(() => gossip().filter(({ direction }) => direction === 'inbound')).toHaveLength(1)
    for (const stream of gossip()) if (stream.direction === 'inbound') stream.pause()
    await expect
      .poll(
        async () => {
          await ada.services.pubsub.publish(topic, crypto.getRandomValues(new Uint8Array(20 * 1024)))
          return hub.counts.connections
        },
        { interval: 10 },
      )
      .toBe(2)
    const before = heard
    await ada.services.pubsub.publish(topic, new TextEncoder().encode('still here'))
    await expect.poll(() => heard).toBeGreaterThan(before)
  })

  it('[LIB-3] gossip of one room crosses between two nodes, and neither carries it once its members have gone', async () => {
    const north = await relay()
    const south = await relay({ peers: [north.url] })
    const back = await relay({ peers: [south.url, north.url] })
    const [a, b] = await Promise.all([stockPeer(south.url), stockPeer(back.url)])
    const topic = topicOf('d')
    const heard: string[] = []
    b.services.pubsub.addEventListener('message', ({ detail }) => heard.push(new TextDecoder().decode(detail.data)))
    for (const peer of [a, b]) peer.services.pubsub.subscribe(topic)
    await expect
      .poll(async () => {
        await a.services.pubsub.publish(topic, new TextEncoder().encode(`${performance.now()}`))
        return heard.length
      })
      .toBeGreaterThan(0)
    await Promise.all([a.stop(), b.stop()])
    await expect.poll(() => [south.counts.topics, back.counts.topics]).toEqual([0, 0])
  })
})
