import { Decoders } from './decoders.ts'
import { Feeder } from './feeder.ts'
import type { ToRenderer } from './messages.ts'
import type { PlayerSegment } from './player.ts'
import { renderSegment } from './room-map.ts'

/** A segment that sounds within this is decoded whatever else is missing; one that sounds later, once all before it is decoded. */
const PREPARE_MS = 20_000

interface Part {
  readonly feeder: Feeder
  segment: PlayerSegment
}

/** The segments that the player was given, and what decodes each of them for the renderer. */
export class Parts {
  readonly #post: (message: ToRenderer, transfer?: Transferable[]) => void
  readonly #epochMs: number
  readonly #decoders = new Decoders()
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

  /** Equal ids mean the same segment: what is decoded already is kept. So it is when a segment is given another time to begin: a press, or a skip. */
  set(segments: readonly PlayerSegment[]): void {
    const former = this.#list
    const ids = new Set(segments.map(({ id }) => id))
    const left = former.filter((part) => !ids.has(part.segment.id))
    this.#list = segments.map((segment) => {
      const known = former.find((part) => part.segment.id === segment.id) ?? takeWhere(left, beginsLike(segment))
      if (known === undefined) return { feeder: this.#feeder(segment), segment }
      known.segment = segment
      return known
    })
    for (const part of former) if (!this.#list.includes(part)) part.feeder.close()
    this.#decoders.keep(segments.map(({ track }) => track))
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
    let ready = true
    for (const { feeder, segment } of this.#list) {
      if (segment.endsAtMs <= roomMs) continue
      if (!ready && segment.startsAtMs - roomMs > PREPARE_MS) continue
      feeder.aim(segment.positionMs + roomMs - segment.startsAtMs, segment.positionMs, nowMs)
      ready &&= feeder.isAhead
    }
  }

  close(): void {
    for (const { feeder } of this.#list) feeder.close()
    this.#decoders.keep([])
    this.#list = []
  }

  #feeder(segment: PlayerSegment): Feeder {
    return new Feeder(this.#nextKey++, segment.track, this.#decoders, this.#post)
  }

  #tell(): void {
    const segments = this.#list.map(({ feeder, segment }) => renderSegment(feeder.key, segment, this.#epochMs))
    this.#post({ kind: 'segments', segments })
  }
}

/** The same sound from the same place on. */
const beginsLike =
  ({ track, positionMs }: PlayerSegment) =>
  ({ segment }: Part): boolean =>
    segment.track.ref.id === track.ref.id && segment.positionMs === positionMs

function takeWhere(parts: Part[], test: (part: Part) => boolean): Part | undefined {
  const at = parts.findIndex(test)
  return at < 0 ? undefined : parts.splice(at, 1)[0]
}
