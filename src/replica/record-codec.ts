import type { Crypto, Signer } from '../domain/crypto.ts'
import { hashText, isPeerId, isRoomId, type PeerId, type RecordHash, type RoomId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { isBody, isRecordKind, isRecordTime } from '../domain/record-schema.ts'
import type { RecordBodies, RecordKind, VerifiedRecord } from '../domain/record.ts'
import { ascii, concat } from './bytes.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'

const DOMAIN = ascii('earshot-record-1')
const SIGNATURE_BYTES = 64
const FIELDS = 11
/** CBOR's head of a map with that many entries, fewer than 24 (RFC 8949, 3.1). */
const mapHead = (entries: number): number => 0xa0 | entries
const MAP_HEAD_BYTES = 1
const SIGNATURE_ENTRY_BYTES = encodeCbor({ sig: new Uint8Array(SIGNATURE_BYTES) }).length - MAP_HEAD_BYTES

/** What an author says, before it is signed; `seq` follows from `yClock`. */
export interface UnsignedRecord<K extends RecordKind = RecordKind> {
  readonly room: RoomId | ''
  readonly author: PeerId
  readonly session: number
  readonly at: number
  readonly kind: K
  readonly body: RecordBodies[K]
  readonly yClient: number
  readonly yClock: number
}

/** A record's canonical bytes and what they say. The form is checked, the signature is not. */
export interface DecodedRecord {
  readonly record: VerifiedRecord
  readonly signature: Uint8Array
  /** What the signature covers. */
  readonly signed: Uint8Array
}

const withoutSignature = (record: UnsignedRecord) => ({
  v: 1,
  room: record.room,
  author: record.author,
  session: record.session,
  seq: record.yClock,
  at: record.at,
  kind: record.kind,
  body: record.body,
  yClient: record.yClient,
  yClock: record.yClock,
})

const signedBytes = (fields: object): Uint8Array => concat(DOMAIN, encodeCbor(fields))

/** Canonical bytes of a signed record. The caller has checked the body. */
export async function signRecord(record: UnsignedRecord, signer: Signer): Promise<Uint8Array> {
  const fields = withoutSignature(record)
  return encodeCbor({ ...fields, sig: await signer.sign(signedBytes(fields)) })
}

export const hashRecord = async (bytes: Uint8Array, crypto: Pick<Crypto, 'sha256'>): Promise<RecordHash> =>
  hashText<RecordHash>(await crypto.sha256(bytes))

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** Reads a record's bytes. Null unless they are canonical, within limits and well-formed; `hash` must be theirs. */
export function decodeRecord(bytes: Uint8Array, hash: RecordHash): DecodedRecord | null {
  if (bytes.length > limits.recordBytes) return null
  const value = decodeCbor(bytes)
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== FIELDS) return null
  const { v, room, author, session, seq, at, kind, body, yClient, yClock, sig } = value as Record<string, unknown>
  if (v !== 1 || !isPeerId(author) || !isRecordKind(kind) || !isRecordTime(at) || !isBody(kind, body)) return null
  if (room !== '' && !isRoomId(room)) return null
  if (!isCount(session) || session > 0xffff_ffff || !isCount(yClient) || !isCount(yClock) || seq !== yClock) return null
  if (!(sig instanceof Uint8Array) || sig.length !== SIGNATURE_BYTES) return null
  const fields = { room, author, session, at, kind, body, yClient, yClock } as UnsignedRecord
  const record = { hash, ...withoutSignature(fields) } as VerifiedRecord
  return { record, signature: sig, signed: cutSignature(bytes, { v, at, seq }) }
}

/**
 * What `signedBytes` gives for the same record, out of its own bytes: those are canonical, so that the map without its signature differs in its
 * head and in that one entry. Keys stand in order, shorter ones first: three are `before` it, the others behind.
 */
function cutSignature(bytes: Uint8Array, before: object): Uint8Array {
  const from = encodeCbor(before).length
  const rest = bytes.subarray(from + SIGNATURE_ENTRY_BYTES)
  return concat(DOMAIN, Uint8Array.of(mapHead(FIELDS - 1)), bytes.subarray(MAP_HEAD_BYTES, from), rest)
}
