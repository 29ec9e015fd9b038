import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, type GossipSub } from '@libp2p/gossipsub'
import { identify, type Identify } from '@libp2p/identify'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { gossipMesh } from './gossip-mesh.ts'
import { outboundSockets } from './outbound-sockets.ts'
import { quietNoise } from './quiet-noise.ts'
import { thriftyYamux } from './thrifty-yamux.ts'

/** What else than WebSockets and circuits a host can dial: WebRTC in browsers. */
export type DirectTransport = NonNullable<Libp2pOptions['transports']>[number]

/** Lets a host be called through relays, one for each time that it was asked: libp2p takes listen addresses only when it starts. */
interface Circuits {
  listenOnOneMore(): Promise<void>
  /** Asks this relay for a place, unless it has given one. Rejects when it gives none, or none is lacking. */
  ask(relay: PeerId): Promise<void>
}

/** The parts of libp2p's own that listen. */
interface Reserving {
  readonly reservationStore: {
    hasReservation(relay: PeerId): boolean
    addRelay(relay: PeerId, type: 'discovered'): Promise<unknown>
  }
}

interface Components {
  readonly transportManager: { listen(addresses: Multiaddr[]): Promise<void>; getTransports(): readonly object[] }
}

const reserves = (transport: object): transport is Reserving => 'reservationStore' in transport

const circuits = ({ transportManager }: Components): Circuits => ({
  listenOnOneMore: () => transportManager.listen([multiaddr('/p2p-circuit')]),
  async ask(relay) {
    const store = transportManager.getTransports().find(reserves)?.reservationStore
    if (store?.hasReservation(relay) === false) await store.addRelay(relay, 'discovered')
  },
})

export type Host = Libp2p<{ readonly pubsub: GossipSub; readonly identify: Identify; readonly circuits: Circuits }>

/** Bytes that wait in the socket to a relay before writers are held back: a clock datagram waits behind all of them. */
const socketBufferBytes = 256 * 1024
/** Bytes of one stream on their way, not yet read by the other side. libp2p's own cap of 16 MiB would fill every buffer on the path. */
const streamWindowBytes = 512 * 1024

/**
 * Connections that members may begin to this one in a second, and at once. libp2p counts by address, and all circuits of a relay come from the
 * relay's: of a crowd that calls a newcomer it would refuse all but five, without a word, and let them wait for 10 s. The relay bounds a flood.
 */
const mostCalls = 64

/**
 * A member's libp2p peer for one room: a fresh key, so that relays can tell neither persons nor a person's rooms apart. It dials whatever
 * address it is told: those come from `MeetingPoint` and are our own nodes.
 */
export function createHost(direct: DirectTransport | null): Promise<Host> {
  return createLibp2p({
    addresses: { listen: direct === null ? [] : ['/webrtc'] },
    transports: [
      outboundSockets({ maxBufferedAmount: socketBufferBytes }),
      circuitRelayTransport({ reservationConcurrency: 2 }),
      ...(direct === null ? [] : [direct]),
    ],
    connectionEncrypters: [quietNoise()],
    streamMuxers: [thriftyYamux({ streamOptions: { maxStreamWindowSize: streamWindowBytes } })],
    // Links and `MeetingPoint` notice what is dead, for a fraction of the cost.
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: mostCalls, maxIncomingPendingConnections: mostCalls },
    // libp2p's own would refuse nodes on this device or this network.
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), pubsub: gossipsub(gossipMesh), circuits },
  })
}
