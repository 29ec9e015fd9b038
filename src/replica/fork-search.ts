import { hashBytes } from '../domain/ids.ts'
import { concat, equalBytes } from './bytes.ts'
import type { RoomDocument, Vector } from './room-document.ts'
import { HEADS, type Head } from './sync-message.ts'
import type { Piece } from './y-update.ts'

const HASH_BYTES = 32

/** Digest of every client, for two replicas that have the same vector and yet differ. */
export async function headsOf(document: RoomDocument): Promise<{ heads: Head[]; voids: Vector }> {
  const heads: Head[] = []
  for (const [client, count] of document.vector()) {
    if (heads.length < HEADS) heads.push([client, count, await document.clientDigest(client)])
  }
  return { heads, voids: document.voids() }
}

/** Hashes of a client's counting records in their order. */
export function hashesOf(document: RoomDocument, client: number): Uint8Array {
  const pieces = [...document.piecesFrom(client, 0)]
  return concat(...pieces.map((piece) => hashBytes(piece.key)))
}

/** One's own piece at the first place where a neighbour's hashes of a client differ; null when there is none. */
export function compareHashes(document: RoomDocument, client: number, hashes: Uint8Array): Piece | null {
  for (const piece of document.piecesFrom(client, 0)) {
    const at = piece.clock * HASH_BYTES
    if (at + HASH_BYTES > hashes.length) return null
    if (!equalBytes(hashes.subarray(at, at + HASH_BYTES), hashBytes(piece.key))) return piece
  }
  return null
}
