import type { PlayerStatus } from '../../player/player.ts'
import type { SyncView } from '../room-view.ts'

/** Beyond this the ear may notice. */
const IN_STEP_MS = 5

export interface SyncSources {
  readonly player: PlayerStatus
  /** I stopped my own sound. */
  readonly away: boolean
  readonly clock: { readonly settled: boolean; readonly errorMs: number; readonly neighbours: number }
}

/** How far this device is off, what is being done about it, and why. */
export function syncView({ player, clock, away }: SyncSources): SyncView {
  return {
    state: away ? 'off' : stateOf(player, clock),
    errorMs: player.errorMs,
    clockErrorMs: clock.errorMs,
    outputLatencyMs: player.outputLatencyMs,
    ratePpm: player.ratePpm,
    neighbours: clock.neighbours,
    engine: player.engine,
  }
}

/** What hinders most is said first. */
function stateOf(player: PlayerStatus, clock: SyncSources['clock']): SyncView['state'] {
  if (player.state === 'locked') return 'off'
  if (!clock.settled) return 'settling'
  if (player.state === 'silent' || player.state === 'failed') return 'idle'
  if (player.timing === 'learning') return 'learning'
  if (player.state === 'waiting') return 'waiting'
  if (player.timing === 'ran-dry' || player.timing === 'cut-over') return player.timing
  if (Math.abs(player.errorMs) > IN_STEP_MS) return 'correcting'
  return clock.neighbours === 0 ? 'no-clock' : 'in-step'
}
