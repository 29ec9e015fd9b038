import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { RoomState, Segment, Timeline } from '../../src/domain/room-state.ts'
import { createTimeline, timelineAt } from '../../src/domain/timeline.ts'
import { bob, carol, dave, RecordBuilder } from '../support/records.ts'

const stateOf = (room: RecordBuilder): RoomState => foldRoom(room.room, room.records) as RoomState
const look = (room: RecordBuilder, nowMs: number): Timeline => timelineAt(stateOf(room), nowMs)
const ids = (timeline: Timeline): EntryId[] => timeline.queue.map(({ entry }) => entry.id)
const brief = (segment: Segment | null): unknown =>
  segment && [segment.entry.id, segment.startsAtMs, segment.endsAtMs, segment.positionMs]

const minute = 60_000
const pin = limits.pinLeadMs

/** Three one-minute entries, added at 1, 2 and 3 ms; the first starts at 1000. */
function scene(): { room: RecordBuilder; a: EntryId; b: EntryId; c: EntryId } {
  const room = new RecordBuilder()
  const [a, b, c] = [room.entry({ at: 1, by: bob }), room.entry({ at: 2, by: carol }), room.entry({ at: 3 })]
  room.play({ entry: a, turn: 1, startsAtMs: 1000 }, { at: 700 })
  return { room, a, b, c }
}
const boundary = 1000 + minute

describe('the queue', () => {
  it('[QUEUE-1] holds what was added and not withdrawn by now, and has not sounded', () => {
    const { room, a, b, c } = scene()
    room.withdraw(c, { at: 5000 })
    const late = room.entry({ at: 9000 })
    expect(ids(look(room, 1))).toEqual([a])
    expect(ids(look(room, 2))).toEqual([a, b])
    expect(ids(look(room, 1000))).toEqual([b, c])
    expect(ids(look(room, 5000))).toEqual([b])
    expect(ids(look(room, 9000))).toEqual([b, late])
  })

  it('[QUEUE-2] orders by "play next" (latest first), votes, age, id', () => {
    const { room, b, c } = scene()
    const [d, e] = [room.entry({ at: 4 }), room.entry({ at: 4 })]
    const tied = [d, e].sort()
    expect(ids(look(room, 5000))).toEqual([b, c, ...tied])
    room.vote(c, { at: 5001 })
    expect(ids(look(room, 5001))).toEqual([c, b, ...tied])
    room.vote(d, { at: 5002 })
    room.vote(d, { at: 5002, by: bob })
    expect(ids(look(room, 5002))).toEqual([d, c, b, e])
    room.next(e, { at: 5003 })
    expect(ids(look(room, 5003))).toEqual([e, d, c, b])
    room.next(b, { at: 5004 })
    expect(ids(look(room, 5004))).toEqual([b, e, d, c])
    room.next(e, { at: 5005 })
    expect(ids(look(room, 5005))).toEqual([e, b, d, c])
  })

  it('[QUEUE-3] counts each person’s latest stance then, the adder’s too, who has none at first', () => {
    const { room, c } = scene()
    const votersAt = (nowMs: number): unknown => look(room, nowMs).queue.find(({ entry }) => entry.id === c)?.voters
    room.vote(c, { at: 5000, by: dave })
    room.vote(c, { at: 5100 })
    room.vote(c, { at: 5200, by: dave }, false)
    room.vote(c, { at: 5300, by: dave })
    room.vote(c, { at: 5300, by: bob }, false)
    expect(votersAt(4999)).toEqual([])
    expect(votersAt(5000)).toEqual([dave])
    expect(votersAt(5100)).toEqual([dave, room.founder])
    expect(votersAt(5200)).toEqual([room.founder])
    expect(votersAt(5300)).toEqual([room.founder, dave])
  })

  it('[QUEUE-3] does not let one person vote twice', () => {
    const { room, b, c } = scene()
    room.vote(b, { at: 5000 })
    room.vote(c, { at: 5000, by: dave })
    for (let i = 0; i < 5; i++) room.vote(c, { at: 5001 + i, by: dave })
    expect(ids(look(room, 6000))).toEqual([b, c])
  })
})

describe('advancing', () => {
  it('[PLAY-7] sounds from the play’s start and position to the track’s end', () => {
    const room = new RecordBuilder()
    const a = room.entry({ at: 1 })
    room.play({ entry: a, turn: 1, startsAtMs: 1000, positionMs: 20_000 }, { at: 700 })
    expect(look(room, 999).current).toBeNull()
    expect(brief(look(room, 1000).current)).toEqual([a, 1000, 41_000, 20_000])
    expect(look(room, 40_999.9).current?.playing).toBe(true)
    expect(look(room, 41_000)).toMatchObject({ current: null, next: null, queue: [] })
  })

  it('[PLAY-8] goes on with the queue without a gap and without a message', () => {
    const { room, a, b, c } = scene()
    expect(brief(look(room, 2000).next)).toEqual([b, boundary, boundary + minute, 0])
    expect(brief(look(room, boundary - 0.1).current)).toEqual([a, 1000, boundary, 0])
    expect(brief(look(room, boundary).current)).toEqual([b, boundary, boundary + minute, 0])
    expect(brief(look(room, boundary + minute).current)).toEqual([c, boundary + minute, boundary + 2 * minute, 0])
    expect(look(room, boundary + 2 * minute).current).toBeNull()
  })

  it('[PLAY-8] pins the next entry: what is said less than pinLeadMs before the boundary comes too late', () => {
    const { room, b, c } = scene()
    room.vote(c, { at: boundary - pin })
    expect(look(room, boundary).current?.entry.id).toBe(c)
    const late = scene()
    late.room.vote(late.c, { at: boundary - pin + 1 })
    late.room.next(late.c, { at: boundary - pin + 1 })
    expect(look(late.room, boundary).current?.entry.id).toBe(b)
    const shown = look(late.room, boundary - 1).queue
    expect(shown.map(({ entry, pinned }) => [entry.id, pinned])).toEqual([
      [b, true],
      [c, false],
    ])
    expect(look(late.room, boundary - pin - 1).queue[0]).toMatchObject({ entry: { id: b }, pinned: false })
    expect(look(late.room, boundary - pin).queue[0]).toMatchObject({ entry: { id: b }, pinned: true })
  })

  it('[PLAY-8] plays a pinned entry that is withdrawn after the pin, not one withdrawn before', () => {
    const { room, b, c } = scene()
    room.withdraw(b, { at: boundary - pin + 1 })
    expect(look(room, boundary - 1).queue.map(({ entry, pinned }) => [entry.id, pinned])).toEqual([
      [b, true],
      [c, false],
    ])
    expect(look(room, boundary).current?.entry.id).toBe(b)
    room.withdraw(b, { at: boundary - pin })
    expect(look(room, boundary).current?.entry.id).toBe(c)
  })

  it('[PLAY-8] pins at the start of a segment that is shorter than pinLeadMs', () => {
    const room = new RecordBuilder()
    const a = room.entry({ at: 1, durationMs: 4000 })
    const [b, c] = [room.entry({ at: 2 }), room.entry({ at: 3 })]
    room.play({ entry: a, turn: 1, startsAtMs: 1000 })
    room.vote(c, { at: 1000 })
    room.vote(b, { at: 1001 })
    room.vote(b, { at: 1001, by: bob })
    expect(look(room, 5000).current?.entry.id).toBe(c)
  })

  it('[PLAY-9] takes an entry of the last seconds when none was there at the pin, else falls silent', () => {
    const room = new RecordBuilder()
    const a = room.entry({ at: 1 })
    room.play({ entry: a, turn: 1, startsAtMs: 1000 })
    const last = room.entry({ at: boundary })
    expect(look(room, boundary - 1)).toMatchObject({ next: { entry: { id: last } } })
    expect(look(room, boundary).current?.entry.id).toBe(last)
    const after = room.entry({ at: boundary + minute + 1 })
    expect(look(room, boundary + minute + 5000)).toMatchObject({ current: null, queue: [{ entry: { id: after } }] })
  })

  it('[PLAY-10] never plays an entry twice by itself, but again when a play says so', () => {
    const { room, a, b } = scene()
    room.play({ entry: a, turn: 2, startsAtMs: boundary + 5000 }, { at: boundary + 4000 })
    const state = createTimeline(stateOf(room))
    expect(state.segmentAt(boundary + 1)?.entry.id).toBe(b)
    expect(state.segmentAt(boundary + 5000)?.entry.id).toBe(a)
    expect(state.segmentAt(boundary + 5000 + minute)?.entry.id).not.toBe(b)
    expect(state.segmentAt(boundary + 5000 + 2 * minute)).toBeNull()
  })
})

describe('plays', () => {
  it('[PLAY-6] lets a higher turn take over at its start, also when that is before its predecessor’s', () => {
    const { room, a, b, c } = scene()
    room.play({ entry: b, turn: 2, startsAtMs: 30_000 }, { at: 29_000 })
    room.play({ entry: c, turn: 3, startsAtMs: 29_500 }, { at: 29_100 })
    expect(brief(look(room, 29_000).current)).toEqual([a, 1000, 29_500, 0])
    expect(brief(look(room, 31_000).current)).toEqual([c, 29_500, 29_500 + minute, 0])
    expect(ids(look(room, 31_000))).toEqual([b])
  })

  it('[PLAY-6] leaves the entry of a play that is overtaken at its very start in the queue', () => {
    const { room, a, b, c } = scene()
    room.play({ entry: b, turn: 2, startsAtMs: 30_000 }, { at: 29_000 })
    room.play({ entry: a, turn: 3, startsAtMs: 30_000, positionMs: 40_000, cause: 'seek' }, { at: 29_100 })
    expect(ids(look(room, 31_000))).toEqual([b, c])
  })

  it('[PLAY-6] shows a play that waits for its start as what comes next', () => {
    const { room, a, c, b } = scene()
    room.play({ entry: c, turn: 2, startsAtMs: 30_000, cause: 'skip' }, { at: 29_500 })
    const shown = look(room, 29_600)
    expect(brief(shown.current)).toEqual([a, 1000, 30_000, 0])
    expect(brief(shown.next)).toEqual([c, 30_000, 30_000 + minute, 0])
    expect(shown.queue.map(({ entry, pinned }) => [entry.id, pinned])).toEqual([
      [c, true],
      [b, false],
    ])
  })

  it('[PLAY-11] stands still from a pause on, for ever if nobody plays', () => {
    const { room, a, b, c } = scene()
    room.play({ entry: a, turn: 2, startsAtMs: 21_000, positionMs: 20_000, playing: false, cause: 'pause' })
    expect(look(room, 20_999).next).toBeNull()
    expect(look(room, 1e12)).toMatchObject({
      current: { entry: { id: a }, positionMs: 20_000, endsAtMs: Infinity, playing: false },
      next: null,
      history: [],
    })
    expect(ids(look(room, 1e12))).toEqual([b, c])
  })

  it('[PLAY-11] is silent from a play of nothing on, and keeps the queue', () => {
    const { room, b, c } = scene()
    room.play({ entry: null, turn: 2, startsAtMs: 21_000, cause: 'skip' })
    expect(look(room, 1e12)).toMatchObject({ current: null, next: null })
    expect(ids(look(room, 1e12))).toEqual([b, c])
  })

  it('[PLAY-11] advances at once from a play at the track’s very end, by the queue as it stands then', () => {
    const { room, a, c } = scene()
    room.play({ entry: a, turn: 2, startsAtMs: 21_000, positionMs: minute, cause: 'seek' }, { at: 20_500 })
    room.vote(c, { at: 20_900 })
    expect(brief(look(room, 21_000).current)).toEqual([c, 21_000, 21_000 + minute, 0])
  })

  it('[PLAY-6] is not held up by a play that starts in a year', () => {
    const { room, a, b, c } = scene()
    const year = 365 * 24 * 60 * minute
    room.play({ entry: a, turn: 2, startsAtMs: year, cause: 'seek' }, { by: dave })
    expect(look(room, boundary + 3 * minute)).toMatchObject({ current: null, next: null, queue: [] })
    expect(ids(look(room, 2000))).toEqual([b, c])
    expect(look(room, boundary + 2 * minute - 1)).toMatchObject({ current: { entry: { id: c } }, next: null })
    room.play({ entry: b, turn: 3, startsAtMs: 5000 })
    expect(look(room, year).current).toBeNull()
    expect(brief(look(room, 5000).current)).toEqual([b, 5000, 5000 + minute, 0])
  })
})

describe('history', () => {
  it('[PLAY-13] lists what has sounded, latest first, pauses and seeks merged', () => {
    const { room, a, b, c } = scene()
    room.play({ entry: a, turn: 2, startsAtMs: 11_000, positionMs: 10_000, playing: false, cause: 'pause' })
    room.play({ entry: a, turn: 3, startsAtMs: 21_000, positionMs: 10_000, cause: 'play' })
    room.play({ entry: a, turn: 4, startsAtMs: 31_000, positionMs: 50_000, cause: 'seek' })
    const timeline = createTimeline(stateOf(room))
    const at = (nowMs: number): unknown[] => timeline.at(nowMs).history.map((run) => brief(run))
    expect(at(40_000)).toEqual([])
    expect(at(41_000)).toEqual([[a, 1000, 41_000, 0]])
    expect(at(101_000)).toEqual([
      [b, 41_000, 101_000, 0],
      [a, 1000, 41_000, 0],
    ])
    expect(at(500_000)).toEqual([
      [c, 101_000, 161_000, 0],
      [b, 41_000, 101_000, 0],
      [a, 1000, 41_000, 0],
    ])
    expect(at(41_000)).toEqual([[a, 1000, 41_000, 0]])
  })

  it('[PLAY-13] lists an entry twice that sounded again after a silence, and none that only stood still', () => {
    const room = new RecordBuilder()
    const [a, b] = [room.entry({ at: 1 }), room.entry({ at: 2 })]
    room.withdraw(b, { at: 3 })
    room.play({ entry: a, turn: 1, startsAtMs: 1000 })
    room.play({ entry: null, turn: 2, startsAtMs: 2000, cause: 'skip' })
    room.play({ entry: a, turn: 3, startsAtMs: 3000 })
    room.play({ entry: b, turn: 4, startsAtMs: 4000, playing: false, cause: 'pause' })
    room.play({ entry: null, turn: 5, startsAtMs: 5000, cause: 'skip' })
    expect(look(room, 6000).history.map((run) => brief(run))).toEqual([
      [a, 3000, 4000, 0],
      [a, 1000, 2000, 0],
    ])
  })
})
