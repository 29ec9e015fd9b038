import { mapOfKind } from '../domain/record-schema.ts'
import type { RecordProblem, RecordVerifier } from './record-verifier.ts'
import type { CheckedPiece } from './room-document.ts'
import type { Seal } from './seal.ts'
import type { Piece } from './y-update.ts'

export type PieceProblem = RecordProblem | 'sealed' | 'wrong-map' | 'wrong-place'
export type PieceCheck =
  | { readonly ok: true; readonly checked: CheckedPiece; readonly plain: Uint8Array }
  | { readonly ok: false; readonly why: PieceProblem }

/** Whether a piece holds a good record of this room, in the map and at the place that its signature says. */
export async function checkPiece(
  piece: Piece,
  verifier: RecordVerifier,
  seal: Pick<Seal, 'open'>,
): Promise<PieceCheck> {
  const plain = await seal.open(piece.value)
  if (plain === null) return { ok: false, why: 'sealed' }
  const result = await verifier.check(plain, piece.key)
  if (!result.ok) return result
  const { record } = result
  if (mapOfKind(record.kind) !== piece.map) return { ok: false, why: 'wrong-map' }
  // The place is inside the signature: a peer cannot move a record to another client or clock.
  if (record.yClient !== piece.client || record.yClock !== piece.clock) return { ok: false, why: 'wrong-place' }
  return { ok: true, checked: { piece, record }, plain }
}
