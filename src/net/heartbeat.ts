import type { Scheduler } from '../domain/scheduler.ts'

export const beatMs = 1_000
/** A neighbour that was silent for so long is lost. */
export const silenceMs = 4_500

export interface Pace {
  readonly beatMs: number
  /** Above three beats, so that a busy page survives; at most `silenceMs + beatMs` pass until silence is noticed. */
  readonly silenceMs: number
}

export interface Heartbeat {
  /** Anything came from the peer. */
  heard(): void
  stop(): void
}

/**
 * Beats once a `beatMs` and calls `silent` once when nothing was heard for `silenceMs`, by default at the pace of neighbours. Time in which this
 * page itself did not run (a sleeping device, a frozen tab) is no silence of the peer's.
 */
export function startHeartbeat(
  scheduler: Scheduler,
  beat: () => void,
  silent: () => void,
  { beatMs: periodMs, silenceMs: patienceMs }: Pace = { beatMs, silenceMs },
): Heartbeat {
  let heardAtMs = scheduler.nowMs()
  let tickedAtMs = heardAtMs
  const stop = scheduler.every(periodMs, () => {
    const nowMs = scheduler.nowMs()
    // What came while we slept is still in the event queue, behind this tick.
    if (nowMs - tickedAtMs > 2 * periodMs) heardAtMs = nowMs
    tickedAtMs = nowMs
    if (nowMs - heardAtMs <= patienceMs) return beat()
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
