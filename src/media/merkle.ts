import type { Crypto } from '../domain/crypto.ts'

/** Bytes of a SHA-256. */
export const HASH_BYTES = 32

const LEAF = 0x00
const NODE = 0x01

function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0))
  bytes[0] = tag
  let at = 1
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export type HashLeaf = (piece: Uint8Array) => Promise<Uint8Array>

/**
 * Hashes leaves. They and nodes are told apart by a prefix, so that neither can pose as the other (RFC 6962, 2.1). The copy behind the prefix
 * that was made for one serves the next: one for each would leave as much behind as the file is large.
 */
export function leafHasher(crypto: Crypto): HashLeaf {
  /** Null while it is in use. */
  let spare: Uint8Array | null = null
  return async (piece) => {
    const bytes = spare?.length === 1 + piece.length ? spare : new Uint8Array(1 + piece.length)
    spare = null
    bytes[0] = LEAF
    bytes.set(piece, 1)
    const hash = await crypto.sha256(bytes)
    spare = bytes
    return hash
  }
}

/**
 * Root over leaf hashes that stand one after another, 32 bytes each. An odd node at the end of a level moves up
 * unchanged, which gives the tree of RFC 6962, 2.1. Throws RangeError without a leaf.
 */
export async function merkleRoot(crypto: Crypto, leaves: Uint8Array): Promise<Uint8Array> {
  if (leaves.length === 0 || leaves.length % HASH_BYTES !== 0)
    throw new RangeError('leaf hashes are 32 bytes each, at least one')
  let level: Uint8Array[] = []
  for (let at = 0; at < leaves.length; at += HASH_BYTES) level.push(leaves.subarray(at, at + HASH_BYTES))
  while (level.length > 1) {
    const above: Promise<Uint8Array>[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]]
      above.push(right === undefined ? Promise.resolve(left) : crypto.sha256(tagged(NODE, left, right)))
    }
    level = await Promise.all(above)
  }
  return level[0]!
}
