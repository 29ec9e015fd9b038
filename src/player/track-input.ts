import { ALL_FORMATS, CustomSource, Input } from 'mediabunny'
import { pageStream, type Cut } from './page-stream.ts'
import type { TrackBytes } from './player.ts'

/** A demuxer over a track's bytes; with a `cut`, as if the file did not hold that stretch. Reads reject with the reader's AbortError on `signal`. */
export function trackInput(bytes: TrackBytes, signal: AbortSignal, cut?: Cut): Input {
  const source = new CustomSource({
    getSize: () => bytes.ref.sizeBytes - (cut?.lengthBytes ?? 0),
    read: (start, end) => pageStream(bytes, start, end, signal, cut),
    // Headers are read a few bytes at a time: whole pages, kept for a while, answer most of them at once.
    prefetchProfile: 'fileSystem',
    maxCacheSize: 1024 * 1024,
    // Told to the reader of the iterator as well; after an abort nobody is left to hear it.
    handleUnhandledError: () => undefined,
  })
  return new Input({ source, formats: ALL_FORMATS })
}
