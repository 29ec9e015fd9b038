import type { RoomAddress } from '../../domain/address.ts'
import type { Crypto, Signer } from '../../domain/crypto.ts'
import { limits } from '../../domain/limits.ts'
import { reportUncaught, type ReportError } from '../../domain/listeners.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { NeighbourCaps } from '../neighbours.ts'
import type { Elsewhere, Transport } from '../transport.ts'
import type { Urls } from '../../domain/urls.ts'
import type { DirectTransport } from './host.ts'
import { Libp2pMembership } from './membership.ts'

export interface Libp2pTransportOptions {
  /** Nodes with a relay, `ws:` or `wss:` without a path. All of them are used at once. */
  readonly relayUrls: Urls
  /** Further relays, which those nodes vouch for: libp2p PeerIds with addresses as above. Only those are dialled, and only to call somebody. */
  readonly otherRelays?: () => Promise<ReadonlyMap<string, string>>
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  /** 16 random bytes of this page load, the same for all of its transports. */
  readonly session: Uint8Array
  /** WebRTC, where there is any; without it links go over circuits only. */
  readonly direct?: DirectTransport
  /** Tells when this device has come to another network, or its own is back. Never by default. */
  readonly onNetworkChange?: (listener: () => void) => Unsubscribe
  /** Calls `task` when the page goes away (`pagehide`), so that the others are told at once. */
  readonly onUnload?: (task: () => void) => Unsubscribe
  /** Errors that listeners throw. */
  readonly report?: ReportError
  readonly neighbours?: NeighbourCaps
}

const nowhere: Elsewhere = { count: 0, has: () => false, onFreed: () => () => {} }

/** libp2p: gossip for the whole room, and links through relays and WebRTC to whom no preferred network reaches. For browsers and Node. */
export function createLibp2pTransport(options: Libp2pTransportOptions): Transport {
  const { relayUrls, crypto, scheduler, random, session, report = reportUncaught } = options
  let generation = 0
  return {
    name: 'libp2p',
    join: (address: RoomAddress, signer: Signer, elsewhere = nowhere) =>
      new Libp2pMembership({
        ...{ address, signer, relayUrls, crypto, scheduler, random, session, report, elsewhere },
        direct: options.direct ?? null,
        onNetworkChange: options.onNetworkChange ?? (() => () => {}),
        otherRelays: options.otherRelays ?? (async () => new Map()),
        caps: options.neighbours ?? { wanted: limits.neighbours, slack: limits.neighboursSlack },
        onUnload: options.onUnload ?? (() => () => {}),
        generation: ++generation,
      }),
  }
}
