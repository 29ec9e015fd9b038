import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { Player, PlayerStatus } from '../../player/player.ts'

/** Figures such as the error are shown this often: each time the whole page is looked over, some ms of work. */
const FIGURES_PERIOD_MS = 2_000

/**
 * Tells at once when a player does something else than before, and of its figures when the page was not looked over for a while.
 *
 * @param lookedAtMs local time at which it was, for whatever cause
 */
export function onSoundNews(
  player: Pick<Player, 'onStatus'>,
  scheduler: Pick<Scheduler, 'nowMs'>,
  lookedAtMs: () => number,
  tell: () => void,
): Unsubscribe {
  let before = ''
  return player.onStatus((status) => {
    const deed = deedOf(status)
    if (deed === before && scheduler.nowMs() - lookedAtMs() < FIGURES_PERIOD_MS) return
    before = deed
    tell()
  })
}

const deedOf = ({ state, segment, timing, engine, message, remedies }: PlayerStatus): string =>
  JSON.stringify([state, segment, timing, engine, message, remedies])
