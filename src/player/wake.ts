import type { Unsubscribe } from '../domain/scheduler.ts'

/**
 * Events after which a browser that had silenced the page lets it sound again: it is seen again, thawed (`resume` of the Page
 * Lifecycle), back from the history; or a gesture. On a touch screen a tap counts as one when the finger leaves (`pointerup`).
 */
const DOCUMENT_EVENTS = ['visibilitychange', 'resume', 'pointerdown', 'pointerup', 'keydown'] as const

/** Calls `wake` on each of them until the result is called. */
export function onWake(wake: () => void): Unsubscribe {
  for (const event of DOCUMENT_EVENTS) document.addEventListener(event, wake)
  addEventListener('pageshow', wake)
  return () => {
    for (const event of DOCUMENT_EVENTS) document.removeEventListener(event, wake)
    removeEventListener('pageshow', wake)
  }
}
