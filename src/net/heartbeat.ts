import type { Scheduler } from '../domain/scheduler.ts'

export const beatMs = 1_000
/** A peer that was silent for so long is lost. Above four beats, so that a busy page survives; at most `silenceMs + beatMs` pass until it is noticed. */
export const silenceMs = 4_500

export interface Heartbeat {
  /** Anything came from the peer. */
  heard(): void
  stop(): void
}

/**
 * Beats once a `beatMs` and calls `silent` once when nothing was heard for `silenceMs`. Time in which this page itself did not run (a
 * sleeping device, a frozen tab) is no silence of the peer's.
 */
export function startHeartbeat(scheduler: Scheduler, beat: () => void, silent: () => void): Heartbeat {
  let heardAtMs = scheduler.nowMs()
  let tickedAtMs = heardAtMs
  const stop = scheduler.every(beatMs, () => {
    const nowMs = scheduler.nowMs()
    // What came while we slept is still in the event queue, behind this tick.
    if (nowMs - tickedAtMs > 2 * beatMs) heardAtMs = nowMs
    tickedAtMs = nowMs
    if (nowMs - heardAtMs <= silenceMs) return beat()
    stop()
    silent()
  })
  return {
    heard: () => {
      heardAtMs = scheduler.nowMs()
    },
    stop,
  }
}
