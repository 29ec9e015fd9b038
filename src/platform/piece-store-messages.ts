import type { BlobId } from '../domain/ids.ts'
import type { Manifest } from '../media/manifest.ts'
import type { OutsideChange, StoredBlob } from '../media/piece-store.ts'

/** What the page asks of the worker that owns the files; results by method. */
export interface WorkerMethods {
  list(): readonly StoredBlob[]
  load(id: BlobId): StoredBlob | null
  create(manifest: Manifest, lastHeardMs: number): StoredBlob | null
  write(id: BlobId, piece: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
  read(id: BlobId, start: number, end: number): Uint8Array | null
  file(id: BlobId, type: string): Blob | null
  touch(id: BlobId, lastHeardMs: number): void
  remove(id: BlobId): boolean
  pin(ids: readonly BlobId[]): void
  freeBytes(): number
  close(): void
}
export type WorkerMethod = keyof WorkerMethods

export interface WorkerCall {
  readonly call: number
  readonly method: WorkerMethod
  readonly args: readonly unknown[]
}

export type WorkerReply =
  | { readonly call: number; readonly result: unknown }
  /** `message` is for a person when `expected`; otherwise it is a defect. */
  | { readonly call: number; readonly error: string; readonly expected: boolean }
  | { readonly outside: OutsideChange }
