import type { RoomId } from '../../src/domain/ids.ts'
import { createClientDerivation } from '../../src/replica/client-id.ts'
import { checkPiece } from '../../src/replica/piece-check.ts'
import { RecordVerifier } from '../../src/replica/record-verifier.ts'
import { parseUpdate, type Piece } from '../../src/replica/y-update.ts'
import { nodeCrypto } from '../node-crypto.ts'

/** A record that may be kept; `author` is '' where the keeper cannot know it. */
export interface KeepablePiece extends Piece {
  readonly author: string
}

/** What of an update may be kept: all of it, or null when something in it cannot come from an honest page. */
export type Judge = (update: Uint8Array) => Promise<readonly KeepablePiece[] | null>

const derive = createClientDerivation(nodeCrypto)
const inClear = { open: async (bytes: Uint8Array) => bytes }

/** Of a public or unlisted room: each record is judged as a peer's gate does, by form, place, author and signature. */
export function judgeSigned(room: RoomId): Judge {
  const verifier = new RecordVerifier(room, nodeCrypto, derive)
  return async (update) => {
    const parsed = parseUpdate(update)
    if (!parsed.ok) return null
    const keepable: KeepablePiece[] = []
    // One after another: a keeper is in no hurry, and others wait for the same processor.
    for (const piece of parsed.pieces) {
      const check = await checkPiece(piece, verifier, inClear)
      if (!check.ok) return null
      keepable.push({ ...piece, author: check.checked.record.author })
    }
    return keepable
  }
}

/** Of a private room: records are sealed, so their form is all that can be judged; who sends them has shown that they know the room. */
export const judgeSealed: Judge = async (update) => {
  const parsed = parseUpdate(update)
  return parsed.ok ? parsed.pieces.map((piece) => ({ ...piece, author: '' })) : null
}
