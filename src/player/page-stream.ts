import { limits } from '../domain/limits.ts'
import type { TrackBytes } from './player.ts'

/**
 * The swarm's pieces: what is here of one is all of it. The MP3 demuxer looks at 64 KiB for each packet of 400 bytes, and copies them unless
 * they lie in one page: of pages no larger than that it copied 2.4 MB for each second of sound.
 */
const PAGE_BYTES = limits.pieceBytes

/** A stretch of a file that is left out: what stands behind it seems to follow what stands before it. */
export interface Cut {
  readonly atByte: number
  readonly lengthBytes: number
}

/**
 * Bytes of a track from `start` to the end of the page that holds the last one before `end`, page by page: demuxers read ahead, and what is
 * here must not wait for what is still missing behind it. With a `cut`, places are counted without it. Errors with the reader's error, AbortError on `signal`.
 */
export function pageStream(
  bytes: TrackBytes,
  start: number,
  end: number,
  signal: AbortSignal,
  cut: Cut = { atByte: 0, lengthBytes: 0 },
): ReadableStream<Uint8Array> {
  let at = start
  const size = bytes.ref.sizeBytes - cut.lengthBytes
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const isBefore = at < cut.atByte
        const skipped = isBefore ? 0 : cut.lengthBytes
        const pageEnd = (Math.floor((at + skipped) / PAGE_BYTES) + 1) * PAGE_BYTES - skipped
        const stop = Math.min(size, pageEnd, isBefore ? cut.atByte : Infinity)
        const page = await bytes.read(at + skipped, stop + skipped, signal)
        at = stop
        controller.enqueue(page)
        if (at >= end) controller.close()
      },
    },
    // Pages are read when they are asked for, none beforehand.
    { highWaterMark: 0 },
  )
}
