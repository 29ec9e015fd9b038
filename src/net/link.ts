import type { PeerId } from '../domain/ids.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/**
 * - `sync`: reliable, ordered: records and anti-entropy
 * - `presence`: reliable, ordered: who is here
 * - `media`: reliable, ordered, bulk: pieces of tracks
 * - `signals`: reliable, ordered: what members tell each other to meet, carried for those who have no node
 * - `clock`: unordered, never retransmitted datagrams of at most `limits.datagramBytes`
 */
export type ChannelName = 'sync' | 'presence' | 'media' | 'clock' | 'signals'
export const channelNames = ['sync', 'presence', 'media', 'clock', 'signals'] as const satisfies readonly ChannelName[]
export type TransportName = 'memory' | 'webrtc' | 'libp2p'

export interface Channel {
  /**
   * Hands over one message of up to `limits.messageBytes` (`clock`: `limits.datagramBytes`); the channel splits what its network cannot carry whole.
   * Returns false, and drops the message, when the link is closed or the peer does not drain. Throws RangeError for a larger message.
   */
  send(message: Uint8Array): boolean
  /** Bytes handed over and not yet on the network. */
  readonly bufferedBytes: number
  /** Resolves when `bufferedBytes` has fallen to the low-water mark; rejects with AbortError on `signal` or when the link closes. */
  drained(signal: AbortSignal): Promise<void>
  /** `receivedAtMs`: the scheduler's monotonic time, taken as early as the network allows. */
  onMessage(listener: (message: Uint8Array, receivedAtMs: number) => void): Unsubscribe
}

/** Why a link ended. */
export type CloseReason = 'left' | 'lost' | 'misbehaved' | 'crowded' | 'replaced'

/** A connection to one peer whose key was proven (signed hello with both nonces and, on WebRTC, both DTLS fingerprints). */
export interface Link {
  readonly peer: PeerId
  readonly transport: TransportName
  /** Whether it leads through a relay, as far as is known: slower, and limited in bytes and time. */
  readonly relayed: boolean
  /** Tells two links of one peer apart (two tabs of one person, or a reconnection). */
  readonly id: string
  /** Names the page at the other end: two links with one session lead to the same page, over whatever networks. */
  readonly session: string
  channel(name: ChannelName): Channel
  readonly closed: boolean
  close(reason: CloseReason): void
  /** Called once, at once when already closed. */
  onClose(listener: (reason: CloseReason) => void): Unsubscribe
}
