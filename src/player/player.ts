import type { SeekTable } from '../domain/seek-table.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/** Bytes of a track for the decoder; `media`'s BlobReader has this shape. */
export interface TrackBytes {
  readonly ref: { readonly id: string; readonly sizeBytes: number; readonly type: string }
  /** Where one may begin to read; a claim, to be checked. Absent where the file tells it, or nobody does. */
  readonly seekTable?: SeekTable
  /** Where it lies when only the browser's own player may have it; `read` then rejects. */
  readonly url?: string
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>
}

/** One stretch of one track on the room's time line, as `domain/playback` derives it. */
export interface PlayerSegment {
  /** Equal ids mean the same segment: what is scheduled already is kept. */
  readonly id: string
  readonly track: TrackBytes
  /** Room time at which `positionMs` sounds; Infinity: nobody knows yet (it stands paused), and it is kept ready to begin. */
  readonly startsAtMs: number
  readonly positionMs: number
  /** Room time at which it ends; Infinity only when `startsAtMs` is. */
  readonly endsAtMs: number
  /** Factor that levels its loudness, above 0; the same for a track all along. */
  readonly gain: number
  /** The track has moving pictures. */
  readonly video?: boolean
}

/**
 * What is being done about time:
 * - `learning`: nobody knows yet when what is rendered leaves the loudspeaker
 * - `ran-dry`: the device got no sound for a moment, and what was lost has been made up for
 * - `cut-over`: the sound was far off and has jumped into place
 * - `resampling`: it is off by more than what nobody hears, and drawn in
 * - `steady`: it stays where it is
 */
export type Timing = 'learning' | 'ran-dry' | 'cut-over' | 'resampling' | 'steady'

/**
 * What a listener may do, for themselves alone, about a track that does not play here: hand it to the browser's own player, leave it out
 * until it ends, or come back to it after that.
 */
export type Remedy = 'other-engine' | 'skip' | 'back'

export interface PlayerStatus {
  /** `locked`: waits for the person's tap (autoplay); `waiting`: bytes or decoder are behind; `failed`: this browser cannot decode it. */
  readonly state: 'locked' | 'silent' | 'waiting' | 'playing' | 'failed'
  readonly segment: string | null
  readonly positionMs: number
  /** Estimated audible error against the room's time line, positive when late. */
  readonly errorMs: number
  readonly outputLatencyMs: number
  /** Correction in force, parts per million. */
  readonly ratePpm: number
  readonly timing: Timing
  readonly engine: 'audio-graph' | 'media-element'
  /** Level of what left the graph in the last moment, 0 to 1 (RMS): measured, so that a test can hear. */
  readonly level: number
  readonly message?: string
  /** What this listener may do about it. */
  readonly remedies?: readonly Remedy[]
}

/** The synchronised player: told what sounds when in room time, it keeps the loudspeaker there. */
export interface Player {
  /** Must be called from a tap or a key press; afterwards sound may start. */
  unlock(): Promise<void>
  /** Current segment first, then what follows without a gap. An empty list fades out. */
  setSegments(segments: readonly PlayerSegment[]): void
  /** 0 to 1; mine alone. */
  setVolume(volume: number): void
  setMuted(muted: boolean): void
  /** Own offset in ms, e.g. 150 for a Bluetooth speaker that is 150 ms late. */
  setOffset(offsetMs: number): void
  /** A person's doubt: forgets what was learnt of this device's output and comes in anew, after a moment of silence. */
  resync(): void
  /** The system plays through another device now: begins anew there, with that device's sample rate. */
  outputChanged(): void
  /** Clicks every second of room time instead of most of the music, for a person who tunes the own offset by ear. */
  setClicks(on: boolean): void
  readonly status: PlayerStatus
  onStatus(listener: (status: PlayerStatus) => void): Unsubscribe
  close(): Promise<void>
}

/** What a room plays with: sound by the engine that fits each track, and the pictures of videos. */
export interface RoomPlayer extends Player {
  /** Magnitudes of the audible spectrum; empty while silent. */
  spectrum(): Uint8Array
  /** Shows the pictures of a track, without controls; null while there are none. Keep it in the page: taken out, it stops. */
  pictureOf(track: string): HTMLVideoElement | null
  remedy(remedy: Remedy): void
}
