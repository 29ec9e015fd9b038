import type { BlobId } from '../domain/ids.ts'
import type { Holding } from './holding.ts'

/**
 * What to give up for `bytes` more: least recently heard first (ties by id), never what is in `keep`.
 * Null when even all of it would not be enough; then nothing should go.
 */
export function chooseEvictions(
  holdings: readonly Holding[],
  bytes: number,
  keep: ReadonlySet<BlobId>,
): readonly BlobId[] | null {
  const candidates = holdings
    .filter(({ manifest }) => !keep.has(manifest.id))
    .sort((a, b) => a.lastHeardMs - b.lastHeardMs || (a.manifest.id < b.manifest.id ? -1 : 1))
  const victims: BlobId[] = []
  let freed = 0
  for (const { manifest } of candidates) {
    if (freed >= bytes) break
    victims.push(manifest.id)
    freed += manifest.sizeBytes
  }
  return freed >= bytes ? victims : null
}
