import { StorageError } from '../domain/errors.ts'
import type { VerifiedRecord } from '../domain/record.ts'
import type { Gate } from './gate.ts'
import type { ForkProof } from './proof.ts'
import type { RoomDocument } from './room-document.ts'
import type { Seal } from './seal.ts'
import { decodeSyncMessage } from './sync-message.ts'

interface Loaded {
  readonly records: readonly VerifiedRecord[]
  readonly proofs: readonly ForkProof[]
}

/**
 * Takes kept pieces in through the same gate as a peer's: storage may be damaged, or written by a defective version. A piece that does not pass is
 * told and left out. Two tabs append in any order, so pieces that leave a gap are tried again as long as others close gaps.
 */
export async function loadKept(
  kept: readonly Uint8Array[],
  gate: Gate,
  document: RoomDocument,
  seal: Seal,
  onDamage: (problem: StorageError) => void,
): Promise<Loaded> {
  const records: VerifiedRecord[] = []
  const proofs: ForkProof[] = []
  const take = async (piece: Uint8Array): Promise<'done' | 'gap' | 'damaged'> => {
    const message = decodeSyncMessage(piece)
    if (message?.type === 'proof') {
      const [a, b] = [await seal.open(message.a), await seal.open(message.b)]
      if (a === null || b === null) return 'damaged'
      proofs.push({ a, b })
      return 'done'
    }
    if (message?.type !== 'update') return 'damaged'
    const result = await gate.examine(message.update)
    if (result.kind === 'refused') return 'damaged'
    for (const { record } of document.add(result.pieces)) records.push(record)
    proofs.push(...result.forks)
    return result.behind.length > 0 ? 'gap' : 'done'
  }
  let waiting = kept
  for (let before = -1; waiting.length > 0 && records.length > before;) {
    before = records.length
    const gaps: Uint8Array[] = []
    for (const piece of waiting) {
      const outcome = await take(piece)
      if (outcome === 'gap') gaps.push(piece)
      if (outcome === 'damaged') {
        onDamage(
          new StorageError(
            'Part of this room could not be read from this device; the others here will bring it again.',
          ),
        )
      }
    }
    waiting = gaps
  }
  if (waiting.length > 0) {
    onDamage(
      new StorageError('Some messages on this device lack the ones before them; the others here will bring them.'),
    )
  }
  return { records, proofs }
}
