import { limits } from '../domain/limits.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import type { MediaFacts, ProbeMedia } from '../media/import-link.ts'

/** A host that has sent no header by then does not answer. */
const ANSWERS_WITHIN_MS = 15_000

/** Lets a media element look at an address: it may play what scripts may not read. */
export const probeMedia =
  (scheduler: Pick<Scheduler, 'after'>): ProbeMedia =>
  (url, signal) =>
    new Promise((resolve, reject) => {
      const element = document.createElement('video')
      const end = (settle: () => void): void => {
        stop()
        signal.removeEventListener('abort', onAbort)
        settle()
        element.removeAttribute('src')
        element.load()
      }
      const onAbort = (): void => end(() => reject(signal.reason as Error))
      const stop = scheduler.after(ANSWERS_WITHIN_MS, () => end(() => resolve(null)))
      signal.addEventListener('abort', onAbort)
      element.preload = 'metadata'
      element.muted = true
      element.addEventListener('error', () => end(() => resolve(null)), { once: true })
      element.addEventListener('loadedmetadata', () => end(() => resolve(factsOf(element))), { once: true })
      element.src = url
    })

function factsOf({ duration, seekable, videoWidth, videoHeight }: HTMLVideoElement): MediaFacts {
  const isSeekable = seekable.length > 0 && seekable.end(seekable.length - 1) > 0
  const edges = [videoWidth, videoHeight]
  const shown = edges.every((edge) => edge >= 1 && edge <= limits.pictureEdgePx)
  return {
    durationMs: duration * 1_000,
    isSeekable,
    ...(shown ? { video: { widthPx: videoWidth, heightPx: videoHeight } } : {}),
  }
}
