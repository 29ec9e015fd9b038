import type { Loudness } from '../domain/loudness.ts'
import type { LoudnessReply, LoudnessRequest } from './loudness.worker.ts'

/**
 * Measures how loud a file is; see `measureLoudness`. Null for silence. Rejects with AbortError, and with Error when the file
 * cannot be decoded from end to end.
 */
export type MeasureLoudness = (
  file: Blob,
  options: {
    /** How long it sounds. */
    readonly seconds: number
    readonly signal: AbortSignal
    readonly onProgress: (fraction: number) => void
  },
) => Promise<Loudness | null>

/** In a worker of its own: the page does not stall meanwhile, and a measurement that is cancelled ends at once. */
export const measureInWorker: MeasureLoudness = (file, { seconds, signal, onProgress }) => {
  const worker = new Worker(new URL('./loudness.worker.ts', import.meta.url), { type: 'module', name: 'loudness' })
  const measured = new Promise<Loudness | null>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    worker.addEventListener('error', ({ message }) => reject(new Error(`the loudness worker stopped: ${message}`)))
    worker.addEventListener('message', ({ data }: MessageEvent<LoudnessReply>) => {
      if ('fraction' in data) onProgress(data.fraction)
      else if ('failure' in data) reject(new Error(data.failure))
      else resolve(data.loudness)
    })
    signal.throwIfAborted()
    worker.postMessage({ file, seconds } satisfies LoudnessRequest)
  })
  return measured.finally(() => worker.terminate())
}
