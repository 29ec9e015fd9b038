import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { equalBytes } from './bytes.ts'

/** Deterministic CBOR (RFC 8949, 4.2.1): one value, one encoding. */
export const encodeCbor = (value: unknown): Uint8Array => encode(value, rfc8949EncodeOptions)

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
