import { registerSW } from 'virtual:pwa-register'

/**
 * Keeps the app itself on the device, so that rooms open without the node that they came from. A new version waits until no page
 * of the old one is open: music is never interrupted by a reload.
 */
export function keepAppOffline(onProblem: (problem: unknown) => void): void {
  if (!('serviceWorker' in navigator)) return
  registerSW({ onRegisterError: onProblem })
}
