import type { SignalingConn } from 'y-webrtc'
import type { Random, Scheduler } from '../../domain/scheduler.ts'

const firstReturnMs = 1_000
const slowestReturnMs = 6_000
/** A connection that held for this long was a good one, ms: after it the waits begin anew. */
const goodMs = 10_000

/** Kept on the connection itself, because y-webrtc shares one among all rooms of a page. */
const pacedKey = Symbol.for('earshot.paced-return')
type PacedConn = SignalingConn & { [pacedKey]?: true }

/**
 * Makes a connection to a node that was lost, or could not be made, come back after 1, 2, 4, then 6 s, each varied by half. lib0 itself
 * tries again at once and then at fixed times: all clients of a node that restarts would fall upon it in the same instants.
 */
export function paceReturns(conn: PacedConn, scheduler: Scheduler, random: Random): void {
  if (conn[pacedKey]) return
  conn[pacedKey] = true
  let failures = 0
  let openedAtMs: number | null = null

  const lost = (): void => {
    if (openedAtMs !== null && scheduler.nowMs() - openedAtMs >= goodMs) failures = 0
    openedAtMs = null
    // Seen by lib0 when its own timer comes; it says "do not".
    conn.shouldConnect = false
    const waitMs = Math.min(firstReturnMs * 2 ** failures, slowestReturnMs) * (0.5 + random())
    failures += 1
    scheduler.after(waitMs, () => {
      // Without a room y-webrtc has given the connection up for good.
      if (conn.providers.size === 0) return
      conn.connect()
      watch()
    })
  }
  const watch = (): void => {
    const socket = conn.ws
    const once = (): void => {
      socket?.removeEventListener('error', once)
      socket?.removeEventListener('close', once)
      lost()
    }
    // lib0 gives a socket up at whichever comes first.
    socket?.addEventListener('error', once)
    socket?.addEventListener('close', once)
  }
  conn.on('connect', () => (openedAtMs = scheduler.nowMs()))
  if (conn.connected) openedAtMs = scheduler.nowMs()
  watch()
}
