import { EarshotError } from '../domain/errors.ts'
import type { ToRenderer } from './messages.ts'
import type { PlayerSegment } from './player.ts'
import type { Decoders } from './decoders.ts'
import { enterNear } from './track-decoder.ts'

/** Decoded sound that is kept ahead of the room's position: a hidden tab's timers may be seconds apart. */
const AHEAD_MS = 12_000
/** Decoded at once; the rest follows a little at a time, so that a start does not take the processor away from what sounds. */
const RUNWAY_MS = 1_500
const STRIDE_MS = 500
/** ... so far apart, four times as fast as it sounds: what decodes at full speed takes both cores of a weak device for half a second. */
const STRIDES_APART_MS = 125
/** What was used up is replaced by so much at once: to wake decoder and threads for every packet costs more than to decode it. */
const REFILL_MS = 1_000
/** Decoded of a segment that has not begun. */
const HEAD_MS = 3_000
/** The decoder fell this far behind the room (bytes came late): it skips ahead instead of catching up. */
const BEHIND_MS = 3_000
/** The room went back by more than the renderer keeps. */
const BACK_MS = 400
/** Least time between two restarts. */
const RESTART_MS = 3_000

/** Decodes one segment's track for the renderer, seconds ahead and never more. */
export class Feeder {
  readonly key: number
  /** Why it cannot be played in this browser; null while it can. */
  failure: string | null = null
  readonly #track: PlayerSegment['track']
  readonly #decoders: Decoders
  readonly #post: (message: ToRenderer, transfer: Transferable[]) => void
  #generation = 0
  #run: AbortController | null = null
  #fromMs = 0
  #untilMs = 0
  #wantedMs = 0
  #goalMs = Infinity
  #furthestMs = -Infinity
  #restartAtMs = -Infinity
  #strodeAtMs = -Infinity
  #wake: () => void = () => undefined

  constructor(
    key: number,
    track: PlayerSegment['track'],
    decoders: Decoders,
    post: (message: ToRenderer, transfer: Transferable[]) => void,
  ) {
    this.key = key
    this.#track = track
    this.#decoders = decoders
    this.#post = post
  }

  /** Keeps the sound around `targetMs` (position in the track where the room is now; may lie before the segment's `firstMs`) decoded. */
  aim(targetMs: number, firstMs: number, nowMs: number): void {
    const position = Math.max(targetMs, firstMs)
    const goalMs = Math.max(Math.ceil(targetMs / REFILL_MS) * REFILL_MS + AHEAD_MS, firstMs + HEAD_MS)
    const stepped =
      position > this.#untilMs + BEHIND_MS || position < Math.max(this.#fromMs, this.#furthestMs - BACK_MS)
    this.#furthestMs = Math.max(this.#furthestMs, position)
    if (this.#run === null || (stepped && nowMs >= this.#restartAtMs)) {
      this.#restartAtMs = nowMs + RESTART_MS
      this.#furthestMs = position
      this.#restart(position)
    }
    this.#goalMs = goalMs
    this.#wantedMs = Math.min(goalMs, Math.max(position + RUNWAY_MS, this.#wantedMs))
    if (this.#untilMs >= this.#wantedMs && nowMs - this.#strodeAtMs >= STRIDES_APART_MS) {
      this.#strodeAtMs = nowMs
      this.#wantedMs = Math.min(goalMs, this.#untilMs + STRIDE_MS)
    }
    if (this.#untilMs < this.#wantedMs) this.#wake()
  }

  /** Whether all is decoded that was to be decoded by now. */
  get isAhead(): boolean {
    return this.#untilMs >= this.#goalMs
  }

  close(): void {
    this.#run?.abort()
    this.#wake()
  }

  #restart(fromMs: number): void {
    this.close()
    this.#run = new AbortController()
    this.#fromMs = fromMs
    this.#untilMs = fromMs
    this.#wantedMs = fromMs
    this.failure = null
    const { signal } = this.#run
    this.#decode(fromMs, ++this.#generation, signal).catch((error: unknown) => {
      if (signal.aborted) return
      this.#decoders.discard(this.#track)
      this.failure =
        error instanceof EarshotError
          ? error.message
          : `This track could not be decoded here (${error instanceof Error ? error.message : String(error)}).`
    })
  }

  async #decode(fromMs: number, generation: number, signal: AbortSignal): Promise<void> {
    // Both at once: from a swarm, headers and the place to begin at come together.
    const [entrance, decoder] = await Promise.all([
      enterNear(this.#track, fromMs, signal),
      this.#decoders.open(this.#track),
    ])
    if (signal.aborted) return
    const { sampleRate, channels } = decoder.format
    this.#post({ kind: 'open', key: this.key, generation, sampleRate, channels }, [])
    let endFrame = 0
    for await (const { startFrame, planes } of decoder.chunks(fromMs, entrance)) {
      if (signal.aborted) return
      endFrame = startFrame + planes[0]!.length
      this.#untilMs = (endFrame * 1000) / sampleRate
      this.#post(
        { kind: 'pcm', key: this.key, generation, startFrame, planes },
        planes.map((plane) => plane.buffer),
      )
      while (this.#untilMs >= this.#wantedMs && !signal.aborted) {
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    }
    this.#untilMs = Infinity
    this.#post({ kind: 'end', key: this.key, generation, frames: endFrame }, [])
  }
}
