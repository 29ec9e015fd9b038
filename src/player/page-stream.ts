import type { TrackBytes } from './player.ts'

/** Divides the swarm's pieces: no page spans two of them. */
const PAGE_BYTES = 64 * 1024

/**
 * Bytes [start, end) of a track, page by page: demuxers read ahead, and what is here must not wait for what is still missing behind it.
 * Errors with the reader's error, AbortError on `signal`.
 */
export function pageStream(
  bytes: TrackBytes,
  start: number,
  end: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const pageEnd = Math.min(end, (Math.floor(at / PAGE_BYTES) + 1) * PAGE_BYTES)
        const page = await bytes.read(at, pageEnd, signal)
        at = pageEnd
        controller.enqueue(page)
        if (at >= end) controller.close()
      },
    },
    // Pages are read when they are asked for, none beforehand.
    { highWaterMark: 0 },
  )
}
