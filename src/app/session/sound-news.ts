import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { Player, PlayerStatus } from '../../player/player.ts'

/** Figures such as the error are shown this often: nobody reads faster, and each time the whole page is looked over. */
const FIGURES_PERIOD_MS = 1_000

/** Tells at once when a player does something else than before, and of its figures now and then. */
export function onSoundNews(
  player: Pick<Player, 'onStatus'>,
  scheduler: Pick<Scheduler, 'nowMs'>,
  tell: () => void,
): Unsubscribe {
  let before = ''
  let toldAtMs = -Infinity
  return player.onStatus((status) => {
    const deed = deedOf(status)
    const nowMs = scheduler.nowMs()
    if (deed === before && nowMs - toldAtMs < FIGURES_PERIOD_MS) return
    before = deed
    toldAtMs = nowMs
    tell()
  })
}

const deedOf = ({ state, segment, timing, engine, message, remedies }: PlayerStatus): string =>
  JSON.stringify([state, segment, timing, engine, message, remedies])
