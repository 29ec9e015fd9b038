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

/** Half of a meeting by codes: what to show, and whether it came to anything. */
export interface Handshake {
  /** For the other person to read: letters, digits, `-` and `_`, at most `limits.codeChars`. */
  readonly code: string
  /** Unix ms by this device's clock; then it is over. */
  readonly expiresAtMs: number
  /** Resolves when the link stands. Rejects once, with a CodeError that says why it never will, or with AbortError after `close`. */
  readonly linked: Promise<void>
  /** Gives up. A link that stands is left alone. */
  close(): void
}

export interface Invitation extends Handshake {
  /** Takes the other person's answer. @throws CodeError when it is none, or none to this; the invitation then stays open. */
  accept(answer: string): Promise<void>
}

/** Links two people by codes that they hand each other, without a node between them. */
export interface ByHand {
  /** @throws CodeError when this device has no address. */
  invite(): Promise<Invitation>
  /** Answers an invitation. @throws CodeError when it is none, is over, is one's own, or comes from somebody who is linked already. */
  answer(invitation: string): Promise<Handshake>
}

/** One room on one transport, from join to leave. */
export interface Membership {
  readonly links: ReadonlySet<Link>
  readonly status: TransportStatus
  /** Peers that are tried and not yet linked: more than 0 for long with no link means *no route*. */
  readonly attempts: number
  /** Present when this network can broadcast. */
  readonly gossip?: Gossip
  /** Present when this network can link two people by codes. */
  readonly byHand?: ByHand
  /** Present when members of this network can be brought together by signals over links, of whichever network; told of each link from then on. */
  readonly carryOver?: (link: Link) => Unsubscribe
  /** Every new verified link; links that stand already are told at once. */
  onLink(listener: (link: Link) => void): Unsubscribe
  onStatus(listener: (status: TransportStatus) => void): Unsubscribe
  /** Closes all links with reason `left`; afterwards nothing is sent or told any more. */
  leave(): Promise<void>
}
