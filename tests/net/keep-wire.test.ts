import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoomId } from '../../src/domain/ids.ts'
import {
  decodeKeepAnswer,
  decodeKeepRequest,
  encodeKeepAnswer,
  encodeKeepRequest,
  type KeepAnswer,
  type KeepRequest,
} from '../../src/net/keep/keep-wire.ts'
import { fakeHash } from '../support/records.ts'

const id = fc.maxSafeNat()
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })
const update = fc.uint8Array({ maxLength: 500 })
const vector = fc.array(fc.tuple(id, id), { maxLength: 20 }).map((entries) => new Map(entries))

const request: fc.Arbitrary<KeepRequest> = fc.oneof(
  fc.record({ type: fc.constant('open' as const), id, token: secret }),
  fc.record(
    { type: fc.constant('keep' as const), id, claim: secret, room: fc.nat(9).map((seed) => fakeHash<RoomId>(seed)) },
    { requiredKeys: ['type', 'id', 'claim'] },
  ),
  fc.record({ type: fc.constant('forget' as const), id, claim: secret }),
  fc.record({ type: fc.constant('put' as const), id, update }),
  fc.record({ type: fc.constant('get' as const), id, vector }),
  fc.record({ type: fc.constant('ping' as const), id }),
)
const answer: fc.Arbitrary<KeepAnswer> = fc.oneof(
  fc.record({
    type: fc.constant('shelf' as const),
    ...{ id, kept: fc.boolean(), vector, forked: fc.array(id), usedBytes: id, roomBytes: id, days: id },
  }),
  fc.record({ type: fc.constant('stored' as const), id, left: id }),
  fc.record({ type: fc.constant('update' as const), id, update }),
  fc.record({ type: fc.constant('end' as const), id }),
  fc.record({ type: fc.constant('pong' as const), id }),
  fc.record({ type: fc.constant('refused' as const), id, why: fc.constantFrom('bad', 'rooms', 'space', 'often') }),
)

describe('what page and keeper say to each other', () => {
  it('[KEEP-5] reads as it was written', () => {
    fc.assert(
      fc.property(request, (said) => {
        expect(decodeKeepRequest(encodeKeepRequest(said))).toEqual(said)
      }),
    )
    fc.assert(
      fc.property(answer, (said) => {
        expect(decodeKeepAnswer(encodeKeepAnswer(said))).toEqual(said)
      }),
    )
  })

  it('[KEEP-5] is null for anything else, and neither side takes the other’s words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeKeepRequest(bytes)).toBeNull()
        expect(decodeKeepAnswer(bytes)).toBeNull()
      }),
    )
    fc.assert(
      fc.property(request, (said) => {
        expect(decodeKeepAnswer(encodeKeepRequest(said))).toBeNull()
      }),
    )
    const open = { type: 'open', id: 1, token: new Uint8Array(32) } as const
    for (const wrong of [{ id: -1 }, { id: 0.5 }, { token: new Uint8Array(31) }, { more: 1 }, { type: 'close' }])
      expect(decodeKeepRequest(encodeKeepRequest({ ...open, ...wrong } as KeepRequest))).toBeNull()
  })
})
