import type { Crypto } from '../domain/crypto.ts'
import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { BlobRef, FileTrack } from '../domain/record.ts'
import type { Loudness } from '../domain/loudness.ts'
import { makeCover } from './cover.ts'
import { fileError, type NamedBlob } from './file-problem.ts'
import type { MeasureLoudness } from './loudness-in-worker.ts'
import { makeManifest, pieceCount, pieceLength } from './manifest.ts'
import { isComplete } from './holding.ts'
import type { Shelf } from './shelf.ts'
import { StretchReader } from './stretch-reader.ts'
import { readTags } from './tags.ts'

export interface ImportOptions {
  readonly signal: AbortSignal
  /** Told with 0 to 1, rising. */
  readonly onProgress?: (fraction: number) => void
}

export interface ImportParts {
  readonly shelf: Shelf
  readonly crypto: Crypto
  /** Blobs that must not go to make room. */
  readonly keep: () => ReadonlySet<BlobId>
  /** Guards a blob against eviction until the result is called, which says whether nobody else guards it. */
  readonly hold: (id: BlobId) => () => boolean
  /** Absent where nothing decodes: then tags tell how loud a track is, or nobody does. */
  readonly measureLoudness: MeasureLoudness | undefined
}

/** Shares of the progress bar, by the time they take: looking may walk all packets; measuring decodes everything; hashing reads the disk, storing reads and writes it. */
const PROBED = 0.25
const MEASURED = 0.8
const HASHED = 0.4

/** Makes a track of a file: looks at it, hashes it, stores it; see `MediaLibrary.importFile`. */
export async function importTrack(file: NamedBlob, parts: ImportParts, options: ImportOptions): Promise<FileTrack> {
  const { signal, onProgress = () => {} } = options
  signal.throwIfAborted()
  if (file.size === 0) throw fileError(file, 'empty')
  if (file.size > limits.trackBytes) throw fileError(file, 'too-large')
  // Loaded when the first file is added: a start page needs no demuxer.
  const { probeAudio, stillOfVideo } = await import('./probe-audio.ts')
  const facts = await probeAudio(file, { signal, onProgress: (done) => onProgress(PROBED * done) })
  onProgress(PROBED)
  const { picture: inTags, loudness: tagged, ...tags } = await readTags(file)
  const { measureLoudness } = parts
  let stored = PROBED
  let loudness: Loudness | undefined
  if (measureLoudness !== undefined) {
    stored = MEASURED
    const onMeasured = (done: number): void => onProgress(PROBED + (MEASURED - PROBED) * done)
    loudness = await measured(
      measureLoudness(file, { seconds: facts.durationMs / 1000, signal, onProgress: onMeasured }),
      signal,
    )
  }
  loudness ??= tagged
  const picture = inTags ?? (facts.video === undefined ? null : await stillOfVideo(file, facts))
  const cover = picture === null ? null : await makeCover(picture)
  const coverPart = cover === null ? null : await keepBlob(file, cover, cover.type, parts, { signal })
  try {
    const soundOptions = { signal, onProgress: (done: number) => onProgress(stored + (1 - stored) * done) }
    const { type, ...lasting } = facts
    const { ref } = await keepBlob(file, file, type, parts, soundOptions)
    return {
      ...ref,
      ...lasting,
      ...tags,
      ...(coverPart === null ? {} : { cover: coverPart.ref }),
      ...(loudness === undefined ? {} : { loudness }),
    }
  } catch (error) {
    if (coverPart?.isNew === true) await parts.shelf.remove(coverPart.ref.id)
    throw error
  }
}

/** A file with a bad spot in its middle plays all the same: nobody knows how loud it is, and that is no reason to refuse it. */
async function measured(result: ReturnType<MeasureLoudness>, signal: AbortSignal): Promise<Loudness | undefined> {
  try {
    return (await result) ?? undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/** Stores a blob piece by piece; what it began is gone again when it fails. `file` is named in errors. */
async function keepBlob(
  file: NamedBlob,
  blob: Blob,
  type: string,
  parts: ImportParts,
  options: ImportOptions,
): Promise<{ readonly ref: BlobRef; readonly isNew: boolean }> {
  const { shelf, crypto } = parts
  const { signal, onProgress = () => {} } = options
  const count = pieceCount(blob.size)
  const reader = new StretchReader(blob)
  const readPiece = async (start: number, end: number): Promise<Uint8Array> => {
    signal.throwIfAborted()
    try {
      return await reader.read(start, end)
    } catch (error) {
      throw fileError(file, 'unreadable', error)
    }
  }
  const manifest = await makeManifest(crypto, blob.size, readPiece, (piece) =>
    onProgress((HASHED * (piece + 1)) / count),
  )
  signal.throwIfAborted()
  const isNew = shelf.get(manifest.id) === undefined
  const release = parts.hold(manifest.id)
  try {
    const holding = await shelf.adopt(manifest, parts.keep())
    for (let piece = 0; piece < count && !isComplete(holding); piece++) {
      if (holding.held[piece] === 1) continue
      const start = piece * limits.pieceBytes
      const bytes = await readPiece(start, start + pieceLength(blob.size, piece))
      // Not the bytes that were hashed a moment ago: something writes to the file.
      if ((await shelf.put(manifest.id, piece, bytes)) !== 'stored') throw fileError(file, 'unreadable')
      onProgress(HASHED + ((1 - HASHED) * (piece + 1)) / count)
    }
    signal.throwIfAborted()
    release()
  } catch (error) {
    if (release() && isNew) await shelf.remove(manifest.id)
    throw error
  }
  shelf.touch(manifest.id)
  onProgress(1)
  return { ref: { id: manifest.id, sizeBytes: blob.size, type }, isNew }
}
