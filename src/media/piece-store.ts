import type { BlobId } from '../domain/ids.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { Manifest } from './manifest.ts'

/** A blob as a store keeps it. */
export interface StoredBlob {
  readonly manifest: Manifest
  /** One byte per piece, 1 when it is here. */
  readonly held: Uint8Array
  /** Unix ms at which it was last heard, or came. */
  readonly lastHeardMs: number
}

/** Told when another tab of this origin changed the store: a piece came, or the whole blob went. */
export type OutsideChange =
  { readonly id: BlobId; readonly piece: number } | { readonly id: BlobId; readonly removed: true }

/**
 * Pieces on this device. It trusts what it is given: `Shelf` verifies before it writes. Failures of the disk reject with a
 * StorageError that says what to do; several tabs may use one store at a time.
 */
export interface PieceStore {
  /** `memory`: nothing outlives the page. */
  readonly kind: 'opfs' | 'memory'
  list(): Promise<readonly StoredBlob[]>
  /** Null when it is not kept here. */
  load(id: BlobId): Promise<StoredBlob | null>
  /** Takes the room that a blob needs; when it is kept already, that is what comes back. Null when the disk is full. */
  create(manifest: Manifest, lastHeardMs: number): Promise<StoredBlob | null>
  /** Writes a piece, then says that it is here, in this order, so that a crash can only lose it. */
  write(id: BlobId, piece: number, bytes: Uint8Array): Promise<void>
  /** Bytes [start, end) of the blob; the caller knows that their pieces are here. Null when the blob has gone. */
  read(id: BlobId, start: number, end: number): Promise<Uint8Array | null>
  /**
   * The whole blob for a media element, which reads it by itself; the caller knows that all of it is here. Null when it has gone. Any
   * change to what the store keeps of the blob may make it unreadable: then ask again.
   */
  file(id: BlobId, type: string): Promise<Blob | null>
  touch(id: BlobId, lastHeardMs: number): Promise<void>
  /** False when another tab is using it. */
  remove(id: BlobId): Promise<boolean>
  /** Marks what this tab plays, plays next or imports, so that no tab evicts it. Replaces the former set. */
  pin(ids: readonly BlobId[]): Promise<void>
  /** Bytes that may still be taken, as far as is known: browsers keep their true quota to themselves. */
  freeBytes(): Promise<number>
  onOutsideChange(listener: (change: OutsideChange) => void): Unsubscribe
  close(): Promise<void>
}
