import { decode, encode } from 'cborg'
import { equalBytes } from './bytes.ts'

/**
 * Deterministic CBOR (RFC 8949, 4.2.1): one value, one encoding. Keys are text here, as an object's are: cborg's own order, shorter ones first, is
 * that of their encodings then, which begin with the length. Its sorter for keys of any kind encodes each by itself, in twice the time of all else.
 */
export const encodeCbor = (value: unknown): Uint8Array => encode(value)

/**
 * Reads deterministic CBOR: no tags, no indefinite lengths, no `undefined`, no NaN or Infinity, no integers beyond 2^53, no repeated keys, no
 * second way to write a value. Null for everything else. The caller has checked the size.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    })
    return equalBytes(encodeCbor(value), bytes) ? value : null
  } catch {
    return null // cborg tells malformed input by throwing (also a RangeError, when arrays are nested without end): a peer's fault, not ours
  }
}
