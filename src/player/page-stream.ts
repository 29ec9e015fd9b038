import type { TrackBytes } from './player.ts'

/** Divides the swarm's pieces: no page spans two of them. */
const PAGE_BYTES = 64 * 1024

/** A stretch of a file that is left out: what stands behind it seems to follow what stands before it. */
export interface Cut {
  readonly atByte: number
  readonly lengthBytes: number
}

/**
 * Bytes [start, end) of a track, page by page: demuxers read ahead, and what is here must not wait for what is still missing behind it.
 * With a `cut`, places are counted without it. Errors with the reader's error, AbortError on `signal`.
 */
export function pageStream(
  bytes: TrackBytes,
  start: number,
  end: number,
  signal: AbortSignal,
  cut: Cut = { atByte: 0, lengthBytes: 0 },
): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const isBefore = at < cut.atByte
        const skipped = isBefore ? 0 : cut.lengthBytes
        const pageEnd = (Math.floor((at + skipped) / PAGE_BYTES) + 1) * PAGE_BYTES - skipped
        const stop = Math.min(end, pageEnd, isBefore ? cut.atByte : Infinity)
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
