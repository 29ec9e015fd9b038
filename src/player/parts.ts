import { Feeder } from './feeder.ts'
import type { ToRenderer } from './messages.ts'
import type { PlayerSegment } from './player.ts'
import { renderSegment } from './room-map.ts'

/** Decoding of a segment begins this long before it sounds. */
const PREPARE_MS = 20_000

interface Part {
  readonly feeder: Feeder
  segment: PlayerSegment
}

/** The segments that the player was given, and what decodes each of them for the renderer. */
export class Parts {
  readonly #post: (message: ToRenderer, transfer?: Transferable[]) => void
  readonly #epochMs: number
  #list: Part[] = []
  #nextKey = 0

  /** `epochMs`: room time that the renderer counts from. */
  constructor(epochMs: number, post: (message: ToRenderer, transfer?: Transferable[]) => void) {
    this.#epochMs = epochMs
    this.#post = post
  }

  get list(): readonly Readonly<Part>[] {
    return this.#list
  }

  /** Equal ids mean the same segment: what is decoded already is kept. */
  set(segments: readonly PlayerSegment[]): void {
    const former = this.#list
    this.#list = segments.map((segment) => {
      const known = former.find((part) => part.segment.id === segment.id)
      if (known === undefined) return { feeder: this.#feeder(segment), segment }
      known.segment = segment
      return known
    })
    for (const part of former) if (!this.#list.includes(part)) part.feeder.close()
    this.#tell()
  }

  /** The renderer is a new one: what was decoded went with the former. */
  renew(): void {
    this.#list = this.#list.map(({ feeder, segment }) => {
      feeder.close()
      return { feeder: this.#feeder(segment), segment }
    })
    this.#tell()
  }

  /** Keeps the sound around room time `roomMs` decoded. */
  feed(nowMs: number, roomMs: number): void {
    for (const { feeder, segment } of this.#list) {
      if (segment.startsAtMs - roomMs > PREPARE_MS || segment.endsAtMs <= roomMs) continue
      feeder.aim(segment.positionMs + roomMs - segment.startsAtMs, segment.positionMs, nowMs)
    }
  }

  close(): void {
    for (const { feeder } of this.#list) feeder.close()
    this.#list = []
  }

  #feeder(segment: PlayerSegment): Feeder {
    return new Feeder(this.#nextKey++, segment.track, this.#post)
  }

  #tell(): void {
    const segments = this.#list.map(({ feeder, segment }) => renderSegment(feeder.key, segment, this.#epochMs))
    this.#post({ kind: 'segments', segments })
  }
}
