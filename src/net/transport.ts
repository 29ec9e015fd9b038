import type { RoomAddress } from '../domain/address.ts'
import type { Signer } from '../domain/crypto.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
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
  join(room: RoomAddress, signer: Signer): Membership
}

/** One room on one transport, from join to leave. */
export interface Membership {
  readonly links: ReadonlySet<Link>
  readonly status: TransportStatus
  /** Peers that are tried and not yet linked: more than 0 for long with no link means *no route*. */
  readonly attempts: number
  /** Every new verified link; links that stand already are told at once. */
  onLink(listener: (link: Link) => void): Unsubscribe
  onStatus(listener: (status: TransportStatus) => void): Unsubscribe
  /** Closes all links with reason `left`; afterwards nothing is sent or told any more. */
  leave(): Promise<void>
}
