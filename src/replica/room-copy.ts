import type { RecordHash, RoomId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { mapOfKind } from '../domain/record-schema.ts'
import { hashRecord, decodeRecord } from './record-codec.ts'
import type { Crypto } from '../domain/crypto.ts'
import type { RoomDocument, Vector } from './room-document.ts'
import type { Seal } from './seal.ts'
import { batchPieces, encodeUpdate, parseUpdate, type Piece } from './y-update.ts'

/** Part of what somebody lacks, and how far they have it afterwards. */
export interface CopyPart {
  readonly update: Uint8Array
  readonly reach: Vector
}

/** One replica's records for somewhere else that keeps a copy of them: what to send there, and how to take in what comes from there. */
export class RoomCopy {
  readonly #document: RoomDocument
  readonly #seal: Seal
  readonly #crypto: Pick<Crypto, 'sha256'>
  readonly #takeIn: (update: Uint8Array) => Promise<boolean>

  /** `takeIn` judges an update and uses it whole or not at all. */
  constructor(
    document: RoomDocument,
    seal: Seal,
    crypto: Pick<Crypto, 'sha256'>,
    takeIn: (update: Uint8Array) => Promise<boolean>,
  ) {
    this.#document = document
    this.#seal = seal
    this.#crypto = crypto
    this.#takeIn = takeIn
  }

  /** What to ask of a copy that has `theirs`, and two records at some place of each of `forked`: clients, and from which clocks on. */
  wanted(theirs: Vector, forked: readonly number[]): Vector {
    const wanted = new Map<number, number>()
    for (const [client, count] of theirs) {
      const held = this.#document.clock(client)
      if (held < Math.min(count, this.#document.voidFrom(client))) wanted.set(client, held)
    }
    for (const client of forked) if (this.#document.voidFrom(client) === Infinity) wanted.set(client, 0)
    return wanted
  }

  /** What a copy that has `theirs` lacks, of all clients or some. */
  *lacking(theirs: Vector, clients: Iterable<number> = this.#document.vector().keys()): Generator<CopyPart> {
    const document = this.#document
    function* pieces(): Generator<Piece> {
      for (const client of clients) yield* document.piecesFrom(client, theirs.get(client) ?? 0)
    }
    for (const batch of batchPieces(pieces(), limits.serveUpdateBytes)) {
      const reach = new Map(batch.map(({ client, clock }) => [client, clock + 1]))
      yield { update: encodeUpdate(batch), reach }
    }
  }

  /** The room's first record as it is kept; null before it has come. */
  genesis(room: RoomId): Uint8Array | null {
    const record = this.#document.records.get(room as string as RecordHash)
    return record === undefined ? null : (this.#document.piece(record.yClient, record.yClock)?.value ?? null)
  }

  /** Both records of each author who was proven to have signed two for one place, each as an update of its own. */
  async proofs(): Promise<readonly Uint8Array[]> {
    const records = this.#document.forks.flatMap(({ a, b }) => [a, b])
    const updates = await Promise.all(records.map((plain) => this.#update(plain)))
    return updates.filter((update) => update !== null)
  }

  /**
   * Takes in an update of a copy, good records without the bad ones among them: whoever keeps a private room cannot tell them apart.
   * Resolves with the number of records that were no good.
   */
  async take(update: Uint8Array): Promise<number> {
    if (await this.#takeIn(update)) return 0
    const parsed = parseUpdate(update)
    if (!parsed.ok || parsed.pieces.length < 2) return 1
    const half = Math.ceil(parsed.pieces.length / 2)
    const front = await this.take(encodeUpdate(parsed.pieces.slice(0, half)))
    return front + (await this.take(encodeUpdate(parsed.pieces.slice(half))))
  }

  async #update(plain: Uint8Array): Promise<Uint8Array | null> {
    const key = await hashRecord(plain, this.#crypto)
    const record = decodeRecord(plain, key)?.record
    if (record === undefined) return null
    const value = await this.#seal.seal(plain)
    return encodeUpdate([{ client: record.yClient, clock: record.yClock, map: mapOfKind(record.kind), key, value }])
  }
}
