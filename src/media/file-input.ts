import { CustomSource, Input } from 'mediabunny'
import { audioFormats } from './audio-formats.ts'

/**
 * Read at once. The MP3 demuxer looks at 64 KiB for each packet of 400 bytes, and copies them unless they lie in one chunk: of the browser's own
 * chunks, which are no larger than that, it copied the whole file 150 times.
 */
const CHUNK_BYTES = 512 * 1024
/** Files are walked forwards: what lies behind is not asked for again. */
const CACHE_BYTES = 1024 * 1024

/** A demuxer over a file that is to be taken in. To be disposed of. Reads reject where they are awaited; nobody else need hear of it. */
export const fileInput = (file: Blob): Input =>
  new Input({
    source: new CustomSource({
      getSize: () => file.size,
      read: (start, end) => chunksOf(file, start, end),
      prefetchProfile: 'fileSystem',
      maxCacheSize: CACHE_BYTES,
      handleUnhandledError: () => {},
    }),
    formats: audioFormats,
  })

/** Bytes of a file from `start` to `end` or beyond, chunk by chunk. */
function chunksOf(file: Blob, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer())
        at += chunk.length
        controller.enqueue(chunk)
        if (at >= end || chunk.length === 0) controller.close()
      },
    },
    // Chunks are read when they are asked for, none beforehand.
    { highWaterMark: 0 },
  )
}
