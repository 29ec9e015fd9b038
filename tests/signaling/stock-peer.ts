import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, type GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { expect, onTestFinished } from 'vitest'
import type { CommunityNode, NodeOptions } from '../../signaling/node.ts'
import { addressOfUrl } from '../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../src/net/libp2p/wire.ts'

export type StockPeer = Libp2p<{ pubsub: GossipSub }>

export const relayUrl = (node: CommunityNode): string => node.address().url.replace('http', 'ws')

/** A node with a relay that knows these other nodes. */
export const withRelay = (peers: readonly string[] = []): Partial<NodeOptions> => ({
  relay: { random: Math.random, peers },
})

/** A peer as any js-libp2p program makes one, with nothing of ours in it. */
export async function stockPeer(node: CommunityNode): Promise<StockPeer> {
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
