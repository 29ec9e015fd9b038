import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { ReportError } from '../src/domain/listeners.ts'
import type { Random, Scheduler } from '../src/domain/scheduler.ts'
import type { Place } from './admission.ts'
import type { FanOutLimits } from './fan-out.ts'
import type { LobbyPort, OtherNode, RelayCounts } from '../src/net/libp2p/relay.ts'
import type { NodeLimits } from './limits.ts'

export interface RelaySettings {
  readonly random: Random
  /** Where others reach this node, `ws:` or `wss:` without a path; told to members. */
  readonly url: string
  /** Other nodes, `ws:` or `wss:`, whose members this node's are to meet. */
  readonly peers: readonly string[]
  readonly limits: FanOutLimits & Pick<NodeLimits, 'connections' | 'frameFragments' | 'frameChunks'>
  /** Hears of open rooms by gossip, and brings those that it hears of otherwise. */
  readonly lobby: LobbyPort
  readonly report: ReportError
  /** Told of each of `peers` when it was reached, and when it is out of reach. */
  readonly onPeer: (url: string, reached: boolean) => void
}

/** The libp2p relay behind the node's port: it makes no server of its own, but takes sockets that the node hands over. */
export interface MountedRelay {
  readonly counts: RelayCounts
  readonly others: readonly OtherNode[]
  /** Does the WebSocket handshake of a request and hands the socket over. `address` is the client's, as far as it is known. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer, address: string, place: Place): void
  close(): Promise<void>
}

export async function mountRelay(settings: RelaySettings, scheduler: Scheduler): Promise<MountedRelay> {
  // Loaded only when wanted: libp2p is large, and a node may do without.
  const { createRelay, relayFrameBytes } = await import('../src/net/libp2p/relay.ts')
  const { random, url, peers, lobby, report, onPeer, limits } = settings
  const { connections, fanOutBytesPerSecond, topicFanOutBytesPerSecond, totalFanOutBytesPerSecond, fanOutBurstMs } =
    limits
  const fanOut = { fanOutBytesPerSecond, topicFanOutBytesPerSecond, totalFanOutBytesPerSecond, fanOutBurstMs }
  const relay = await createRelay({
    ...{ scheduler, random, report, onPeer, urls: [url], peers, lobby },
    limits: { connections, ...fanOut },
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: relayFrameBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.frameChunks,
    perMessageDeflate: false,
  })
  return {
    get counts() {
      return relay.counts
    },
    get others() {
      return relay.others
    },
    accept(request, stream, head, address, place) {
      sockets.handleUpgrade(request, stream, head, (socket) =>
        relay.accept(socket, address, request.socket.remotePort ?? 0, place.allowance),
      )
    },
    close: () => relay.close(),
  }
}
