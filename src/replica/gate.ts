import type { Crypto } from '../domain/crypto.ts'
import type { PeerId, RoomId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { DeriveClient } from './client-id.ts'
import { checkPiece, type PieceCheck, type PieceProblem } from './piece-check.ts'
import type { ForkProof } from './proof.ts'
import { RecordVerifier } from './record-verifier.ts'
import type { CheckedPiece, RoomDocument, Vector } from './room-document.ts'
import type { Seal } from './seal.ts'
import { parseUpdate, type Piece, type UpdateProblem } from './y-update.ts'

export type RefusalReason = UpdateProblem | PieceProblem

/**
 * - `accepted`: everything in it is either good and new (`pieces`), held already, or cannot be used now through no fault of the sender
 * - `refused`: something in it cannot come from an honest peer; nothing of it may be used
 */
export type GateResult =
  | {
      readonly kind: 'accepted'
      readonly pieces: readonly CheckedPiece[]
      /** Places whose record is here already. */
      readonly duplicates: number
      /** Clients of which earlier records are missing here: ask the sender. */
      readonly behind: readonly number[]
      /** Clients of which void records came: the sender lacks the proof. */
      readonly voided: readonly number[]
      readonly forks: readonly ForkProof[]
      /** Clients of which good records are beyond `limits.recordsPerRoom` or `recordsPerAuthor`. */
      readonly overfull: readonly number[]
      /** How far the update goes: the sender has all of these. */
      readonly reach: Vector
    }
  | { readonly kind: 'refused'; readonly why: RefusalReason }

/** Signatures verified at the same time: enough to fill WebCrypto's threads, few enough to stop soon at a bad one. */
const PARALLEL = 32

/** The only way into the document: looks at a whole update before any of it is applied. It changes nothing itself. */
export class Gate {
  readonly verifier: RecordVerifier
  readonly #seal: Seal
  readonly #document: RoomDocument

  constructor(room: RoomId, crypto: Crypto, derive: DeriveClient, seal: Seal, document: RoomDocument) {
    this.verifier = new RecordVerifier(room, crypto, derive)
    this.#seal = seal
    this.#document = document
  }

  async examine(update: Uint8Array): Promise<GateResult> {
    const parsed = parseUpdate(update)
    if (!parsed.ok) return { kind: 'refused', why: parsed.why }
    const sorted = this.#sort(parsed.pieces)
    const checks = await this.#checkAll([...sorted.fresh, ...sorted.differing])
    const bad = checks.find((check) => !check.ok)
    if (bad !== undefined && !bad.ok) return { kind: 'refused', why: bad.why }
    const good = checks.filter((check) => check.ok)
    const { kept, overfull } = this.#withinCaps(good.slice(0, sorted.fresh.length).map((check) => check.checked))
    const forks: ForkProof[] = []
    for (const check of good.slice(sorted.fresh.length)) {
      const proof = await this.#proof(check.checked.piece, check.plain)
      if (proof !== null) forks.push(proof)
    }
    const { duplicates, behind, voided } = sorted
    const reach = new Map(parsed.pieces.map((piece) => [piece.client, piece.clock + 1]))
    return {
      kind: 'accepted',
      pieces: kept,
      duplicates,
      behind: [...behind],
      voided: [...voided],
      forks,
      overfull,
      reach,
    }
  }

  /** Sets apart what is new, what is held, what would leave a gap, what is void, and what differs from a record held at its place. */
  #sort(pieces: readonly Piece[]) {
    const fresh: Piece[] = []
    const differing: Piece[] = []
    const behind = new Set<number>()
    const voided = new Set<number>()
    let duplicates = 0
    const next = new Map<number, number>()
    for (const piece of pieces) {
      const { client, clock, key } = piece
      const due = next.get(client) ?? this.#document.clock(client)
      if (clock >= this.#document.voidFrom(client)) voided.add(client)
      else if (clock > due) behind.add(client)
      else if (clock === due) {
        next.set(client, clock + 1)
        fresh.push(piece)
      } else if (this.#document.recordAt(client, clock)?.hash === key) duplicates++
      else differing.push(piece)
    }
    return { fresh, differing, behind, voided, duplicates }
  }

  async #checkAll(pieces: readonly Piece[]): Promise<PieceCheck[]> {
    const checks: PieceCheck[] = []
    for (let at = 0; at < pieces.length; at += PARALLEL) {
      const chunk = await Promise.all(
        pieces.slice(at, at + PARALLEL).map((piece) => checkPiece(piece, this.verifier, this.#seal)),
      )
      checks.push(...chunk)
      if (chunk.some((check) => !check.ok)) break
    }
    return checks
  }

  #withinCaps(checked: readonly CheckedPiece[]) {
    const kept: CheckedPiece[] = []
    const overfull = new Set<number>()
    const more = new Map<PeerId, number>()
    for (const entry of checked) {
      const { author } = entry.record
      const count = this.#document.countOf(author) + (more.get(author) ?? 0)
      if (count >= limits.recordsPerAuthor || this.#document.stored + kept.length >= limits.recordsPerRoom) {
        overfull.add(entry.piece.client)
        continue
      }
      more.set(author, (more.get(author) ?? 0) + 1)
      kept.push(entry)
    }
    return { kept, overfull: [...overfull] }
  }

  /** Two valid records at one place: the author signed both. */
  async #proof(piece: Piece, plain: Uint8Array): Promise<ForkProof | null> {
    const held = this.#document.piece(piece.client, piece.clock)
    if (held === undefined) return null
    const heldPlain = await this.#seal.open(held.value)
    if (heldPlain === null || held.key === piece.key) return null
    return held.key < piece.key ? { a: heldPlain, b: plain } : { a: plain, b: heldPlain }
  }
}
