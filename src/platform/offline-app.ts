import { registerSW } from 'virtual:pwa-register'
import type { Scheduler } from '../domain/scheduler.ts'

/** Who follows a link into a room waits for its music: so long the copying waits for that, ms. */
const AFTER_MS = 12_000

/**
 * Keeps the app itself on the device, so that rooms open without the node that they came from. A new version waits until no page
 * of the old one is open: music is never interrupted by a reload.
 */
export function keepAppOffline(scheduler: Pick<Scheduler, 'after'>, onProblem: (problem: unknown) => void): void {
  if (!('serviceWorker' in navigator)) return
  const keep = (): void => void registerSW({ onRegisterError: onProblem })
  if (location.hash === '') keep()
  else scheduler.after(AFTER_MS, keep)
}
