import { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Manifest } from '../media/manifest.ts'
import type { PieceStore, StoredBlob } from '../media/piece-store.ts'

interface Kept {
  readonly manifest: Manifest
  readonly held: Uint8Array
  lastHeardMs: number
  readonly pieces: Map<number, Uint8Array>
}

const HASH_BYTES = 32

/** Pieces in memory: for tests, and for browsers without OPFS, where tracks live as long as the page. */
export class MemoryPieceStore implements PieceStore {
  readonly kind = 'memory'
  readonly #capacityBytes: number
  readonly #blobs = new Map<BlobId, Kept>()
  #pinned: ReadonlySet<BlobId> = new Set()

  constructor({ capacityBytes = 512 * 1024 * 1024 }: { readonly capacityBytes?: number } = {}) {
    this.#capacityBytes = capacityBytes
  }

  async list(): Promise<readonly StoredBlob[]> {
    return [...this.#blobs.values()].map(copy)
  }

  async load(id: BlobId): Promise<StoredBlob | null> {
    const kept = this.#blobs.get(id)
    return kept === undefined ? null : copy(kept)
  }

  async create(manifest: Manifest, lastHeardMs: number): Promise<StoredBlob | null> {
    const kept = this.#blobs.get(manifest.id)
    if (kept !== undefined) return copy(kept)
    if (manifest.sizeBytes > (await this.freeBytes())) return null
    const blob = {
      manifest,
      held: new Uint8Array(manifest.leaves.length / HASH_BYTES),
      lastHeardMs,
      pieces: new Map<number, Uint8Array>(),
    }
    this.#blobs.set(manifest.id, blob)
    return copy(blob)
  }

  async write(id: BlobId, piece: number, bytes: Uint8Array): Promise<void> {
    const kept = this.#blobs.get(id)
    if (kept === undefined) throw new StorageError('The track was removed while it was being stored. Add it again.')
    kept.pieces.set(piece, bytes.slice())
    kept.held[piece] = 1
  }

  async read(id: BlobId, start: number, end: number): Promise<Uint8Array | null> {
    const kept = this.#blobs.get(id)
    if (kept === undefined) return null
    const bytes = new Uint8Array(end - start)
    for (let at = start; at < end;) {
      const index = Math.floor(at / limits.pieceBytes)
      const from = at - index * limits.pieceBytes
      const piece = kept.pieces.get(index)?.subarray(from, from + end - at)
      if (piece === undefined || piece.length === 0) return null
      bytes.set(piece, at - start)
      at += piece.length
    }
    return bytes
  }

  async file(id: BlobId, type: string): Promise<Blob | null> {
    const kept = this.#blobs.get(id)
    if (kept === undefined) return null
    const parts = Array.from(kept.held, (_, piece) => kept.pieces.get(piece) as Uint8Array<ArrayBuffer> | undefined)
    return parts.includes(undefined) ? null : new Blob(parts as Uint8Array<ArrayBuffer>[], { type })
  }

  async touch(id: BlobId, lastHeardMs: number): Promise<void> {
    const kept = this.#blobs.get(id)
    if (kept !== undefined) kept.lastHeardMs = lastHeardMs
  }

  async remove(id: BlobId): Promise<boolean> {
    if (this.#pinned.has(id)) return false
    this.#blobs.delete(id)
    return true
  }

  async pin(ids: readonly BlobId[]): Promise<void> {
    this.#pinned = new Set(ids)
  }

  async freeBytes(): Promise<number> {
    let used = 0
    for (const { manifest } of this.#blobs.values()) used += manifest.sizeBytes
    return this.#capacityBytes - used
  }

  /** Nobody else can see this memory. */
  onOutsideChange(): () => void {
    return () => {}
  }

  async close(): Promise<void> {
    this.#blobs.clear()
  }
}

const copy = ({ manifest, held, lastHeardMs }: Kept): StoredBlob => ({ manifest, held: held.slice(), lastHeardMs })
