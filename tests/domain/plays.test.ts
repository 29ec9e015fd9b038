import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import type { RecordHash } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { Play } from '../../src/domain/room-state.ts'
import { bob, carol, fakeHash, RecordBuilder } from '../support/records.ts'

const playsOf = (room: RecordBuilder): readonly Play[] => foldRoom(room.room, room.records)?.plays ?? []
const turnsOf = (room: RecordBuilder): number[] => playsOf(room).map(({ turn }) => turn)
const [low, high] = [fakeHash(901), fakeHash(902)].sort() as [RecordHash, RecordHash]

describe('who may', () => {
  it('[PLAY-1] counts everyone’s plays, or those of hosts and founder, as the charter in force says', () => {
    const room = new RecordBuilder()
    room.role(bob, 'host')
    room.play({ entry: null, turn: 1, startsAtMs: 100 }, { by: carol })
    room.play({ entry: null, turn: 2, startsAtMs: 200 }, { by: bob })
    expect(turnsOf(room)).toEqual([1, 2])
    room.charter({ control: 'hosts' }, { at: 300 })
    expect(turnsOf(room)).toEqual([2])
    room.role(bob, 'listener', { at: 400 })
    expect(turnsOf(room)).toEqual([])
  })

  it('[PLAY-3] keeps the chain of turns when a change of charter voids links of it', () => {
    const room = new RecordBuilder()
    for (let turn = 1; turn <= 100; turn++) room.play({ entry: null, turn, startsAtMs: turn }, { by: bob })
    room.play({ entry: null, turn: 101, startsAtMs: 101 })
    room.charter({ control: 'hosts' }, { at: 102 })
    expect(turnsOf(room)).toEqual([101])
  })
})

describe('which plays count', () => {
  it('[PLAY-2] takes the lowest hash of a turn, whatever the time of writing', () => {
    const room = new RecordBuilder()
    room.play({ entry: null, turn: 1, startsAtMs: 100 }, { by: bob, hash: high })
    room.play({ entry: null, turn: 1, startsAtMs: 200 }, { by: carol, hash: low })
    expect(playsOf(room)).toMatchObject([{ hash: low, by: carol, atMs: 200 }])
  })

  it('[PLAY-2] puts what a person did before what an anchor repeats in the same turn', () => {
    const room = new RecordBuilder()
    const entry = room.entry()
    room.play({ entry, turn: 1, startsAtMs: 100, cause: 'anchor' }, { by: bob, hash: low })
    room.play({ entry, turn: 1, startsAtMs: 200, cause: 'pause', playing: false }, { by: carol, hash: high })
    expect(playsOf(room)).toMatchObject([{ hash: high, cause: 'pause' }])
  })

  it('[PLAY-3] ignores a turn out of reach until the turns below it reach it', () => {
    const room = new RecordBuilder()
    const slack = limits.playTurnSlack
    room.play({ entry: null, turn: slack, startsAtMs: 1 })
    expect(turnsOf(room)).toEqual([slack])
    room.play({ entry: null, turn: 2 * slack + 1, startsAtMs: 2 }, { by: bob })
    room.play({ entry: null, turn: Number.MAX_SAFE_INTEGER, startsAtMs: 3 }, { by: bob })
    expect(turnsOf(room)).toEqual([slack])
    room.play({ entry: null, turn: slack + 1, startsAtMs: 4 })
    expect(turnsOf(room)).toEqual([slack, slack + 1, 2 * slack + 1])
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('[PLAY-3] does not count the turn %d', (turn) => {
    const room = new RecordBuilder()
    room.play({ entry: null, turn, startsAtMs: 1 })
    room.play({ entry: null, turn: 1, startsAtMs: 1 })
    expect(turnsOf(room)).toEqual([1])
  })

  it.each([
    [-limits.playPastMs, true],
    [-limits.playPastMs - 1, false],
    [limits.playAheadMs, true],
    [limits.playAheadMs + 1, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ])('[PLAY-4] a play that starts %d ms after it was written: counts = %s', (aheadMs, counts) => {
    const room = new RecordBuilder()
    room.play({ entry: null, turn: 1, startsAtMs: 5e6 + aheadMs }, { at: 5e6 })
    expect(turnsOf(room)).toEqual(counts ? [1] : [])
  })

  it.each([
    [0, true],
    [60_000, true],
    [60_001, false],
    [-1, false],
    [Number.NaN, false],
  ])('[PLAY-5] a play at position %d of a minute: counts = %s', (positionMs, counts) => {
    const room = new RecordBuilder()
    const entry = room.entry({ durationMs: 60_000 })
    room.play({ entry, turn: 1, startsAtMs: 1, positionMs })
    expect(turnsOf(room)).toEqual(counts ? [1] : [])
  })

  it('[PLAY-5] does not count a play of an unknown entry, until the entry comes', () => {
    const room = new RecordBuilder()
    room.entry({ hash: low })
    room.play({ entry: low, turn: 1, startsAtMs: 1 })
    const withoutEntry = room.records.filter(({ kind }) => kind !== 'entry')
    expect(foldRoom(room.room, withoutEntry)?.plays).toEqual([])
    expect(turnsOf(room)).toEqual([1])
  })
})
