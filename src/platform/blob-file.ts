import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { StoredBlob } from '../media/piece-store.ts'

/**
 * Layout of one blob's file, all numbers big-endian:
 * `EARSHOT1` | size u64 | last heard, Unix ms, f64 | 8 bytes 0 | leaf hashes, 32 bytes each | one byte per piece, 1 when held | the bytes.
 * A byte and not a bit says that a piece is here: two tabs that write at once never have to change what the other wrote.
 */
const MAGIC = 0x45415253_484f5431n
const HEADER_BYTES = 32
const HASH_BYTES = 32
const SIZE_AT = 8
const HEARD_AT = 16

/** What the layout needs of a FileSystemSyncAccessHandle. */
export interface SyncFile {
  getSize(): number
  truncate(size: number): void
  read(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number
  write(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number
  flush(): void
}

const pieces = (sizeBytes: number): number => Math.ceil(sizeBytes / limits.pieceBytes)
const heldAt = (sizeBytes: number): number => HEADER_BYTES + pieces(sizeBytes) * HASH_BYTES
const dataAt = (sizeBytes: number): number => heldAt(sizeBytes) + pieces(sizeBytes)

/** The whole size is taken at once, so that a full disk is met before the first piece and not in the middle. */
export function createBlobFile(file: SyncFile, { manifest, lastHeardMs }: Omit<StoredBlob, 'held'>): void {
  const { sizeBytes, leaves } = manifest
  file.truncate(0)
  file.truncate(dataAt(sizeBytes) + sizeBytes)
  writeAll(file, leaves as Uint8Array<ArrayBuffer>, HEADER_BYTES)
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setBigUint64(SIZE_AT, BigInt(sizeBytes))
  view.setFloat64(HEARD_AT, lastHeardMs)
  view.setBigUint64(0, MAGIC)
  // The header last: a crash before it leaves a file that nobody takes for a blob.
  file.flush()
  writeAll(file, header, 0)
  file.flush()
}

/** Null when the file is not wholly there: a crash came between its beginning and its header, or something else wrote it. */
export function openBlobFile(file: SyncFile, id: BlobId): StoredBlob | null {
  const header = readAll(file, 0, HEADER_BYTES)
  if (header === null) return null
  const view = new DataView(header.buffer)
  const sizeBytes = Number(view.getBigUint64(SIZE_AT))
  if (view.getBigUint64(0) !== MAGIC || sizeBytes < 1 || sizeBytes > limits.trackBytes) return null
  if (file.getSize() !== dataAt(sizeBytes) + sizeBytes) return null
  const leaves = readAll(file, HEADER_BYTES, pieces(sizeBytes) * HASH_BYTES)
  const held = readAll(file, heldAt(sizeBytes), pieces(sizeBytes))
  if (leaves === null || held === null) return null
  return {
    manifest: { id, sizeBytes, leaves },
    held: held.map((one) => (one === 1 ? 1 : 0)),
    lastHeardMs: view.getFloat64(HEARD_AT),
  }
}

/** The piece is on the disk before the byte that says so. */
export function writePiece(file: SyncFile, sizeBytes: number, piece: number, bytes: Uint8Array): void {
  writeAll(file, bytes as Uint8Array<ArrayBuffer>, dataAt(sizeBytes) + piece * limits.pieceBytes)
  file.flush()
  // Needs no flush: if a crash takes it back, the piece is fetched once more.
  writeAll(file, Uint8Array.of(1), heldAt(sizeBytes) + piece)
}

/** Where in the file the blob's own bytes lie. */
export const bytesRange = (sizeBytes: number): readonly [start: number, end: number] => [
  dataAt(sizeBytes),
  dataAt(sizeBytes) + sizeBytes,
]

export const readBytes = (file: SyncFile, sizeBytes: number, start: number, end: number): Uint8Array | null =>
  readAll(file, dataAt(sizeBytes) + start, end - start)

export function writeLastHeard(file: SyncFile, lastHeardMs: number): void {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, lastHeardMs)
  writeAll(file, bytes, HEARD_AT)
}

function readAll(file: SyncFile, at: number, count: number): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(count)
  return file.read(bytes, { at }) === count ? bytes : null
}

function writeAll(file: SyncFile, bytes: Uint8Array<ArrayBuffer>, at: number): void {
  // Short writes are how a full disk shows in some browsers.
  if (file.write(bytes, { at }) !== bytes.length)
    throw new DOMException('the disk took only a part', 'QuotaExceededError')
}
