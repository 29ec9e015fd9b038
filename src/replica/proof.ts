import { limits } from '../domain/limits.ts'
import type { VerifiedRecord } from '../domain/record.ts'
import type { RecordVerifier } from './record-verifier.ts'

/**
 * Two records that one author signed for one place (yClient, yClock), plain canonical bytes, lower hash first. Nobody else can make one, so a
 * proof never harms an honest author: it says that this session cannot be replicated from that clock on, and all replicas void the same records.
 */
export interface ForkProof {
  readonly a: Uint8Array
  readonly b: Uint8Array
}

export interface VerifiedFork {
  readonly proof: ForkProof
  readonly first: VerifiedRecord
}

/** Checks a proof; null when it proves nothing. */
export async function verifyFork({ a, b }: ForkProof, verifier: RecordVerifier): Promise<VerifiedFork | null> {
  if (a.length > limits.recordBytes || b.length > limits.recordBytes) return null
  const first = await verifier.checkBytes(a)
  if (!first.ok) return null
  const second = await verifier.checkBytes(b)
  if (!second.ok) return null
  const same = first.record.yClient === second.record.yClient && first.record.yClock === second.record.yClock
  return same && first.record.hash < second.record.hash ? { proof: { a, b }, first: first.record } : null
}
