import { limits } from '../domain/limits.ts'
import type { ForkProof } from './proof.ts'
import type { RoomDocument } from './room-document.ts'
import type { Seal } from './seal.ts'
import type { ReplicaStore } from './store.ts'
import { encodeSyncMessage } from './sync-message.ts'
import { batchPieces, encodeUpdate, type Piece } from './y-update.ts'

/** Pieces in the store before they are merged; grows with the room, so that merging costs a bounded share of what was written. */
const piecesBeforeMerge = (records: number): number => Math.max(64, records / 100)

/** Keeps a room in its store, one operation at a time. A kept piece is a sync message, `update` or `proof`; values stay sealed in private rooms. */
export class Keeper {
  readonly #store: ReplicaStore
  readonly #document: RoomDocument
  readonly #seal: Seal
  #pieces = 0
  #tail: Promise<void> = Promise.resolve()

  constructor(store: ReplicaStore, document: RoomDocument, seal: Seal) {
    this.#store = store
    this.#document = document
    this.#seal = seal
  }

  async load(): Promise<readonly Uint8Array[]> {
    const pieces = await this.#store.load()
    this.#pieces = pieces.length
    return pieces
  }

  /** Resolves when the records are safe. @throws StorageError */
  keep(pieces: readonly Piece[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const batch of batchPieces(pieces, limits.updateBytes / 2)) await this.#append(updatePiece(batch))
    })
  }

  /** @throws StorageError */
  keepProof(proof: ForkProof): Promise<void> {
    return this.#inTurn(async () => this.#append(await this.#proofPiece(proof)))
  }

  /** Merges the store's pieces when they have become many. @throws StorageError */
  tidy(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#pieces <= piecesBeforeMerge(this.#document.stored)) return
      const batches = batchPieces(this.#document.allPieces(), limits.updateBytes / 2)
      const merged = [...batches].map((batch) => updatePiece(batch))
      for (const proof of this.#document.forks) merged.push(await this.#proofPiece(proof))
      await this.#store.replaceAll(merged)
      this.#pieces = merged.length
    })
  }

  /** Resolves when nothing is under way; failures were told to those who asked. */
  settled(): Promise<void> {
    return this.#tail
  }

  async #append(piece: Uint8Array): Promise<void> {
    await this.#store.append(piece)
    this.#pieces++
  }

  async #proofPiece({ a, b }: ForkProof): Promise<Uint8Array> {
    return encodeSyncMessage({ type: 'proof', a: await this.#seal.seal(a), b: await this.#seal.seal(b) })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work)
    // The next one runs also after a failure, which `done` tells its own caller.
    this.#tail = done.catch(() => undefined)
    return done
  }
}

const updatePiece = (pieces: readonly Piece[]): Uint8Array =>
  encodeSyncMessage({ type: 'update', update: encodeUpdate(pieces), as: 'part' })
