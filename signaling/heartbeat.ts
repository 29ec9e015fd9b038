import type { WebSocket } from 'ws'
import type { Scheduler, Unsubscribe } from '../src/domain/scheduler.ts'

/** Pings a client every `periodMs`; who has not answered by the next one is told to `onSilent`. `answered` is to be called on each pong. */
export function startHeartbeat(
  socket: WebSocket,
  scheduler: Scheduler,
  periodMs: number,
  onSilent: () => void,
): { readonly answered: () => void; readonly stop: Unsubscribe } {
  let answeredPing = true
  const stop = scheduler.every(periodMs, () => {
    if (!answeredPing) return onSilent()
    answeredPing = false
    if (socket.readyState === socket.OPEN) socket.ping()
  })
  return { answered: () => void (answeredPing = true), stop }
}
