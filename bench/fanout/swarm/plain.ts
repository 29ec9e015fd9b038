import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, StrictNoSign, TopicValidatorResult } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PeerId } from '../../../src/domain/ids.ts'
import type { Random } from '../../../src/domain/scheduler.ts'
import { addressOfUrl } from '../../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../../src/net/libp2p/wire.ts'
import { nodeCrypto, nodeSigner } from '../../../tests/support/node-crypto.ts'
import type { Ears, Member } from './member.ts'

/** A topic that the node carries. */
const TOPIC = gossipTopic('plain-gossipsub-beside-earshot'.padEnd(43, '-'))
/** As many bytes as an Earshot record takes in gossip, sealed and signed. */
const BYTES = 420
/** An author's PeerId as text, and the signature behind it. */
const AUTHOR_BYTES = 52
const HEAD_BYTES = AUTHOR_BYTES + 64

/**
 * Plain gossipsub as js-libp2p's documentation sets it up, over the same node and the same kind of circuits. What is not its default: it may use
 * circuits; and author and signature stand inside the message and not beside it, because the node takes no signed gossip. As by default, and as
 * in Earshot, everyone verifies the signature before a message is passed on, and by the same means.
 */
export async function plainMember(url: string, random: Random, ears: Ears): Promise<Member> {
  const [signer, crypto] = [nodeSigner(random), nodeCrypto(random)]
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
  pubsub.topicValidators.set(TOPIC, async (_peer, { data }) => {
    const author = new TextDecoder().decode(data.subarray(0, AUTHOR_BYTES)) as PeerId
    const [signature, signed] = [data.subarray(AUTHOR_BYTES, HEAD_BYTES), data.subarray(HEAD_BYTES)]
    return (await crypto.verify(author, signed, signature)) ? TopicValidatorResult.Accept : TopicValidatorResult.Reject
  })
  pubsub.addEventListener('message', ({ detail }) =>
    ears.heard(new TextDecoder().decode(detail.data.subarray(HEAD_BYTES)).trimEnd()),
  )
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
      const signed = new TextEncoder().encode(text.padEnd(BYTES - HEAD_BYTES))
      const signature = await signer.sign(signed)
      await pubsub.publish(TOPIC, Buffer.concat([Buffer.from(signer.peer), signature, signed]))
    },
    async meet(hosts) {
      for (const other of hosts)
        await host.dial(
          multiaddr(`${addressOfUrl(url).toString()}/p2p/${relay.remotePeer.toString()}/p2p-circuit/p2p/${other}`),
        )
    },
  }
}
