import type { Unsubscribe } from '../domain/scheduler.ts'

/** What replication needs of a link's channel: whole messages, in order. `net/link.ts`'s Channel is one. */
export interface MessagePort {
  /** False, and dropped, when the link is closed or the peer does not drain. */
  send(message: Uint8Array): boolean
  onMessage(listener: (message: Uint8Array) => void): Unsubscribe
}
