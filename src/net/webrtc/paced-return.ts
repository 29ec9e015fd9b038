import type { SignalingConn } from 'y-webrtc'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { loseWhenSilent } from '../silent-node.ts'

const firstReturnMs = 1_000
const slowestReturnMs = 6_000
/** A connection that held for this long was a good one, ms: after it the waits begin anew. */
const goodMs = 10_000

export interface PacedReturnOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  /** The connection was lost, by silence too, or an attempt was in vain. */
  readonly onLost: () => void
}

/**
 * Makes a connection to a node that was lost, or could not be made, come back after 1, 2, 4, then 6 s, each varied by half, until the result
 * is called. lib0 itself tries again at once and then at fixed times: all clients of a node that restarts would fall upon it in the same
 * instants.
 */
export function paceReturns(conn: SignalingConn, { scheduler, random, onLost }: PacedReturnOptions): Unsubscribe {
  let failures = 0
  let openedAtMs: number | null = null
  let stopped = false
  let cancel: Unsubscribe = () => {}
  let stopListening: Unsubscribe = () => {}

  const lost = (): void => {
    if (stopped) return
    if (openedAtMs !== null && scheduler.nowMs() - openedAtMs >= goodMs) failures = 0
    openedAtMs = null
    // Seen by lib0 when its own timer comes; it says "do not".
    conn.shouldConnect = false
    const waitMs = Math.min(firstReturnMs * 2 ** failures, slowestReturnMs) * (0.5 + random())
    failures += 1
    cancel = scheduler.after(waitMs, () => {
      conn.connect()
      watch()
    })
    onLost()
  }
  const watch = (): void => {
    const socket = conn.ws
    if (socket === null) return
    // lib0 itself asks after 15 s and closes after 30 to 45 s.
    stopListening = loseWhenSilent(socket, () => conn.send({ type: 'ping' }), scheduler)
    const once = (): void => {
      stopListening()
      socket.removeEventListener('error', once)
      socket.removeEventListener('close', once)
      lost()
    }
    // lib0 gives a socket up at whichever comes first.
    socket.addEventListener('error', once)
    socket.addEventListener('close', once)
  }
  conn.on('connect', () => (openedAtMs = scheduler.nowMs()))
  watch()
  return () => {
    stopped = true
    cancel()
    stopListening()
  }
}
