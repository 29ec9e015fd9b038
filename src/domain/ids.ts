/**
 * Names that cannot be mixed up. All are plain strings at run time; the brand lives in the type checker only.
 */
import { base58, base64urlnopad } from '@scure/base'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** libp2p PeerId of an Ed25519 key, base58btc ("12D3KooW…", 52 characters): the only name of a person that the system trusts. */
export type PeerId = Branded<'PeerId'>
/** base64url SHA-256 of the room's genesis record (43 characters), so that a link certifies its founder. */
export type RoomId = Branded<'RoomId'>
/** base64url of 32 random bytes, in the fragment of a private room's link. It never leaves the members' devices. */
export type RoomSecret = Branded<'RoomSecret'>
/** base64url SHA-256 of a signed record (43 characters); the record's key in the room document. */
export type RecordHash = Branded<'RecordHash'>
/** Hash of the `entry` record that put a track into the queue. */
export type EntryId = RecordHash
/** base64url Merkle root of a blob (43 characters): a track *is* its bytes. Covers have one too. */
export type BlobId = Branded<'BlobId'>

/** Multihash header of an Ed25519 key in a libp2p PeerId: identity hash, 36 bytes, protobuf {type: Ed25519, 32 bytes}. */
const PEER_ID_HEADER = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
const KEY_BYTES = 32

/** The PeerId of a raw 32-byte Ed25519 public key (libp2p peer-ids specification). */
export function peerIdFromKey(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== KEY_BYTES) throw new RangeError('an Ed25519 public key has 32 bytes')
  const bytes = new Uint8Array(PEER_ID_HEADER.length + KEY_BYTES)
  bytes.set(PEER_ID_HEADER)
  bytes.set(publicKey, PEER_ID_HEADER.length)
  return base58.encode(bytes) as PeerId
}

/** The raw public key inside a PeerId; null when the text is no Ed25519 PeerId. */
export function keyFromPeerId(peer: string): Uint8Array | null {
  // 38 bytes in base58 are 52 characters; refuse anything else before decoding, which is quadratic in the length.
  if (peer.length !== 52) return null
  try {
    const bytes = base58.decode(peer)
    if (bytes.length !== PEER_ID_HEADER.length + KEY_BYTES) return null
    if (PEER_ID_HEADER.some((byte, i) => bytes[i] !== byte)) return null
    return bytes.slice(PEER_ID_HEADER.length)
  } catch {
    return null // not base58: not a PeerId
  }
}

export const isPeerId = (text: unknown): text is PeerId => typeof text === 'string' && keyFromPeerId(text) !== null

const HASH_PATTERN = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** True for canonical base64url of exactly 32 bytes: the form of room ids, secrets, record hashes and blob ids. */
export const isHash = (text: unknown): text is string => typeof text === 'string' && HASH_PATTERN.test(text)

export const isRoomId = (text: unknown): text is RoomId => isHash(text)
export const isRecordHash = (text: unknown): text is RecordHash => isHash(text)
export const isBlobId = (text: unknown): text is BlobId => isHash(text)

/** base64url of 32 bytes. */
export const hashText = <T extends RoomId | RoomSecret | RecordHash | BlobId>(bytes: Uint8Array): T =>
  base64urlnopad.encode(bytes) as T
/** The 32 bytes behind a hash; the text must satisfy `isHash`. */
export const hashBytes = (text: RoomId | RoomSecret | RecordHash | BlobId): Uint8Array => base64urlnopad.decode(text)
