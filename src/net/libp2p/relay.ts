/** The relay side of a community node: members meet here, gossip crosses, and those without a direct route are joined by a circuit. */
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { ReportError } from '../../domain/listeners.ts'
import type { Random, Scheduler } from '../../domain/scheduler.ts'
import type { TokenBucket } from '../../domain/token-bucket.ts'
import { AddressAllowances } from './address-allowances.ts'
import { carryLobby, type LobbyPort } from './lobby-gossip.ts'
import { CarriedTopics } from './carried-topics.ts'
import { forgetDeparted } from './departed.ts'
import { relayMesh } from './gossip-mesh.ts'
import { InboundSockets, LISTEN, type InboundSocket } from './inbound-sockets.ts'
import { addressOfUrl, MeetingPoint } from './meeting-point.ts'
import { outboundSockets } from './outbound-sockets.ts'
import { quietNoise } from './quiet-noise.ts'
import { defaultRelayLimits, type RelayLimits } from './relay-limits.ts'
import { cutOffSlowReaders } from './slow-readers.ts'
import { thriftyYamux } from './thrifty-yamux.ts'

export type { LobbyPort } from './lobby-gossip.ts'
export type { InboundSocket } from './inbound-sockets.ts'
export type { RelayLimits } from './relay-limits.ts'

/** Largest WebSocket message that libp2p sends: a Noise message of 65,535 bytes with its length in front. For the server's `maxPayload`. */
export const relayFrameBytes = 64 * 1024 + 2

/** How often a relay asks each member whether it is there, ms. */
const MONITOR_MS = 30_000

export interface RelayOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  /** Told of what went wrong and harms no member at once: a record of somebody who left that stays. */
  readonly report: ReportError
  /** Addresses under which browsers reach this relay, `ws://host:port` or `wss://host`: told to members, who need at least one. */
  readonly urls: readonly string[]
  /** Other nodes, `ws:` or `wss:`: gossip of rooms that have members on both sides crosses. Every two nodes of a federation name each other. */
  readonly peers?: readonly string[]
  /** Told when one of `peers` was connected, and when it was lost or could not be reached for the first time since. */
  readonly onPeer?: (url: string, reached: boolean) => void
  readonly limits?: Partial<RelayLimits>
  /** The open rooms of this node; gossip brings others'. None by default. */
  readonly lobby?: LobbyPort
}

export interface Relay {
  /** Its libp2p PeerId; a new one with every start. */
  readonly peer: string
  readonly counts: RelayCounts
  /** The nodes among `peers` that are connected now. */
  readonly others: readonly OtherNode[]
  /**
   * Takes over a WebSocket whose handshake is done. `ip` and `port` are the other side's, as Node's `net` gives them; `ofAddress` is what that
   * address may still make the relay send by gossip, bytes: as much as its connections may together, if nobody says.
   */
  accept(socket: InboundSocket, ip: string, port: number, ofAddress?: TokenBucket): void
  /** Closes all connections; resolves when nothing runs any more. */
  close(): Promise<void>
}

/** Another node's relay, for members to call each other through. */
export interface OtherNode {
  /** `ws:` or `wss:`, as it was named to this node. */
  readonly url: string
  /** libp2p PeerId, new at every start. */
  readonly relay: string
}

export interface RelayCounts {
  readonly connections: number
  readonly reservations: number
  readonly topics: number
}

/** Starts a relay. It keeps nothing, and reads nothing of what it carries: rooms seal their gossip and encrypt their circuits end to end. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const limits: RelayLimits = { ...defaultRelayLimits, ...options.limits }
  // Circuits, and what identify and gossipsub need.
  const streams = limits.circuitsPerMember + 16
  const sockets = new InboundSockets()
  const libp2p = await createLibp2p({
    addresses: { listen: [LISTEN.toString()] },
    transports: [sockets.transport(options.urls.map(addressOfUrl)), outboundSockets()],
    connectionEncrypters: [quietNoise()],
    streamMuxers: [thriftyYamux({ maxInboundStreams: streams, maxOutboundStreams: streams })],
    // Who has vanished without a word holds a place and is sent gossip until this tells.
    connectionMonitor: { pingInterval: MONITOR_MS },
    connectionManager: {
      maxConnections: limits.connections,
      inboundConnectionThreshold: limits.connectionsPerSecond,
      maxIncomingPendingConnections: limits.handshakes,
    },
    services: {
      identify: identify(),
      relay: circuitRelayServer({
        maxInboundHopStreams: limits.circuitsPerMember,
        maxOutboundStopStreams: limits.circuitsPerMember,
        reservations: {
          maxReservations: limits.reservations,
          defaultDurationLimit: limits.circuitMs,
          defaultDataLimit: limits.circuitBytes,
        },
      }),
      pubsub: gossipsub(relayMesh),
    },
  })
  const { pubsub, relay } = libp2p.services
  const isRelay = (peer: string): boolean => others.some((other) => other.peer?.toString() === peer)
  const allowances = new AddressAllowances()
  const ofAddress = (peer: PeerId): TokenBucket | null => allowances.of(libp2p.getConnections(peer))
  const carried = new CarriedTopics({ pubsub, limits, scheduler: options.scheduler, isRelay, ofAddress })
  libp2p.addEventListener('peer:disconnect', ({ detail }) => carried.left(detail))
  const stopForgetting = forgetDeparted(libp2p, options.scheduler, options.report)
  const stopCuttingOff = cutOffSlowReaders(() => libp2p.getConnections(), options.scheduler, limits.waitingBytes)
  if (options.lobby !== undefined) carryLobby(pubsub, options.lobby, (peer, message) => carried.admits(peer, message))
  const { scheduler, random, peers = [], onPeer = () => {} } = options
  const others = peers.map((url) => {
    let told: boolean | null = null
    const point: MeetingPoint = new MeetingPoint({
      ...{ url, libp2p, scheduler, random },
      onChange() {
        carried.relaysChanged()
        const reached = point.peer !== null
        if (reached !== told) onPeer(url, (told = reached))
      },
    })
    return point
  })
  return {
    peer: libp2p.peerId.toString(),
    get counts() {
      const connections = libp2p.getConnections().length
      return { connections, reservations: relay.reservations.size, topics: carried.count }
    },
    get others() {
      return peers.flatMap((url, at) => {
        const peer = others[at]?.peer ?? null
        return peer === null ? [] : [{ url, relay: peer.toString() }]
      })
    },
    accept(socket, ip, port, ofAddress) {
      // IPv4 on a socket of both kinds; a link-local address names its interface.
      const plain = ip.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*$/, '')
      const from = multiaddr(`/${plain.includes(':') ? 'ip6' : 'ip4'}/${plain}/tcp/${port}/ws`)
      if (ofAddress !== undefined) allowances.hold(socket, from, ofAddress)
      sockets.accept(socket, from)
    },
    async close() {
      for (const other of others) other.stop()
      stopForgetting()
      stopCuttingOff()
      await libp2p.stop()
    },
  }
}
