import type { SignalingConn } from 'y-webrtc'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { startHeartbeat, type Pace } from '../heartbeat.ts'

/** Slower than between neighbours: a node has thousands of clients, and nothing that sounds depends on it. */
export const nodePace: Pace = { beatMs: 3_000, silenceMs: 10_000 }

/**
 * Pings the node over the socket that `conn` has now, and loses the socket when nothing was heard of the node for `nodePace.silenceMs`, or when
 * it has not opened in that time; until the result is called. lib0 itself asks after 15 s, closes after 30 to 45 s, and then waits for the other
 * side's closing handshake, up to a minute more; for a socket that does not open it waits as long as the browser does, minutes.
 */
export function loseWhenSilent(conn: SignalingConn, scheduler: Scheduler): Unsubscribe {
  const socket = conn.ws
  if (socket === null) return () => {}
  const ping = (): void => {
    if (conn.connected) conn.send({ type: 'ping' })
  }
  const heartbeat = startHeartbeat(scheduler, ping, () => lose(socket), nodePace)
  socket.addEventListener('open', heartbeat.heard)
  socket.addEventListener('message', heartbeat.heard)
  return heartbeat.stop
}

/** Tells everyone who listens that the socket has closed, now instead of when the browser is content. */
function lose(socket: WebSocket): void {
  socket.dispatchEvent(new Event('close'))
  // lib0 would take the true end, which comes later, for the end of the next socket.
  socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null
  socket.close()
}
