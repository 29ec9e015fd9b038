import { decodeFirst, encode } from 'cborg'
import { hashBytes, hashText, type BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { packBits, unpackBits } from './bitfield.ts'
import { isBlobSize, pieceCount, type Manifest } from './manifest.ts'
import { HASH_BYTES } from './merkle.ts'

/** What two peers say on a link's `media` channel (docs/PROTOCOL.md). */
export type MediaMessage =
  /** The blobs that the sender is after, all of them; replaces what it said before. */
  | { readonly kind: 'want'; readonly ids: readonly BlobId[] }
  /** The pieces of a blob that the sender holds, one byte each. */
  | { readonly kind: 'have'; readonly id: BlobId; readonly sizeBytes: number; readonly held: Uint8Array }
  | { readonly kind: 'ask-manifest'; readonly id: BlobId }
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'ask' | 'cancel' | 'refuse'; readonly id: BlobId; readonly piece: number }
  | { readonly kind: 'piece'; readonly id: BlobId; readonly piece: number; readonly bytes: Uint8Array }

const LAST_PIECE = pieceCount(limits.trackBytes) - 1

function header(message: MediaMessage): unknown[] {
  switch (message.kind) {
    case 'want':
      return ['want', message.ids.map(hashBytes)]
    case 'have':
      return ['have', hashBytes(message.id), message.sizeBytes, packBits(message.held)]
    case 'ask-manifest':
      return ['ask-manifest', hashBytes(message.id)]
    case 'manifest':
      return ['manifest', hashBytes(message.manifest.id), message.manifest.sizeBytes, message.manifest.leaves]
    default:
      return [message.kind, hashBytes(message.id), message.piece]
  }
}

/** One message: a CBOR header, and behind a `piece` header its bytes as they are. */
export function encodeMessage(message: MediaMessage): Uint8Array {
  const head = encode(header(message))
  if (message.kind !== 'piece') return head
  const bytes = new Uint8Array(head.length + message.bytes.length)
  bytes.set(head)
  bytes.set(message.bytes, head.length)
  return bytes
}

const strict = { strict: true, allowIndefinite: false, allowUndefined: false, allowNaN: false, allowInfinity: false }

/** Reads one message. Null when it is not exactly of a known form and within limits. */
export function decodeMessage(bytes: Uint8Array): MediaMessage | null {
  let fields: unknown
  let rest: Uint8Array
  try {
    ;[fields, rest] = decodeFirst(bytes, strict) as [unknown, Uint8Array]
  } catch {
    return null // not CBOR: not a message
  }
  if (!Array.isArray(fields)) return null
  const [kind, first, second, third] = fields as unknown[]
  if (rest.length > 0 && kind !== 'piece') return null
  if (kind === 'want') return fields.length === 2 ? readWant(first) : null
  const id = readId(first)
  if (id === null) return null
  switch (kind) {
    case 'have':
      return fields.length === 4 ? readHave(id, second, third) : null
    case 'ask-manifest':
      return fields.length === 2 ? { kind, id } : null
    case 'manifest':
      return fields.length === 4 ? readManifest(id, second, third) : null
    case 'ask':
    case 'cancel':
    case 'refuse':
      return fields.length === 3 && isPiece(second) ? { kind, id, piece: second } : null
    case 'piece':
      if (fields.length !== 3 || !isPiece(second) || rest.length === 0 || rest.length > limits.pieceBytes) return null
      return { kind, id, piece: second, bytes: rest }
    default:
      return null
  }
}

const readId = (value: unknown): BlobId | null =>
  value instanceof Uint8Array && value.length === HASH_BYTES ? hashText<BlobId>(value) : null

const isPiece = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_PIECE

function readWant(list: unknown): MediaMessage | null {
  if (!Array.isArray(list) || list.length > limits.mediaWants) return null
  const ids = list.map(readId)
  return ids.every((id) => id !== null) ? { kind: 'want', ids } : null
}

function readHave(id: BlobId, sizeBytes: unknown, bits: unknown): MediaMessage | null {
  if (!isBlobSize(sizeBytes) || !(bits instanceof Uint8Array)) return null
  const held = unpackBits(bits, pieceCount(sizeBytes))
  return held === null ? null : { kind: 'have', id, sizeBytes, held }
}

function readManifest(id: BlobId, sizeBytes: unknown, leaves: unknown): MediaMessage | null {
  if (!isBlobSize(sizeBytes) || !(leaves instanceof Uint8Array)) return null
  if (leaves.length !== pieceCount(sizeBytes) * HASH_BYTES) return null
  // A copy: the leaves outlive the message they came in.
  return { kind: 'manifest', manifest: { id, sizeBytes, leaves: leaves.slice() } }
}
