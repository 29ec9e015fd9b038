import * as Y from 'yjs'
import type { Crypto } from '../domain/crypto.ts'
import { hashBytes, hashText, type PeerId, type RecordHash } from '../domain/ids.ts'
import { mapOfKind } from '../domain/record-schema.ts'
import type { VerifiedRecord } from '../domain/record.ts'
import { ByteLog, concatAll, uint64 } from './bytes.ts'
import type { ForkProof, VerifiedFork } from './proof.ts'
import { encodeUpdate, type Piece } from './y-update.ts'

/** A piece whose record was verified. */
export interface CheckedPiece {
  readonly piece: Piece
  readonly record: VerifiedRecord
}

/** One author's session: its records in the order of their clocks. */
interface ClientLog {
  readonly records: VerifiedRecord[]
  /** Their hashes, 32 bytes each. */
  readonly hashes: ByteLog
  /** SHA-256 over the first `counted` hashes; kept until more come. */
  digest: { readonly counted: number; readonly bytes: Uint8Array } | null
}

interface Fork {
  readonly proof: ForkProof
  /** Records from this clock on count no more. */
  readonly clock: number
}

/** Yjs client to number of records: what a replica has, or lacks from there on. */
export type Vector = ReadonlyMap<number, number>

export function sameVector(a: Vector, b: Vector): boolean {
  const within = (x: Vector, y: Vector) => [...x].every(([client, count]) => (y.get(client) ?? 0) === count)
  return within(a, b) && within(b, a)
}

/** The room's Yjs document and what is known of the records in it. Everything that comes in was verified before. */
export class RoomDocument {
  readonly doc = new Y.Doc({ gc: false })
  readonly #crypto: Crypto
  readonly #records = new Map<RecordHash, VerifiedRecord>()
  readonly #clients = new Map<number, ClientLog>()
  readonly #forks = new Map<number, Fork>()
  readonly #perAuthor = new Map<PeerId, number>()
  readonly #checksum = new Uint8Array(32)
  #stored = 0
  #bytes = 0

  constructor(crypto: Crypto) {
    this.#crypto = crypto
  }

  /** Records that count: all but the voided. */
  get records(): ReadonlyMap<RecordHash, VerifiedRecord> {
    return this.#records
  }

  /** Records in the document, voided ones too. */
  get stored(): number {
    return this.#stored
  }

  /** Bytes of all record values. */
  get bytes(): number {
    return this.#bytes
  }

  get forks(): readonly ForkProof[] {
    return [...this.#forks.values()].map((fork) => fork.proof)
  }

  /** Records of a client in the document, voided ones too: the next one has this clock. */
  clock(client: number): number {
    return this.#clients.get(client)?.records.length ?? 0
  }

  recordAt(client: number, clock: number): VerifiedRecord | undefined {
    return this.#clients.get(client)?.records[clock]
  }

  /** Clock from which a client's records are void; Infinity for nearly everyone. */
  voidFrom(client: number): number {
    return this.#forks.get(client)?.clock ?? Infinity
  }

  proofAgainst(client: number): ForkProof | undefined {
    return this.#forks.get(client)?.proof
  }

  countOf(author: PeerId): number {
    return this.#perAuthor.get(author) ?? 0
  }

  /** What counts: a forked client ends where it is void, so that replicas that hold different remainders agree. */
  vector(): Map<number, number> {
    const vector = new Map<number, number>()
    for (const client of this.#clients.keys()) vector.set(client, this.counted(client))
    return vector
  }

  /** Records of a client that count. */
  counted(client: number): number {
    return Math.min(this.clock(client), this.voidFrom(client))
  }

  /** Stored bytes of one place, or undefined. */
  piece(client: number, clock: number): Piece | undefined {
    const record = this.recordAt(client, clock)
    const item = this.doc.store.clients.get(client)?.[clock]
    if (record === undefined || !(item instanceof Y.Item) || !(item.content instanceof Y.ContentBinary))
      return undefined
    return { client, clock, map: mapOfKind(record.kind), key: record.hash, value: item.content.content }
  }

  /** The counting records of one client from a clock on. */
  *piecesFrom(client: number, from: number): Generator<Piece> {
    for (let clock = from; clock < this.counted(client); clock++) {
      const piece = this.piece(client, clock)
      if (piece !== undefined) yield piece
    }
  }

  /** Everything, voided records too. */
  *allPieces(): Generator<Piece> {
    for (const client of this.#clients.keys()) {
      for (let clock = 0; clock < this.clock(client); clock++) {
        const piece = this.piece(client, clock)
        if (piece !== undefined) yield piece
      }
    }
  }

  /** Takes in pieces that are next in their client's order; others (a race with another source) are left out. Returns what is new. */
  add(checked: readonly CheckedPiece[]): readonly CheckedPiece[] {
    const added: CheckedPiece[] = []
    for (const entry of checked) {
      const { client, clock, value } = entry.piece
      if (clock !== this.clock(client)) continue
      const log = this.#clients.get(client) ?? { records: [], hashes: new ByteLog(), digest: null }
      this.#clients.set(client, log)
      log.records.push(entry.record)
      log.hashes.append(hashBytes(entry.record.hash))
      if (clock < this.voidFrom(client)) {
        this.#records.set(entry.record.hash, entry.record)
        this.#mix(entry.record.hash)
      }
      this.#count(entry.record.author, 1)
      this.#stored++
      this.#bytes += value.length
      added.push(entry)
    }
    if (added.length > 0) Y.applyUpdate(this.doc, encodeUpdate(added.map((entry) => entry.piece)))
    return added
  }

  /** Voids a client from the fork on. Returns null when that was known, else the hashes that count no more. */
  addFork({ proof, first }: VerifiedFork): readonly RecordHash[] | null {
    const { yClient, yClock, author } = first
    const before = this.voidFrom(yClient)
    if (before <= yClock) return null
    // A proof holds two records: it counts against the author's share.
    if (before === Infinity) this.#count(author, 2)
    this.#forks.set(yClient, { proof, clock: yClock })
    const log = this.#clients.get(yClient)
    if (log !== undefined) log.digest = null
    const voided = (log?.records ?? []).slice(yClock).map((record) => record.hash)
    const counted = voided.filter((hash) => this.#records.delete(hash))
    for (const hash of counted) this.#mix(hash)
    return counted
  }

  /**
   * All hashes that count, one over the other (XOR), base64url: equal when the same records count. It costs next to nothing for each record, and
   * somebody could make records that sum up to others': for people to compare, never for peers.
   */
  get checksum(): string {
    return hashText(this.#checksum)
  }

  /** Hashes of a client's counting records in their order, 32 bytes each; valid until the next change. */
  hashesOf(client: number): Uint8Array {
    return this.#clients.get(client)?.hashes.head(32 * this.counted(client)) ?? new Uint8Array(0)
  }

  /** SHA-256 over the counting records' hashes of one client, in their order. */
  async clientDigest(client: number): Promise<Uint8Array> {
    const known = this.#knownDigest(client)
    if (known !== null) return known
    const counted = this.counted(client)
    const log = this.#clients.get(client)
    const bytes = await this.#crypto.sha256(this.hashesOf(client))
    if (log !== undefined && this.counted(client) === counted) log.digest = { counted, bytes }
    return bytes
  }

  /** SHA-256 over clients in ascending order with count and digest each, then over forks: equal exactly when the same records count. base64url. */
  async digest(): Promise<string> {
    const parts: Uint8Array[] = []
    const vector = [...this.vector()].filter(([, count]) => count > 0).sort(([a], [b]) => a - b)
    for (const [client, count] of vector)
      parts.push(uint64(client), uint64(count), this.#knownDigest(client) ?? (await this.clientDigest(client)))
    const forks = [...this.#forks].sort(([a], [b]) => a - b)
    for (const [client, { clock }] of forks) parts.push(uint64(client), uint64(clock))
    return hashText(await this.#crypto.sha256(concatAll(parts)))
  }

  /** Clocks from which clients are void. */
  voids(): Map<number, number> {
    return new Map([...this.#forks].map(([client, { clock }]) => [client, clock]))
  }

  #knownDigest(client: number): Uint8Array | null {
    const digest = this.#clients.get(client)?.digest
    return digest?.counted === this.counted(client) ? digest.bytes : null
  }

  #count(author: PeerId, records: number): void {
    this.#perAuthor.set(author, this.countOf(author) + records)
  }

  /** Adds a hash to the sum, or takes it out. */
  #mix(hash: RecordHash): void {
    const bytes = hashBytes(hash)
    this.#checksum.forEach((byte, at) => (this.#checksum[at] = byte ^ (bytes[at] ?? 0)))
  }
}
