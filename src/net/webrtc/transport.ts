import type { RoomAddress } from '../../domain/address.ts'
import type { Crypto, Signer } from '../../domain/crypto.ts'
import { limits } from '../../domain/limits.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { reportUncaught, type ReportError } from '../../domain/listeners.ts'
import type { Transport } from '../transport.ts'
import type { Urls } from '../../domain/urls.ts'
import { WebRtcMembership } from './membership.ts'
import type { NeighbourCaps } from '../neighbours.ts'
import type { RtcPeerConnectionClass } from './rtc-connection.ts'

export interface WebRtcTransportOptions {
  /** Nodes that speak y-webrtc's signalling protocol, `ws:` or `wss:`. All of them are used at once. */
  readonly signalUrls: Urls
  /** Told when one of them was reached, or lost or tried in vain. */
  readonly onReach?: (url: string, reached: boolean) => void
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly RTCPeerConnection: RtcPeerConnectionClass
  /** 16 random bytes of this page load, the same for all of its transports; by default this transport's own. */
  readonly session?: Uint8Array
  /** STUN and TURN servers for the next connection, and whether it may go through them only; none by default, which is enough within one network. */
  readonly ice?: () => RTCConfiguration
  /** Calls `task` when the page goes away (`pagehide`), so that the others are told at once. */
  readonly onUnload?: (task: () => void) => Unsubscribe
  /** Errors that listeners throw. */
  readonly report?: ReportError
  readonly neighbours?: NeighbourCaps
}

/**
 * Direct links between browsers: y-webrtc meets peers through signalling nodes, RTCPeerConnections carry the links. One room can be joined
 * once per page, because y-webrtc keeps its rooms in one map of the page.
 */
export function createWebRtcTransport(options: WebRtcTransportOptions): Transport {
  const session = options.session ?? options.crypto.randomBytes(16)
  const joined = new Map<string, WebRtcMembership>()
  let generation = 0
  return {
    name: 'webrtc',
    join(address: RoomAddress, signer: Signer) {
      const key = `${address.room}~${address.secret ?? ''}`
      const earlier = joined.get(key)
      if (earlier !== undefined && earlier.status.state !== 'left') throw new Error('this page is in that room already')
      const {
        signalUrls,
        crypto,
        scheduler,
        random,
        ice = () => ({ iceServers: [] }),
        report = reportUncaught,
      } = options
      const membership = new WebRtcMembership({
        ...{ address, signer, signalUrls, crypto, scheduler, random, ice, report, session },
        PeerConnection: options.RTCPeerConnection,
        onReach: options.onReach ?? (() => {}),
        caps: options.neighbours ?? { wanted: limits.neighbours, slack: limits.neighboursSlack },
        onUnload: options.onUnload ?? (() => () => {}),
        generation: ++generation,
        ready: earlier === undefined ? Promise.resolve() : earlier.leave(),
      })
      joined.set(key, membership)
      return membership
    },
  }
}
