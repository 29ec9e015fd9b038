import type { Scheduler } from '../domain/scheduler.ts'

export interface Pace {
  readonly beatMs: number
  /** Who was silent for so long is lost. Above three beats, so that a busy page survives; at most `silenceMs + beatMs` pass until silence is noticed. */
  readonly silenceMs: number
}

/** Between neighbours. */
export const linkPace: Pace = { beatMs: 1_000, silenceMs: 4_500 }
/** Between neighbours whose link leads through a relay, which forwards every beat. A circuit ends with either side's connection to the relay. */
export const circuitPace: Pace = { beatMs: 3_000, silenceMs: 10_000 }

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
  { beatMs, silenceMs }: Pace = linkPace,
): Heartbeat {
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
