import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, type GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { CommunityNode } from '../../signaling/node.ts'
import { addressOfUrl } from '../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../src/net/libp2p/wire.ts'
import { expectReachable, honestPair, startNode } from './support.ts'

const relayUrl = (node: CommunityNode): string => node.address().url.replace('http', 'ws')
const withRelay = (peers: readonly string[] = []): Parameters<typeof startNode>[1] => ({
  relay: { random: Math.random, peers },
})

/** A peer as any js-libp2p program makes one, with nothing of ours in it. */
async function stockPeer(node: CommunityNode): Promise<Libp2p<{ pubsub: GossipSub }>> {
  const peer = await createLibp2p({
    addresses: { listen: ['/p2p-circuit'] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      pubsub: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true }),
    },
  })
  onTestFinished(() => peer.stop())
  await peer.dial(addressOfUrl(relayUrl(node)))
  return peer
}

const topic = gossipTopic('n'.repeat(43))

/** Lets `from` speak until `to` has heard it. */
async function expectHeard(from: Libp2p<{ pubsub: GossipSub }>, to: Libp2p<{ pubsub: GossipSub }>): Promise<void> {
  let heard = 0
  to.services.pubsub.addEventListener('message', () => (heard += 1))
  for (const { services } of [from, to]) services.pubsub.subscribe(topic)
  await expect
    .poll(async () => {
      await from.services.pubsub.publish(topic, new TextEncoder().encode(String(performance.now())))
      return heard
    })
    .toBeGreaterThan(0)
}

async function metric(node: CommunityNode, name: string): Promise<number> {
  const text = await (await fetch(`${node.address().url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

describe('libp2p on the node’s port', () => {
  it('[NODE-50] stock peers gossip and are called through the node, beside signalling on the same port', async () => {
    const node = await startNode({}, withRelay())
    const pair = await honestPair(node)
    const [anna, ben] = [await stockPeer(node), await stockPeer(node)]
    await expectHeard(anna, ben)
    await expect.poll(() => metric(node, 'earshot_relay_reservations')).toBe(2)
    expect(await metric(node, 'earshot_connections')).toBe(4)
    expect(await metric(node, 'earshot_relay_topics')).toBe(1)
    await expectReachable(node, pair)
  })

  it('[NODE-50] its sockets take places like any other, and without a relay they are refused', async () => {
    const full = await startNode({ connectionsPerAddress: 1 }, withRelay())
    await stockPeer(full)
    const status = (url: string): Promise<string> =>
      new Promise((resolve) => new WebSocket(url).on('error', (error) => resolve(error.message)))
    expect(await status(relayUrl(full))).toContain('503')
    expect(await status(relayUrl(await startNode()))).toContain('404')
  })

  it('[NODE-53] names the other nodes that it is connected to, never cached', async () => {
    const south = await startNode({}, withRelay())
    const north = await startNode({}, withRelay([relayUrl(south)]))
    const named = async (node: CommunityNode): Promise<unknown> => {
      const response = await fetch(`${node.address().url}/nodes`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      return response.json()
    }
    await expect.poll(() => named(north)).toEqual({ nodes: [{ url: relayUrl(south), relay: expect.any(String) }] })
    expect(await named(south)).toEqual({ nodes: [] })
    await south.close()
    await expect.poll(() => named(north)).toEqual({ nodes: [] })
    expect(await named(await startNode())).toEqual({ nodes: [] })
  })

  it('[NODE-51] members behind two nodes hear one another, and again after a restart', async () => {
    const north = await startNode({}, withRelay())
    const south = await startNode({}, withRelay([relayUrl(north)]))
    await expectHeard(await stockPeer(north), await stockPeer(south))
    const { port } = north.address()
    await north.close()
    const again = await startNode({}, { ...withRelay(), port })
    await expectHeard(await stockPeer(south), await stockPeer(again))
  })
})
