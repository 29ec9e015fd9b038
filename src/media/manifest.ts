import type { Crypto } from '../domain/crypto.ts'
import { hashText, type BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { HASH_BYTES, leafHasher, merkleRoot, type HashLeaf } from './merkle.ts'

/** The leaf hashes behind a BlobId: with it every piece can be judged by itself. */
export interface Manifest {
  readonly id: BlobId
  readonly sizeBytes: number
  /** Leaf hashes in order, 32 bytes each. */
  readonly leaves: Uint8Array
}

/** Domain separation: a BlobId can never be the hash of anything else in the system. */
const TAG = Uint8Array.from('earshot-blob-1', (char) => char.charCodeAt(0))

/** Whether a blob may have this many bytes: at least 1, at most the largest track. */
export const isBlobSize = (sizeBytes: unknown): sizeBytes is number =>
  Number.isSafeInteger(sizeBytes) && (sizeBytes as number) > 0 && (sizeBytes as number) <= limits.trackBytes

export const pieceCount = (sizeBytes: number): number => Math.ceil(sizeBytes / limits.pieceBytes)

/** Bytes of piece `index`: all have `limits.pieceBytes` but the last. */
export const pieceLength = (sizeBytes: number, index: number): number =>
  Math.min(limits.pieceBytes, sizeBytes - index * limits.pieceBytes)

async function blobId(crypto: Crypto, sizeBytes: number, leaves: Uint8Array): Promise<BlobId> {
  const bytes = new Uint8Array(TAG.length + 8 + HASH_BYTES)
  bytes.set(TAG)
  new DataView(bytes.buffer).setBigUint64(TAG.length, BigInt(sizeBytes))
  bytes.set(await merkleRoot(crypto, leaves), TAG.length + 8)
  return hashText<BlobId>(await crypto.sha256(bytes))
}

/** Manifest of bytes that are read piece by piece. `onPiece` is told after each; what `readPiece` throws is passed on. */
export async function makeManifest(
  crypto: Crypto,
  sizeBytes: number,
  readPiece: (start: number, end: number) => Promise<Uint8Array>,
  onPiece: (index: number) => void = () => {},
): Promise<Manifest> {
  if (!isBlobSize(sizeBytes))
    throw new RangeError(`a blob has 1 to ${limits.trackBytes} bytes, not ${String(sizeBytes)}`)
  const count = pieceCount(sizeBytes)
  const leaves = new Uint8Array(count * HASH_BYTES)
  const hashLeaf = leafHasher(crypto)
  for (let index = 0; index < count; index++) {
    const start = index * limits.pieceBytes
    leaves.set(await hashLeaf(await readPiece(start, start + pieceLength(sizeBytes, index))), index * HASH_BYTES)
    onPiece(index)
  }
  return { id: await blobId(crypto, sizeBytes, leaves), sizeBytes, leaves }
}

/** Whether these leaf hashes are the ones behind `id`, for a blob of exactly `sizeBytes`. */
export async function verifyManifest(crypto: Crypto, { id, sizeBytes, leaves }: Manifest): Promise<boolean> {
  if (!isBlobSize(sizeBytes) || leaves.length !== pieceCount(sizeBytes) * HASH_BYTES) return false
  return (await blobId(crypto, sizeBytes, leaves)) === id
}

/** Whether `piece` is piece `index` of the blob: right length, right bytes. */
export async function verifyPiece(
  hashLeaf: HashLeaf,
  { sizeBytes, leaves }: Manifest,
  index: number,
  piece: Uint8Array,
): Promise<boolean> {
  if (!Number.isInteger(index) || index < 0 || index >= pieceCount(sizeBytes)) return false
  if (piece.length !== pieceLength(sizeBytes, index)) return false
  const hash = await hashLeaf(piece)
  return hash.every((byte, i) => byte === leaves[index * HASH_BYTES + i])
}
