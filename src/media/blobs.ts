import type { BlobId } from '../domain/ids.ts'
import type { BlobRef } from '../domain/record.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'

/** How much of a blob is here. */
export interface BlobProgress {
  readonly heldBytes: number
  readonly sizeBytes: number
  /** Linked peers that hold some of what is missing. */
  readonly holders: number
  readonly complete: boolean
}

/** Verified bytes of a blob, whether here already or still on their way. */
export interface BlobReader {
  readonly ref: BlobRef
  /** Bytes [start, end): waits for missing pieces, which it puts first in the swarm's order. Rejects with AbortError. */
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>
}

/** Blobs by content: the store and the swarm as one place. */
export interface Blobs {
  reader(ref: BlobRef): BlobReader
  progress(ref: BlobRef): BlobProgress
  /** Keeps the swarm on these blobs, first ones first; what is not named is not fetched. */
  want(refs: readonly BlobRef[]): void
  /**
   * Names all blobs that linked peers may be given, or even learn to be here: those of their room. The device may hold others, of
   * private rooms too. Nothing is shared before.
   */
  share(ids: ReadonlySet<BlobId>): void
  onProgress(listener: (ref: BlobRef) => void): Unsubscribe
}
