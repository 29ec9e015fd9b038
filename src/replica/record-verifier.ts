import type { Crypto } from '../domain/crypto.ts'
import type { RecordHash, RoomId } from '../domain/ids.ts'
import type { VerifiedRecord } from '../domain/record.ts'
import type { DeriveClient } from './client-id.ts'
import { decodeRecord, hashRecord } from './record-codec.ts'

export type RecordProblem = 'wrong-hash' | 'record' | 'foreign-room' | 'foreign-client' | 'signature'
export type RecordCheck =
  { readonly ok: true; readonly record: VerifiedRecord } | { readonly ok: false; readonly why: RecordProblem }

/** All the cryptography that judging takes. */
export type VerifierCrypto = Pick<Crypto, 'sha256' | 'verify'>

/** Checks that plain record bytes are what their key says, belong to this room and were signed by their author. */
export class RecordVerifier {
  readonly #room: RoomId
  readonly #crypto: VerifierCrypto
  readonly #derive: DeriveClient

  constructor(room: RoomId, crypto: VerifierCrypto, derive: DeriveClient) {
    this.#room = room
    this.#crypto = crypto
    this.#derive = derive
  }

  /** Cheap checks first: the signature is verified only when all else holds. */
  async check(bytes: Uint8Array, hash: RecordHash): Promise<RecordCheck> {
    if ((await hashRecord(bytes, this.#crypto)) !== hash) return { ok: false, why: 'wrong-hash' }
    const decoded = decodeRecord(bytes, hash)
    if (decoded === null) return { ok: false, why: 'record' }
    const { record, signature, signed } = decoded
    if (!this.#belongsHere(record)) return { ok: false, why: 'foreign-room' }
    if ((await this.#derive(record.room, record.author, record.session)) !== record.yClient) {
      return { ok: false, why: 'foreign-client' }
    }
    if (!(await this.#crypto.verify(record.author, signed, signature))) return { ok: false, why: 'signature' }
    return { ok: true, record }
  }

  /** As `check`, for bytes that come without their key. */
  async checkBytes(bytes: Uint8Array): Promise<RecordCheck> {
    return this.check(bytes, await hashRecord(bytes, this.#crypto))
  }

  /** The genesis record names no room: its hash *is* the room, so there is exactly one. */
  #belongsHere(record: VerifiedRecord): boolean {
    if (record.kind !== 'genesis') return record.room === this.#room
    return record.room === '' && record.yClock === 0 && (record.hash as string) === this.#room
  }
}
