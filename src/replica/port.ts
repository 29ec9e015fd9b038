import type { Unsubscribe } from '../domain/scheduler.ts'

/** What replication needs of a link's channel: whole messages, in order. `net/link.ts`'s Channel is one. */
export interface MessagePort {
  /** False, and dropped, when the link is closed or the peer does not drain. */
  send(message: Uint8Array): boolean
  onMessage(listener: (message: Uint8Array) => void): Unsubscribe
}

/** What an honest peer does with a broadcast message: pass it on, drop it without blame, or hold it against whoever sent it. */
export type Verdict = 'accept' | 'ignore' | 'reject'

/** What replication needs of a network that reaches the whole room at once: `net/transport.ts`'s Gossip gives one per kind. */
export interface BroadcastPort {
  /** Dropped when nobody can be reached or the message is too large: links bring it then. */
  publish(message: Uint8Array): void
  /** One listener at a time judges each message before it is passed on. */
  onMessage(listener: (message: Uint8Array) => Promise<Verdict>): Unsubscribe
}
