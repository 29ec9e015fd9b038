import type { TrackBytes } from '../player.ts'

/** Where a media element can read a track by itself. */
export interface ElementSource {
  readonly url: string
  /** Gives the address back; call it when no element uses it any more. */
  release(): void
}

/** Opens a track for a media element, as soon as all of it is here. Rejects with AbortError. */
export type OpenElementSource = (track: TrackBytes, signal: AbortSignal) => Promise<ElementSource>
