import type { ReplicaStore } from '../../../src/replica/store.ts'

/** A store in memory. Instances of one array stand for tabs that share a database. */
export function memoryStore(pieces: Uint8Array[] = []): ReplicaStore & { readonly pieces: Uint8Array[] } {
  const mine = new Set<Uint8Array>()
  return {
    pieces,
    async load() {
      for (const piece of pieces) mine.add(piece)
      return [...pieces]
    },
    async append(piece) {
      pieces.push(piece)
      mine.add(piece)
    },
    async replaceAll(merged) {
      const others = pieces.filter((piece) => !mine.has(piece))
      pieces.splice(0, pieces.length, ...merged, ...others)
      mine.clear()
      for (const piece of merged) mine.add(piece)
    },
  }
}
