import type { Kernel } from './kernel.ts'

/** What main thread and audio thread say to each other. Room times are relative to an epoch that the main thread chose, a whole second: small numbers keep their digits. */

/** Frame `frame` of the context is heard at room time `roomMs`, later ones every `msPerFrame`. */
export interface RoomMap {
  readonly frame: number
  readonly roomMs: number
  readonly msPerFrame: number
}

export interface RenderSegment {
  readonly key: number
  readonly startsAtMs: number
  readonly positionMs: number
  readonly endsAtMs: number
  readonly gain: number
}

export type ToRenderer =
  /** Null: nobody knows any more when a frame is heard (output stopped); sound fades out until a map comes. */
  | { readonly kind: 'map'; readonly map: RoomMap | null }
  | { readonly kind: 'segments'; readonly segments: readonly RenderSegment[] }
  /** For all streams of a sample rate, of which none may open before. */
  | { readonly kind: 'kernel'; readonly sampleRate: number; readonly kernel: Kernel }
  /** A stream begins (anew): frames of an older generation are void. */
  | {
      readonly kind: 'open'
      readonly key: number
      readonly generation: number
      readonly sampleRate: number
      readonly channels: 1 | 2
    }
  | {
      readonly kind: 'pcm'
      readonly key: number
      readonly generation: number
      readonly startFrame: number
      readonly planes: readonly Float32Array<ArrayBuffer>[]
    }
  /** The source has no frame at or beyond `frames`. */
  | { readonly kind: 'end'; readonly key: number; readonly generation: number; readonly frames: number }
  /** Whether seconds of room time are clicked, see `ClickTrack`. */
  | { readonly kind: 'clicks'; readonly on: boolean }
  | { readonly kind: 'close' }

/** What sounds, told about 20 times a second. */
export interface RenderReport {
  /** Context frame at which it was taken. */
  readonly frame: number
  readonly state: 'silent' | 'waiting' | 'playing'
  /** Segment that sounds or is waited for. */
  readonly key: number | null
  /** Position of the source at `frame`, ms; only while playing. */
  readonly positionMs: number
  /** Correction in force, ppm. */
  readonly ratePpm: number
  /** How long ago the sound jumped into place, ms of room time; Infinity when it never has. */
  readonly sinceCutMs: number
}
