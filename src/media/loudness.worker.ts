import type { Loudness } from '../domain/loudness.ts'
import { measureLoudness } from './measure-loudness.ts'

export interface LoudnessRequest {
  readonly file: Blob
  /** How long it sounds. */
  readonly seconds: number
}

/** What the worker says of the one file that it was sent: how far it is, and then what it found. */
export type LoudnessReply =
  { readonly fraction: number } | { readonly loudness: Loudness | null } | { readonly failure: string }

const reply = (message: LoudnessReply): void => (self as unknown as Worker).postMessage(message)

self.addEventListener('message', ({ data: { file, seconds } }: MessageEvent<LoudnessRequest>) => {
  measureLoudness(file, seconds, (fraction) => reply({ fraction })).then(
    (loudness) => reply({ loudness }),
    (error: unknown) => reply({ failure: String(error) }),
  )
})
