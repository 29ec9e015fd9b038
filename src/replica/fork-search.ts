import { equalBytes } from './bytes.ts'
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

/** One's own piece at the first place where a neighbour's hashes of a client differ; null when there is none. */
export function compareHashes(document: RoomDocument, client: number, hashes: Uint8Array): Piece | null {
  const own = document.hashesOf(client)
  for (let at = 0; at + HASH_BYTES <= Math.min(own.length, hashes.length); at += HASH_BYTES) {
    const same = equalBytes(hashes.subarray(at, at + HASH_BYTES), own.subarray(at, at + HASH_BYTES))
    if (!same) return document.piece(client, at / HASH_BYTES) ?? null
  }
  return null
}
