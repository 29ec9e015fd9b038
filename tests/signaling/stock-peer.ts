import { expect, onTestFinished } from 'vitest'
import type { CommunityNode, NodeOptions } from '../../signaling/node.ts'
import { addressOfUrl } from '../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../src/net/libp2p/wire.ts'
import { startStockPeer, type StockPeer } from '../support/stock-peer.ts'

export const relayUrl = (node: CommunityNode): string => node.address().url.replace('http', 'ws')

/** A node with a relay that knows these other nodes. */
export const withRelay = (peers: readonly string[] = []): Partial<NodeOptions> => ({
  relay: { random: Math.random, peers },
})

/** One that is connected to the node, until the test ends. */
export async function stockPeer(node: CommunityNode): Promise<StockPeer> {
  const peer = await startStockPeer()
  onTestFinished(() => peer.stop())
  await peer.dial(addressOfUrl(relayUrl(node)))
  return peer
}

/** A room's. */
const topic = gossipTopic('n'.repeat(43))

/** Lets `from` speak until `to` has heard it. */
export async function expectHeard(from: StockPeer, to: StockPeer): Promise<void> {
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
