/** A page as anybody makes one with js-libp2p from npm: nothing of Earshot is in it. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

export interface StockPeer {
  /** Connects to a relay by its multiaddr. */
  dial(relay: string): Promise<void>
  /** Addresses at which others can call this peer over WebRTC, once the relay has a place for it. */
  callable(): string[]
  /** Takes part in a gossipsub topic. */
  listen(topic: string): void
  say(topic: string, text: string): Promise<void>
  readonly heard: readonly string[]
  /** Sends text to a peer at its address, and says whether nothing but a limited relay leads there. */
  call(address: string, text: string): Promise<{ readonly limited: boolean }>
  readonly calls: readonly string[]
}

declare global {
  interface Window {
    stockPeer: StockPeer
  }
}

const PROTOCOL = '/stock/1'
const [heard, calls]: [string[], string[]] = [[], []]
const peer = await createLibp2p({
  addresses: { listen: ['/p2p-circuit', '/webrtc'] },
  transports: [webSockets(), circuitRelayTransport(), webRTC()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  // js-libp2p refuses addresses without TLS in browsers, which this machine's own are.
  connectionGater: { denyDialMultiaddr: () => false },
  services: {
    identify: identify(),
    pubsub: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true }),
  },
})
const { pubsub } = peer.services
pubsub.addEventListener('message', ({ detail }) => heard.push(new TextDecoder().decode(detail.data)))
await peer.handle(PROTOCOL, (stream) => {
  stream.addEventListener('message', ({ data }) => calls.push(new TextDecoder().decode(data.subarray())))
})

window.stockPeer = {
  heard,
  calls,
  dial: async (relay) => void (await peer.dial(multiaddr(relay))),
  callable: () =>
    peer
      .getMultiaddrs()
      .map(String)
      .filter((address) => address.includes('/webrtc')),
  listen: (topic) => pubsub.subscribe(topic),
  say: async (topic, text) => void (await pubsub.publish(topic, new TextEncoder().encode(text))),
  async call(address, text) {
    const connection = await peer.dial(multiaddr(address))
    const stream = await connection.newStream(PROTOCOL)
    stream.send(new TextEncoder().encode(text))
    return { limited: connection.limits !== undefined }
  },
}
