/** What the node counts of its work: sums only, nothing of any client. */
export interface NodeCounts {
  /** Signals that went to the inbox they named, that went to a whole topic, and that were dropped for want of allowance. */
  readonly signals: { addressed: number; broadcast: number; dropped: number }
  /** Bytes of signals that were handed to receivers. */
  deliveredBytes: number
  /** Handshakes that were turned away, by reason; `sockets`: connections that were closed before they said anything, because there were too many. */
  readonly refused: { full: number; address: number; origin: number; sockets: number }
  /** Connections that were closed for what they did, by close code. */
  readonly closed: { unsupported: number; policy: number; tryAgainLater: number; slow: number; silent: number }
}

export const createCounts = (): NodeCounts => ({
  signals: { addressed: 0, broadcast: 0, dropped: 0 },
  deliveredBytes: 0,
  refused: { full: 0, address: 0, origin: 0, sockets: 0 },
  closed: { unsupported: 0, policy: 0, tryAgainLater: 0, slow: 0, silent: 0 },
})
