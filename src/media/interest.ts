import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { BlobRef } from '../domain/record.ts'

interface Waiting {
  readonly ref: BlobRef
  /** Who waits, by piece. */
  readonly pieces: Map<number, Set<Wake>>
}

/** Tells a waiting reader that its piece is here, or why it will not come. */
type Wake = (error?: Error) => void

/** What this peer is after, in order: blobs that a reader waits for, then the wanted ones. */
export class Interest {
  #wants: readonly BlobRef[] = []
  readonly #waiting = new Map<BlobId, Waiting>()
  readonly #cursors = new Map<BlobId, number>()

  set wants(refs: readonly BlobRef[]) {
    this.#wants = refs.slice(0, limits.mediaWants / 2)
    const named = new Set(this.#wants.map((ref) => ref.id))
    for (const id of this.#cursors.keys()) if (!named.has(id) && !this.#waiting.has(id)) this.#cursors.delete(id)
  }

  get wants(): readonly BlobRef[] {
    return this.#wants
  }

  /** First ones first, each once. */
  get refs(): readonly BlobRef[] {
    const rank = new Map(this.#wants.map((ref, i) => [ref.id, i]))
    const waiting = [...this.#waiting.values()]
      .map(({ ref }) => ref)
      .sort((a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || 0)
      .slice(0, limits.mediaWants / 2)
    return [...new Map([...waiting, ...this.#wants].map((ref) => [ref.id, ref])).values()]
  }

  has(id: BlobId): boolean {
    return this.#waiting.has(id) || this.#wants.some((ref) => ref.id === id)
  }

  get(id: BlobId): BlobRef | undefined {
    return this.#waiting.get(id)?.ref ?? this.#wants.find((ref) => ref.id === id)
  }

  /** The piece at which the blob is being read. Who enters a file in its middle waits for its headers too: what follows those is not next. */
  cursor(id: BlobId): number {
    return Math.max(this.#cursors.get(id) ?? 0, ...this.urgent(id))
  }

  /** Pieces that a reader waits for, in order. */
  urgent(id: BlobId): readonly number[] {
    return [...(this.#waiting.get(id)?.pieces.keys() ?? [])].sort((a, b) => a - b)
  }

  /** Calls `wake` when the piece has come (`wake` below) or cannot come (`fail`); the result takes it back. */
  wait(ref: BlobRef, piece: number, wake: Wake): () => void {
    const waiting = this.#waiting.get(ref.id) ?? { ref, pieces: new Map<number, Set<Wake>>() }
    this.#waiting.set(ref.id, waiting)
    const wakes = waiting.pieces.get(piece) ?? new Set<Wake>()
    waiting.pieces.set(piece, wakes.add(wake))
    this.#cursors.set(ref.id, piece)
    return () => {
      wakes.delete(wake)
      if (wakes.size > 0) return
      waiting.pieces.delete(piece)
      if (waiting.pieces.size === 0) this.#waiting.delete(ref.id)
    }
  }

  /** Moves the cursor of a blob that is read without waiting. */
  moveCursor(id: BlobId, piece: number): void {
    if (this.has(id)) this.#cursors.set(id, piece)
  }

  /** Wakes those who waited for pieces that are here now. */
  wake(id: BlobId, isHere: (piece: number) => boolean): void {
    for (const [piece, wakes] of [...(this.#waiting.get(id)?.pieces ?? [])]) {
      if (isHere(piece)) for (const wake of [...wakes]) wake()
    }
  }

  /** Tells everyone who waits for the blob that it cannot come. */
  fail(id: BlobId, error: Error): void {
    for (const wakes of [...(this.#waiting.get(id)?.pieces.values() ?? [])]) for (const wake of [...wakes]) wake(error)
  }
}
