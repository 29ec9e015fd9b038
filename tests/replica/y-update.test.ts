import fc from 'fast-check'
import * as Y from 'yjs'
import { describe, expect, it } from 'vitest'
import { hashText, type RecordHash } from '../../src/domain/ids.ts'
import { encodeUpdate, parseUpdate, type Piece } from '../../src/replica/y-update.ts'

const map = fc.constantFrom('room' as const, 'queue' as const, 'votes' as const, 'chat' as const, 'playback' as const)
const content = fc.record({
  map,
  key: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hashText<RecordHash>(bytes)),
  value: fc.uint8Array({ maxLength: 300 }),
})
/** Clients of 53 bits, each with a run of clocks from 0. */
const pieces = fc
  .uniqueArray(fc.tuple(fc.maxSafeNat(), fc.array(content, { minLength: 1, maxLength: 5 })), {
    maxLength: 4,
    selector: ([client]) => client,
  })
  .map((clients) =>
    clients.flatMap(([client, contents]) => contents.map((entry, clock): Piece => ({ client, clock, ...entry }))),
  )

describe('the update codec', () => {
  it('[YJS-1] reads what it writes', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        expect(parseUpdate(encodeUpdate(all))).toEqual({ ok: true, pieces: all })
      }),
    )
  })

  it('[YJS-2] writes what Yjs reads, and reads what Yjs writes, with clients of 53 bits', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const doc = new Y.Doc()
        Y.applyUpdate(doc, encodeUpdate(all))
        for (const piece of all) expect(doc.getMap(piece.map).get(piece.key)).toEqual(piece.value)
        expect(doc.store.pendingStructs).toBeNull()
        const again = parseUpdate(Y.encodeStateAsUpdate(doc))
        const sorted = (list: readonly Piece[]) => list.toSorted((a, b) => a.client - b.client || a.clock - b.clock)
        expect(again.ok && sorted(again.pieces)).toEqual(sorted(all))
      }),
    )
  })
})
