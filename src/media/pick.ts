import type { Random } from '../domain/scheduler.ts'

/** One blob as the choice of a piece sees it. Maps have one byte per piece. */
export interface Field {
  readonly held: Uint8Array
  /** What the link in question holds. */
  readonly theirs: Uint8Array
  /** Whether a piece is on its way, or better asked of another. */
  readonly taken: (piece: number) => boolean
}

const free = ({ held, theirs, taken }: Field, piece: number): boolean =>
  held[piece] === 0 && theirs[piece] === 1 && !taken(piece)

/** The first free piece from `cursor` on, then from the beginning: what plays now comes in order. Null when none is free. */
export function pickSequential(field: Field, cursor: number): number | null {
  const count = field.held.length
  for (let i = 0; i < count; i++) {
    const piece = (cursor + i) % count
    if (free(field, piece)) return piece
  }
  return null
}

/** A free piece that the fewest hold, by lot among equals: so that copies spread before their holder leaves. Null when none is free. */
export function pickRarest(field: Field, holders: readonly Uint8Array[], random: Random): number | null {
  let best: number | null = null
  let fewest = Infinity
  let equals = 0
  for (let piece = 0; piece < field.held.length; piece++) {
    if (!free(field, piece)) continue
    const count = holders.reduce((sum, held) => sum + (held[piece] ?? 0), 0)
    if (count > fewest) continue
    equals = count < fewest ? 1 : equals + 1
    fewest = count
    // The k-th equal replaces the one before with probability 1/k, which is a fair lot in one pass.
    if (random() * equals < 1) best = piece
  }
  return best
}
