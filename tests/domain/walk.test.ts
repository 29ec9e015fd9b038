import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import { anchorIntent, pauseIntent, playIntent, seekIntent } from '../../src/domain/playback.ts'
import type { Entry, Play, RoomState, Segment } from '../../src/domain/room-state.ts'
import { limits } from '../../src/domain/limits.ts'
import { queueAt } from '../../src/domain/queue-order.ts'
import { createTimeline, positionAt, type RoomTimeline } from '../../src/domain/timeline.ts'
import { Walk, type Step } from '../../src/domain/walk.ts'
import { arbitraryRoom, spanMs } from '../support/arbitrary-room.ts'
import { alice, bob, carol, dave, fakeHash, type RecordBuilder } from '../support/records.ts'

const stateOf = (room: RecordBuilder): RoomState => foldRoom(room.room, room.records) as RoomState
const timelineOf = (room: RecordBuilder): RoomTimeline => createTimeline(stateOf(room))
/** All steps that a state leads to. */
function stepsOf(state: RoomState): readonly Step[] {
  const walk = new Walk(state)
  walk.indexAt(Number.MAX_VALUE)
  return walk.steps
}
const segmentsAround = (room: RecordBuilder, upToMs: number): (Segment | null)[] => {
  const timeline = timelineOf(room)
  return Array.from({ length: 60 }, (_, i) => timeline.segmentAt((upToMs * i) / 59))
}

describe('every walk', () => {
  it('[PLAY-8] is in order of time, without overlap, and gapless wherever a track ends by itself and another follows', () => {
    fc.assert(
      fc.property(arbitraryRoom(), (room) => {
        const steps = stepsOf(stateOf(room))
        steps.forEach(({ segment, play }, i) => {
          expect(segment.endsAtMs).toBeGreaterThan(segment.startsAtMs)
          const before = steps[i - 1]?.segment
          if (before === undefined) return
          expect(segment.startsAtMs).toBeGreaterThanOrEqual(before.endsAtMs)
          if (play !== null) return
          // Only what brings the boundary about without sounding itself, a play of a track's very end, may stand between.
          const silent = stateOf(room).plays.some((one) => one.startsAtMs === segment.startsAtMs)
          expect(segment.startsAtMs === before.endsAtMs || silent).toBe(true)
          expect(segment.positionMs).toBe(0)
        })
      }),
    )
  })

  it('[PLAY-8] [PLAY-9] takes what the queue says at the pin, else at the boundary, whenever it goes on by itself', () => {
    fc.assert(
      fc.property(arbitraryRoom(), (room) => {
        const state = stateOf(room)
        const { entries, plays } = state
        const startsAt = (ms: number): Play[] => plays.filter((one) => one.startsAtMs === ms)
        const gone = new Set<Entry | undefined>()
        const wrong = stepsOf(state).filter(({ segment, play }, i, steps) => {
          const boundaryMs = segment.startsAtMs
          // A play of a track's very end makes no sound, but it is what ends at the boundary.
          const silent = play === null ? startsAt(boundaryMs) : []
          for (const one of silent) gone.add(one.entry === null ? undefined : entries.get(one.entry))
          const before = steps[i - 1]?.segment
          const beganMs = silent.length > 0 || before === undefined ? boundaryMs : before.startsAtMs
          const waiting = [...entries.values()].filter((entry) => !gone.has(entry))
          gone.add(segment.entry)
          if (play !== null) return false
          const pinned = queueAt(waiting, Math.max(beganMs, boundaryMs - limits.pinLeadMs))[0]
          return segment.entry !== (pinned ?? queueAt(waiting, boundaryMs)[0])?.entry
        })
        expect(wrong).toEqual([])
      }),
    )
  })

  it('[PLAY-10] plays no entry by itself that has left the queue', () => {
    fc.assert(
      fc.property(arbitraryRoom(), (room) => {
        const sounded = new Set<string>()
        const twice = stepsOf(stateOf(room)).filter(({ segment, play }) => {
          const again = play === null && sounded.has(segment.entry.id)
          sounded.add(segment.entry.id)
          return again
        })
        expect(twice).toEqual([])
      }),
    )
  })

  it('[PLAY-7] never runs past a track’s end, nor outside of its segment', () => {
    fc.assert(
      fc.property(arbitraryRoom(), (room) => {
        for (const { segment } of stepsOf(stateOf(room))) {
          if (!segment.playing) continue
          const { durationMs } = segment.entry.track
          expect(positionAt(segment, segment.endsAtMs)).toBeLessThanOrEqual(durationMs + 1e-6)
        }
      }),
    )
  })

  it('[QUEUE-1] shows in the queue what waits, next-up first, and never what sounds or has sounded', () => {
    fc.assert(
      fc.property(arbitraryRoom(), fc.integer({ min: 0, max: spanMs }), (room, nowMs) => {
        const { current, next, queue, history } = timelineOf(room).at(nowMs)
        const ids = queue.map(({ entry }) => entry.id)
        expect(new Set(ids).size).toBe(ids.length)
        const gone = [...history, ...(current ? [current] : [])].map(({ entry }) => entry.id)
        expect(ids.filter((id) => gone.includes(id))).toEqual([])
        expect(ids.indexOf(next?.entry.id ?? ids[0] ?? fakeHash(0))).toBeLessThan(1)
        expect(queue.slice(1).some(({ pinned }) => pinned)).toBe(false)
      }),
    )
  })
})

describe('concurrency', () => {
  it('[PLAY-2] chooses one winner among plays of one turn, the same wherever they arrive in whatever order', () => {
    const plays = fc.array(
      fc.record({ by: fc.constantFrom(alice, bob, carol, dave), start: fc.integer({ min: 0, max: 3000 }) }),
      { minLength: 2, maxLength: 8 },
    )
    fc.assert(
      fc.property(arbitraryRoom(20), plays, fc.infiniteStream(fc.double({ noNaN: true })), (past, rivals, random) => {
        const room = past.copy()
        const turn = (stateOf(room).plays.at(-1)?.turn ?? 0) + 1
        for (const { by, start } of rivals) {
          room.play({ entry: null, turn, startsAtMs: spanMs + start }, { by, at: spanMs })
        }
        const order = room.records.toSorted(() => (random.next().value as number) - 0.5)
        const elsewhere = foldRoom(room.room, order) as RoomState
        expect(elsewhere.plays).toEqual(stateOf(room).plays)
        expect(new Set(elsewhere.plays.map((play) => play.turn)).size).toBe(elsewhere.plays.length)
      }),
    )
  })

  it('[PLAY-3] leaves the room to whoever may control it, whatever was written before', () => {
    fc.assert(
      fc.property(arbitraryRoom(), fc.integer({ min: 0, max: 2 * spanMs }), (past, nowMs) => {
        const room = past.copy()
        const entry = room.entry({ at: nowMs, durationMs: 10_000 })
        const turn = (stateOf(room).plays.at(-1)?.turn ?? 0) + 1
        const play = room.play({ entry, turn, startsAtMs: nowMs + 500 }, { at: nowMs })
        expect(stateOf(room).plays.at(-1)?.hash).toBe(play.hash)
        expect(timelineOf(room).segmentAt(nowMs + 500)).toMatchObject({ entry: { id: entry }, startsAtMs: nowMs + 500 })
      }),
    )
  })
})

describe('people at the controls', () => {
  const press = fc.record({
    what: fc.constantFrom('play' as const, 'pause' as const, 'seek' as const),
    afterMs: fc.integer({ min: 0, max: 9000 }),
    leadMs: fc.integer({ min: 300, max: 3000 }),
    positionMs: fc.integer({ min: 0, max: 20_000 }),
  })

  it('[PLAY-15] keeps the position continuous over every pause and play', () => {
    fc.assert(
      fc.property(arbitraryRoom(20), fc.array(press, { maxLength: 12 }), (past, presses) => {
        const room = past.copy()
        let nowMs = spanMs
        for (const { what, afterMs, leadMs, positionMs } of presses) {
          nowMs += afterMs
          const timeline = timelineOf(room)
          const startsAtMs = nowMs + leadMs
          const before = timeline.segmentAt(startsAtMs)
          const body =
            what === 'play'
              ? playIntent(timeline, nowMs, leadMs)
              : what === 'pause'
                ? pauseIntent(timeline, nowMs, leadMs)
                : seekIntent(timeline, positionMs, nowMs, leadMs)
          if (body === null) continue
          room.play(body, { at: nowMs })
          expect(stateOf(room).plays.at(-1)).toMatchObject(body)
          if (before === null) continue
          expect(body.entry).toBe(before.entry.id)
          const expected =
            what === 'seek' ? Math.min(positionMs, before.entry.track.durationMs) : positionAt(before, startsAtMs)
          expect(body.positionMs).toBeCloseTo(expected, 6)
          expect(body.playing).toBe(what === 'seek' ? before.playing : what === 'play')
        }
      }),
    )
  })
})

describe('anchors', () => {
  /** An arbitrary past, then short tracks that follow one another by themselves, and a moment among them. */
  const anchored = fc
    .record({
      past: arbitraryRoom(30),
      tracks: fc.array(fc.tuple(fc.integer({ min: 0, max: spanMs + 30_000 }), fc.integer({ min: 1000, max: 25_000 })), {
        minLength: 3,
        maxLength: 8,
      }),
      afterMs: fc.integer({ min: 1000, max: 60_000 }),
    })
    .map(({ past, tracks, afterMs }) => {
      const room = past.copy()
      const turn = (stateOf(room).plays.at(-1)?.turn ?? 0) + 1
      for (const [at, durationMs] of tracks) room.entry({ at, durationMs })
      const first = room.entry({ at: spanMs, durationMs: 12_000 })
      room.play({ entry: first, turn, startsAtMs: spanMs })
      return { scene: room, nowMs: spanMs + afterMs }
    })

  it('[PLAY-12] change nothing that anybody hears, sees in the queue or in the history', () => {
    let anchors = 0
    fc.assert(
      fc.property(anchored, ({ scene, nowMs }) => {
        const room = scene.copy()
        const before = timelineOf(room)
        const body = anchorIntent(before, nowMs)
        if (body === null) return
        anchors += 1
        const seen = segmentsAround(room, spanMs * 2)
        const shown = [nowMs, nowMs + 20_000].map((ms) => before.at(ms))
        room.play(body, { at: nowMs })
        expect(stateOf(room).plays.at(-1)).toMatchObject(body)
        expect(segmentsAround(room, spanMs * 2)).toEqual(seen)
        const after = timelineOf(room)
        expect([nowMs, nowMs + 20_000].map((ms) => after.at(ms))).toEqual(shown)
      }),
      { numRuns: 200 },
    )
    expect(anchors).toBeGreaterThan(50)
  })

  it('[PLAY-12] hold against whatever is written later of the queue’s past', () => {
    let anchors = 0
    fc.assert(
      fc.property(
        anchored,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: spanMs })), { maxLength: 10 }),
        ({ scene, nowMs }, lies) => {
          const room = scene.copy()
          const body = anchorIntent(timelineOf(room), nowMs)
          if (body === null) return
          anchors += 1
          room.play(body, { at: nowMs })
          const heard = timelineOf(room).segmentAt(nowMs)
          const entries = [...stateOf(room).entries.keys()]
          for (const [n, at] of lies) {
            const entry = entries[n % entries.length] as (typeof entries)[0]
            const by = [alice, bob, carol, dave][n % 4] as typeof alice
            if (n % 5 === 0) room.entry({ by, at, durationMs: 3000 })
            else if (n % 5 === 1) room.withdraw(entry, { by, at })
            else if (n % 5 === 2) room.next(entry, { by, at })
            else if (n % 5 === 3) room.vote(entry, { by, at }, n % 2 === 0)
            else room.play({ entry, turn: 2 ** 40 + n, startsAtMs: at }, { by })
          }
          const now = timelineOf(room).segmentAt(nowMs)
          expect([now?.entry.id, now?.startsAtMs, now?.positionMs]).toEqual([heard?.entry.id, heard?.startsAtMs, 0])
        },
      ),
      { numRuns: 200 },
    )
    expect(anchors).toBeGreaterThan(50)
  })
})
