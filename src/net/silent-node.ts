import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { startHeartbeat, type Pace } from './heartbeat.ts'

/** Slower than between neighbours: a node has thousands of clients, and nothing that sounds depends on it. */
export const nodePace: Pace = { beatMs: 3_000, silenceMs: 10_000 }

/**
 * Calls `ping` once a beat while the socket is open, and loses the socket when nothing was heard of the node for `pace.silenceMs`, or when it
 * has not opened in that time; until the result is called. Browsers let pages send no pings of the protocol's own, wait up to a minute for the
 * other side's closing handshake, and minutes for a socket that does not open.
 */
export function loseWhenSilent(
  socket: WebSocket,
  ping: () => void,
  scheduler: Scheduler,
  pace: Pace = nodePace,
): Unsubscribe {
  const beat = (): void => {
    if (socket.readyState === socket.OPEN) ping()
  }
  const heartbeat = startHeartbeat(scheduler, beat, () => lose(socket), pace)
  socket.addEventListener('open', heartbeat.heard)
  socket.addEventListener('message', heartbeat.heard)
  return heartbeat.stop
}

/** Tells everyone who listens that the socket has closed, now instead of when the browser is content, which tells it once more. */
function lose(socket: WebSocket): void {
  socket.dispatchEvent(new Event('close'))
  // lib0 would take the true end, which comes later, for the end of the next socket.
  socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null
  socket.close()
}
