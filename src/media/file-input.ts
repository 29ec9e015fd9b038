import { BlobSource, Input } from 'mediabunny'
import { audioFormats } from './audio-formats.ts'

/** Files are walked forwards: what lies behind is not asked for again. */
const CACHE_BYTES = 1024 * 1024

/** A demuxer over a file that is to be taken in. To be disposed of. Reads reject where they are awaited; nobody else need hear of it. */
export const fileInput = (file: Blob): Input =>
  new Input({
    source: new BlobSource(file, { maxCacheSize: CACHE_BYTES, handleUnhandledError: () => {} }),
    formats: audioFormats,
  })
