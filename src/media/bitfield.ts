/** Bits of a byte-per-piece map, first piece in the highest bit of the first byte (as in BitTorrent, BEP 3). */
export function packBits(held: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(held.length / 8))
  held.forEach((one, i) => {
    if (one !== 0) bits[i >> 3]! |= 0x80 >> (i & 7)
  })
  return bits
}

/** One byte per piece, 0 or 1. Null when the bits are not for exactly `count` pieces, or spare bits are set. */
export function unpackBits(bits: Uint8Array, count: number): Uint8Array | null {
  if (bits.length !== Math.ceil(count / 8)) return null
  const held = new Uint8Array(count)
  for (let i = 0; i < bits.length * 8; i++) {
    const one = (bits[i >> 3]! >> (7 - (i & 7))) & 1
    if (i < count) held[i] = one
    else if (one !== 0) return null
  }
  return held
}
