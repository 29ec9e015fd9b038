import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { addressOfUrl } from '../../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../../src/net/libp2p/wire.ts'
import type { Ears, Member } from './member.ts'

/** A topic that the node carries. */
const TOPIC = gossipTopic('plain-gossipsub-beside-earshot'.padEnd(43, '-'))
/** As many bytes as an Earshot record takes in gossip, sealed and signed. */
const BYTES = 420

/**
 * Plain gossipsub as js-libp2p's documentation sets it up, over the same node and the same kind of circuits. What is not its default: it may use
 * circuits, and it does not sign, because the node takes no signed gossip.
 */
export async function plainMember(url: string, ears: Ears): Promise<Member> {
  const host = await createLibp2p({
    addresses: { listen: ['/p2p-circuit'] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        runOnLimitedConnection: true,
        globalSignaturePolicy: StrictNoSign,
        allowPublishToZeroTopicPeers: true,
        // All have one address here.
        scoreParams: { IPColocationFactorWeight: 0 },
      }),
    },
  })
  const { pubsub } = host.services
  const relay = await host.dial(addressOfUrl(url))
  pubsub.addEventListener('message', ({ detail }) => ears.heard(new TextDecoder().decode(detail.data).trimEnd()))
  pubsub.subscribe(TOPIC)
  return {
    host: host.peerId.toString(),
    get links() {
      return host.getPeers().length - 1
    },
    get ready() {
      return host.getMultiaddrs().some((address) => String(address).includes('/p2p-circuit'))
    },
    async write(text) {
      ears.heard(text)
      await pubsub.publish(TOPIC, new TextEncoder().encode(text.padEnd(BYTES)))
    },
    async meet(hosts) {
      for (const other of hosts)
        await host.dial(
          multiaddr(`${addressOfUrl(url).toString()}/p2p/${relay.remotePeer.toString()}/p2p-circuit/p2p/${other}`),
        )
    },
  }
}
