import type { RoomAddress } from '../domain/address.ts'
import type { Signer } from '../domain/crypto.ts'
import type { PeerId } from '../domain/ids.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { BroadcastPort } from '../replica/port.ts'
import type { Link, TransportName } from './link.ts'

/** How well a transport can find peers: told apart so that the UI can tell *alone* from *no route*. */
export type TransportStatus =
  | { readonly state: 'connecting' }
  /** Meeting point reached; peers may come. */
  | { readonly state: 'meeting' }
  /** No meeting point; existing links live on, retries go on by themselves. */
  | { readonly state: 'unreachable'; readonly why: string }
  | { readonly state: 'left' }

/** A network: finds the peers of one room and yields links. A new network costs one implementation of this. */
export interface Transport {
  readonly name: TransportName
  /** `elsewhere`: the room's links over networks that are preferred to this one; nothing when it is the only one. */
  join(room: RoomAddress, signer: Signer, elsewhere?: Elsewhere): Membership
}

/** What a network has to know of the others, so that a peer is one neighbour however many ways lead to it. */
export interface Elsewhere {
  /** Links over preferred networks. */
  readonly count: number
  /** Whether one of them leads to this page; with `peer`, whether it is that person's: a session is only said, not proven. */
  has(session: string, peer?: PeerId): boolean
  /** Such a link has ended. */
  onFreed(listener: (session: string) => void): Unsubscribe
}

/** Reaches the whole room at once, beside the links and never instead of them: what it loses, they bring. */
export interface Gossip {
  channel(kind: 'sync' | 'presence'): BroadcastPort
}

/** One room on one transport, from join to leave. */
export interface Membership {
  readonly links: ReadonlySet<Link>
  readonly status: TransportStatus
  /** Peers that are tried and not yet linked: more than 0 for long with no link means *no route*. */
  readonly attempts: number
  /** Present when this network can broadcast. */
  readonly gossip?: Gossip
  /** Every new verified link; links that stand already are told at once. */
  onLink(listener: (link: Link) => void): Unsubscribe
  onStatus(listener: (status: TransportStatus) => void): Unsubscribe
  /** Closes all links with reason `left`; afterwards nothing is sent or told any more. */
  leave(): Promise<void>
}
