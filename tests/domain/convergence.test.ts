import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldRoom, RoomFold } from '../../src/domain/fold.ts'
import type { RoomState } from '../../src/domain/room-state.ts'
import { createTimeline, timelineAt } from '../../src/domain/timeline.ts'
import { arbitraryRoom, spanMs } from '../support/arbitrary-room.ts'
import type { RecordBuilder } from '../support/records.ts'

const times = fc.array(fc.integer({ min: -5000, max: 2 * spanMs }), { minLength: 1, maxLength: 12 })
const stateOf = (room: RecordBuilder): RoomState => foldRoom(room.room, room.records) as RoomState
const shuffled = arbitraryRoom().chain((room) =>
  fc.record({
    room: fc.constant(room),
    order: fc.shuffledSubarray(room.records, { minLength: room.records.length }),
    batches: fc.array(fc.nat({ max: room.records.length }), { maxLength: 6 }),
  }),
)
/** Maps keep their order of insertion, which is no part of the state. */
const plain = (state: RoomState | null): unknown =>
  state && { ...state, entries: sorted(state.entries), roles: sorted(state.roles), profiles: sorted(state.profiles) }
const sorted = (map: ReadonlyMap<string, unknown>): unknown => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

describe('convergence', () => {
  it('[ROOM-1] folds the same set to the same state, in any order, in any batches', () => {
    fc.assert(
      fc.property(shuffled, ({ room, order, batches }) => {
        const incremental = new RoomFold(room.room)
        let from = 0
        for (const cut of batches.toSorted((a, b) => a - b)) {
          incremental.add(order.slice(from, cut))
          void incremental.state
          from = cut
        }
        incremental.add(order.slice(from))
        expect(plain(incremental.state)).toEqual(plain(stateOf(room)))
      }),
    )
  })

  it('[ROOM-1] says after each single record what a fold of all so far says', () => {
    fc.assert(
      fc.property(shuffled, ({ room, order }) => {
        const genesis = room.records.slice(0, 1)
        const incremental = new RoomFold(room.room)
        incremental.add(genesis)
        const soFar = [...genesis]
        for (const record of order) {
          soFar.push(record)
          incremental.add([record])
          expect(plain(incremental.state)).toEqual(plain(foldRoom(room.room, soFar)))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('[ROOM-1] makes two replicas equal once each has what the other had', () => {
    const split = arbitraryRoom().chain((room) => fc.tuple(fc.constant(room), fc.infiniteStream(fc.nat({ max: 2 }))))
    fc.assert(
      fc.property(split, ([room, sides]) => {
        const of = room.records.map((record) => ({ record, side: sides.next().value as number }))
        const [one, other] = [new RoomFold(room.room), new RoomFold(room.room)]
        one.add(of.filter(({ side }) => side !== 0).map(({ record }) => record))
        other.add(of.filter(({ side }) => side !== 1).map(({ record }) => record))
        void [one.state, other.state]
        one.add(of.filter(({ side }) => side === 0).map(({ record }) => record))
        other.add(of.filter(({ side }) => side === 1).map(({ record }) => record))
        expect(plain(one.state)).toEqual(plain(other.state))
      }),
    )
  })

  it('[PLAY-19] gives a late joiner the same time line as one who watched it all, in whatever order they look', () => {
    fc.assert(
      fc.property(shuffled, times, ({ room, order }, looks) => {
        const watcher = createTimeline(stateOf(room))
        const seen = looks.map((nowMs) => watcher.at(nowMs))
        const late = foldRoom(room.room, order) as RoomState
        expect(looks.map((nowMs) => timelineAt(late, nowMs))).toEqual(seen)
        expect(looks.toReversed().map((nowMs) => watcher.at(nowMs))).toEqual(seen.toReversed())
      }),
    )
  })

  it('[PLAY-19] gives the same time line whether or not it keeps the walk of the state before', () => {
    let kept = 0
    const more = fc.constantFrom('message' as const, 'vote' as const, 'play' as const, 'profile' as const)
    fc.assert(
      fc.property(arbitraryRoom(), more, times, (past, kind, looks) => {
        const room = past.copy()
        const entry = room.entry({ at: 1000 })
        const fold = new RoomFold(room.room)
        fold.add(room.records)
        const before = createTimeline(fold.state as RoomState)
        looks.forEach((nowMs) => before.at(nowMs))
        if (kind === 'message') room.message('hi', { at: 2000 })
        else if (kind === 'profile') room.profile('Me', { at: 2000 })
        else if (kind === 'vote') room.vote(entry, { at: 2000 })
        else room.play({ entry, turn: (before.state.plays.at(-1)?.turn ?? 0) + 1, startsAtMs: 9000 })
        fold.add(room.records)
        const after = createTimeline(fold.state as RoomState, before)
        if (after.segmentAt === before.segmentAt) kept += 1
        expect(after.state).toBe(fold.state)
        expect(looks.map((nowMs) => after.at(nowMs))).toEqual(looks.map((nowMs) => timelineAt(stateOf(room), nowMs)))
      }),
    )
    expect(kept).toBeGreaterThan(0)
  })
})
