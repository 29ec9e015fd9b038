import type { Scheduler } from '../domain/scheduler.ts'

/** How long something stays at least when a person has turned from it, ms, and twice that at most. */
export const LINGER_MS = 1_000

/** Runs `task` after `shownMs`, but not under the hands of a person who reads or is about to press (WCAG 2.2.1). */
export function onceUnattended(
  scheduler: Pick<Scheduler, 'after'>,
  shownMs: number,
  isAttended: () => boolean,
  task: () => void,
): void {
  let wasAttended = false
  const look = (): void => {
    const attended = isAttended()
    if (attended || wasAttended) scheduler.after(LINGER_MS, look)
    else task()
    wasAttended = attended
  }
  scheduler.after(shownMs, look)
}
