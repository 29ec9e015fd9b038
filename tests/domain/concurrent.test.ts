import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldRoom, RoomFold } from '../../src/domain/fold.ts'
import { anchorIntent, pauseIntent, playIntent, seekIntent, skipIntent } from '../../src/domain/playback.ts'
import type { PlayBody, VerifiedRecord } from '../../src/domain/record.ts'
import type { RoomState, Segment } from '../../src/domain/room-state.ts'
import { createTimeline, positionAt, type RoomTimeline } from '../../src/domain/timeline.ts'
import { alice, bob, carol, dave, RecordBuilder } from '../support/records.ts'

const people = [alice, bob, carol, dave] as const
const LEAD_MS = 120
const TRACK_MS = 30_000

const PRESSES = ['play', 'pause', 'seek', 'skip', 'vote', 'add'] as const
/** Who may press changes, by the founder's word. */
const RULES = ['charter', 'role'] as const

/** One press, vote, addition or rule by one of four; `heardBy` says who has it before the next one acts. */
interface Deed {
  readonly who: number
  readonly act: (typeof PRESSES)[number] | (typeof RULES)[number]
  readonly which: number
  readonly waitMs: number
  readonly heardBy: number
}
const deedOf = (...acts: readonly Deed['act'][]): fc.Arbitrary<Deed> =>
  fc.record({
    who: fc.nat({ max: 3 }),
    act: fc.constantFrom(...acts),
    which: fc.nat({ max: 9 }),
    waitMs: fc.oneof(fc.constantFrom(0, 50, LEAD_MS), fc.integer({ min: 0, max: 40_000 })),
    heardBy: fc.nat({ max: 15 }),
  })
const press = deedOf(...PRESSES)
const pressOrRule = deedOf(...PRESSES, ...RULES)

/** A room of four, each with what has reached them: all that one knows when one acts. */
class Room extends RecordBuilder {
  nowMs = 10_000
  readonly known: VerifiedRecord[][] = people.map(() => [])
  readonly #titles = Array.from({ length: 6 }, (_, i) => this.entry({ at: i + 1, durationMs: TRACK_MS }))

  constructor() {
    super()
    this.play({ entry: this.#titles[0]!, turn: 1, startsAtMs: this.nowMs })
    for (const known of this.known) known.push(...this.records)
  }

  timeline(who: number): RoomTimeline {
    return createTimeline(foldRoom(this.room, this.known[who]!) as RoomState)
  }

  /** Everything that was written, told in some order. */
  merged(records: readonly VerifiedRecord[] = this.records): RoomTimeline {
    return createTimeline(foldRoom(this.room, records) as RoomState)
  }

  act({ who, act, which }: Deed, hears: (other: number) => boolean): void {
    const written = this.records.length
    const stamp = { by: people[who]!, at: this.nowMs }
    const { nowMs } = this
    const timeline = this.timeline(who)
    const { queue } = timeline.at(nowMs)
    const intents: Record<string, () => PlayBody | null> = {
      play: () => playIntent(timeline, nowMs, LEAD_MS),
      pause: () => pauseIntent(timeline, nowMs, LEAD_MS),
      seek: () => seekIntent(timeline, which * 2_500, nowMs, LEAD_MS),
      skip: () => skipIntent(timeline, nowMs, LEAD_MS),
    }
    const body = intents[act]?.() ?? null
    if (body !== null) this.play(body, stamp)
    else if (act === 'add') this.entry({ ...stamp, durationMs: TRACK_MS })
    else if (act === 'vote' && queue.length > 0) this.vote(queue[which % queue.length]!.entry.id, stamp)
    else if (act === 'charter') this.charter({ control: which % 2 === 0 ? 'hosts' : 'everyone' }, { at: nowMs })
    else if (act === 'role') this.role(people[1 + (which % 3)]!, which < 5 ? 'host' : 'listener', { at: nowMs })
    this.#spread(written, (other) => other === who || hears(other))
  }

  /** Somebody of these writes down what the queue's own advance gave. */
  anchor(group: readonly number[]): void {
    const written = this.records.length
    const body = anchorIntent(this.timeline(group[0]!), this.nowMs)
    if (body !== null) this.play(body, { by: people[group[0]!]!, at: this.nowMs })
    this.#spread(written, (other) => group.includes(other))
  }

  #spread(from: number, hears: (other: number) => boolean): void {
    const fresh = this.records.slice(from)
    this.known.forEach((known, other) => hears(other) && known.push(...fresh))
  }
}

const isNoRule = ({ kind }: VerifiedRecord): boolean => kind !== 'charter' && kind !== 'role'
const sameAs = (one: RoomTimeline, other: RoomTimeline): boolean =>
  one.state.plays.map(({ hash }) => hash).join() === other.state.plays.map(({ hash }) => hash).join()

/** What is heard then, as a line through room time: equal lines sound equal. */
const heard = (timeline: RoomTimeline, nowMs: number): string => {
  const segment: Segment | null = timeline.segmentAt(nowMs)
  if (segment === null) return 'silence'
  return `${segment.entry.id} ${segment.playing ? 'plays' : 'stands'} ${Math.round(positionAt(segment, nowMs))}`
}

describe('presses at the same time', () => {
  it('[PLAY-22] by any of the permitted, each by what they know, end in the same state and time line everywhere, in any order of arrival', () => {
    let ruled = 0
    const run = fc.array(pressOrRule, { minLength: 1, maxLength: 14 }).chain((deeds) => {
      const room = new Room()
      for (const one of deeds) {
        room.act(one, (other) => ((one.heardBy >> other) & 1) === 1)
        room.nowMs += one.waitMs
      }
      const { records } = room
      const order = fc.shuffledSubarray([...records], { minLength: records.length })
      return fc.record({ room: fc.constant(room), orders: fc.array(order, { minLength: 2, maxLength: 4 }) })
    })
    fc.assert(
      fc.property(run, fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 8 }), ({ room, orders }, looks) => {
        const truth = room.merged()
        if (!sameAs(room.merged(room.records.filter(isNoRule)), truth)) ruled += 1
        for (const order of orders) {
          const fold = new RoomFold(room.room)
          for (const record of order) {
            fold.add([record])
            void fold.state
          }
          const timeline = createTimeline(fold.state as RoomState)
          expect(timeline.state.plays).toEqual(truth.state.plays)
          for (const nowMs of [room.nowMs, ...looks]) expect(timeline.at(nowMs)).toEqual(truth.at(nowMs))
        }
      }),
      { numRuns: 100 },
    )
    expect(ruled).toBeGreaterThan(0)
  })

  it('[PLAY-23] of two halves that drifted apart one plays on unchanged when they meet, unless one was silent; the other changes once, to the same', () => {
    const halves = [
      [0, 1],
      [2, 3],
    ] as const
    let differed = 0
    fc.assert(
      fc.property(fc.array(press, { minLength: 1, maxLength: 16 }), (deeds) => {
        const room = new Room()
        const pass = (ms: number): void => {
          // Boundaries are written down by each half some seconds after they came.
          for (let left = ms; left > 0; left -= 5_000) {
            room.nowMs += Math.min(5_000, left)
            for (const half of halves) room.anchor(half)
          }
        }
        for (const one of deeds) {
          room.act(one, (other) => other < 2 === one.who < 2)
          pass(one.waitMs)
        }
        pass(5_000)
        const [one, other] = halves.map(([first]) => heard(room.timeline(first), room.nowMs)) as [string, string]
        const met = heard(room.merged(), room.nowMs)
        if (one !== other) differed += 1
        expect([one, other, ...([one, other].includes('silence') ? [met] : [])]).toContain(met)
      }),
      { numRuns: 60 },
    )
    expect(differed).toBeGreaterThan(0)
  })
})
