import type { TrackBytes } from './player.ts'
import { TrackDecoder } from './track-decoder.ts'

interface Opened {
  readonly decoder: Promise<TrackDecoder>
  readonly abort: AbortController
}

/**
 * One open decoder per track. Where neither the format nor the entry says what stands where, whoever seeks walks all packets from the
 * beginning, once per opening. So a track stays open while any segment of it is on the time line.
 */
export class Decoders {
  readonly #opened = new Map<string, Opened>()

  /** Opens the track, or gives what is open. Rejects as `TrackDecoder.open` does; the next call then tries anew. */
  open(track: TrackBytes): Promise<TrackDecoder> {
    const known = this.#opened.get(track.ref.id)
    if (known !== undefined) return known.decoder
    const abort = new AbortController()
    const opened = { abort, decoder: TrackDecoder.open(track, abort.signal) }
    this.#opened.set(track.ref.id, opened)
    opened.decoder.catch(() => this.discard(track))
    return opened.decoder
  }

  /** Closes a track's decoder: it failed. */
  discard(track: TrackBytes): void {
    this.#close(track.ref.id)
  }

  /** Closes all but these tracks' decoders. */
  keep(tracks: readonly TrackBytes[]): void {
    const kept = new Set(tracks.map(({ ref }) => ref.id))
    for (const id of [...this.#opened.keys()]) if (!kept.has(id)) this.#close(id)
  }

  #close(id: string): void {
    this.#opened.get(id)?.abort.abort()
    this.#opened.delete(id)
  }
}
