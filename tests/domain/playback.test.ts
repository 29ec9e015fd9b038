import { describe, expect, it } from 'vitest'
import { foldRoom } from '../../src/domain/fold.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import {
  anchorIntent,
  leadMs,
  pauseIntent,
  playIntent,
  seekIntent,
  skipIntent,
  startIntent,
} from '../../src/domain/playback.ts'
import type { PlayBody } from '../../src/domain/record.ts'
import type { RoomState } from '../../src/domain/room-state.ts'
import { createTimeline, type RoomTimeline } from '../../src/domain/timeline.ts'
import { bob, RecordBuilder } from '../support/records.ts'

const minute = 60_000
const lead = 500

/** Three one-minute entries; the first starts at 1000. */
class Scene extends RecordBuilder {
  readonly a = this.entry({ at: 1 })
  readonly b = this.entry({ at: 2 })
  readonly c = this.entry({ at: 3 })
  static playing(): Scene {
    const scene = new Scene()
    scene.play({ entry: scene.a, turn: 1, startsAtMs: 1000 }, { at: 700 })
    return scene
  }
  get timeline(): RoomTimeline {
    return createTimeline(foldRoom(this.room, this.records) as RoomState)
  }
  /** Writes what an intent asks for. */
  write(body: PlayBody | null, at: number): void {
    if (body === null) throw new Error('the intent changes nothing')
    this.play(body, { at })
  }
}

describe('lead', () => {
  const near = { writeMs: 10, roundTripsMs: [2, 4], direct: true, readyMs: [30, 40] }

  it('[PLAY-14] is what writing, the slowest way and the slowest listener need, and a margin, within bounds', () => {
    expect(leadMs(near)).toBe(10 + 0.75 * 4 + 40 + limits.leadMarginMs)
    expect(leadMs({ ...near, direct: false })).toBe(10 + 1.5 * 4 + 40 + limits.leadMarginMs)
    expect(leadMs({ writeMs: 0, roundTripsMs: [], direct: true, readyMs: [] })).toBe(limits.leadMinMs)
    expect(leadMs({ ...near, roundTripsMs: [9000] })).toBe(limits.leadMaxMs)
  })

  it('[PLAY-14] does not wait for the slowest tenth of many', () => {
    const slow = [...Array.from({ length: 9 }, () => 40), 900]
    expect(leadMs({ ...near, readyMs: slow })).toBe(leadMs(near))
    expect(leadMs({ ...near, readyMs: slow.slice(1) })).toBe(leadMs(near) + 860)
    expect(leadMs({ ...near, roundTripsMs: [...Array.from({ length: 9 }, () => 4), 900] })).toBe(leadMs(near))
  })

  it('[PLAY-14] stays within what a play may lie ahead, and ends before what it meets is pinned anew', () => {
    expect(limits.leadMarginMs).toBeLessThan(limits.leadMinMs)
    expect(limits.readyMs).toBeLessThan(limits.leadMaxMs)
    expect(limits.leadMinMs).toBeLessThan(limits.leadMaxMs)
    expect(limits.leadMaxMs).toBeLessThan(limits.playAheadMs)
    expect(limits.leadMaxMs).toBeLessThan(limits.pinLeadMs)
  })
})

describe('play and pause', () => {
  it('[PLAY-15] starts the head of the queue when nothing sounds, with the next turn', () => {
    const scene = new Scene()
    scene.vote(scene.b, { at: 10 })
    const start = { entry: scene.b, positionMs: 0, startsAtMs: 2500, playing: true, turn: 1, cause: 'play' }
    expect(playIntent(scene.timeline, 2000, lead)).toEqual(start)
  })

  it('[PLAY-15] plays nothing when there is nothing, and changes nothing while it plays', () => {
    const empty = createTimeline(foldRoom(new RecordBuilder().room, new RecordBuilder().records) as RoomState)
    expect(playIntent(empty, 2000, lead)).toBeNull()
    expect(playIntent(Scene.playing().timeline, 2000, lead)).toBeNull()
  })

  it('[PLAY-15] pauses at the position of the moment when it takes effect, and goes on from there', () => {
    const scene = Scene.playing()
    scene.write(pauseIntent(scene.timeline, 10_000, lead), 10_000)
    expect(scene.timeline.state.plays.at(-1)).toMatchObject({
      ...{ entry: scene.a, positionMs: 9500, startsAtMs: 10_500, playing: false, turn: 2, cause: 'pause' },
    })
    expect(pauseIntent(scene.timeline, 11_000, lead)).toBeNull()
    expect(playIntent(scene.timeline, 99_000, lead)).toEqual({
      ...{ entry: scene.a, positionMs: 9500, startsAtMs: 99_500, playing: true, turn: 3, cause: 'play' },
    })
  })

  it('[PLAY-15] pauses the next track when the boundary comes before the pause does', () => {
    const scene = Scene.playing()
    expect(pauseIntent(scene.timeline, 60_800, lead)).toMatchObject({
      entry: scene.b,
      positionMs: 300,
      startsAtMs: 61_300,
    })
  })

  it('[PLAY-15] has nothing to pause in silence', () => {
    expect(pauseIntent(new Scene().timeline, 5000, lead)).toBeNull()
  })
})

describe('seek', () => {
  it('[PLAY-16] moves within the track and keeps it playing or standing', () => {
    const scene = Scene.playing()
    expect(seekIntent(scene.timeline, 42_000, 10_000, lead)).toEqual({
      ...{ entry: scene.a, positionMs: 42_000, startsAtMs: 10_500, playing: true, turn: 2, cause: 'seek' },
    })
    scene.write(pauseIntent(scene.timeline, 10_000, lead), 10_000)
    expect(seekIntent(scene.timeline, 42_000, 20_000, lead)).toMatchObject({
      positionMs: 42_000,
      playing: false,
      turn: 3,
    })
    expect(seekIntent(scene.timeline, 9500, 20_000, lead)).toBeNull()
  })

  it('[PLAY-16] stays within the track', () => {
    const { timeline } = Scene.playing()
    expect(seekIntent(timeline, -5, 10_000, lead)?.positionMs).toBe(0)
    expect(seekIntent(timeline, 1e9, 10_000, lead)?.positionMs).toBe(minute)
  })

  it('[PLAY-16] follows a seek that is on its way, so that dragging works', () => {
    const scene = Scene.playing()
    scene.write(seekIntent(scene.timeline, 20_000, 10_000, lead), 10_000)
    scene.write(seekIntent(scene.timeline, 30_000, 10_200, lead), 10_200)
    expect(scene.timeline.segmentAt(10_700)).toMatchObject({ positionMs: 30_000, startsAtMs: 10_700 })
  })

  it('[PLAY-16] changes nothing in silence, or when the track will have ended', () => {
    expect(seekIntent(new Scene().timeline, 5, 5000, lead)).toBeNull()
    expect(seekIntent(Scene.playing().timeline, 5, 60_800, lead)).toBeNull()
  })
})

describe('skip', () => {
  it('[PLAY-17] goes to the head of the queue as it stands, from a pause too', () => {
    const scene = Scene.playing()
    scene.vote(scene.c, { at: 5000 })
    const skip = { entry: scene.c, positionMs: 0, startsAtMs: 10_500, playing: true, turn: 2, cause: 'skip' }
    expect(skipIntent(scene.timeline, 10_000, lead)).toEqual(skip)
    scene.write(pauseIntent(scene.timeline, 6000, lead), 6000)
    expect(skipIntent(scene.timeline, 10_000, lead)).toEqual({ ...skip, turn: 3 })
  })

  it('[PLAY-17] goes to silence when the queue is empty', () => {
    const scene = Scene.playing()
    for (const entry of [scene.b, scene.c]) scene.withdraw(entry, { at: 5000 })
    expect(skipIntent(scene.timeline, 10_000, lead)).toMatchObject({ entry: null, positionMs: 0, playing: false })
  })

  it('[PLAY-17] skips one track per press, and none in silence or at a boundary', () => {
    const scene = Scene.playing()
    expect(skipIntent(scene.timeline, 60_800, lead)).toBeNull()
    scene.write(skipIntent(scene.timeline, 10_000, lead), 10_000)
    expect(skipIntent(scene.timeline, 10_200, lead)).toBeNull()
    expect(skipIntent(scene.timeline, 10_500, lead)).toMatchObject({ entry: scene.c })
    expect(skipIntent(new Scene().timeline, 10_000, lead)).toBeNull()
  })

  it('[PLAY-17] passes over an entry that was withdrawn after its pin', () => {
    const scene = Scene.playing()
    scene.withdraw(scene.b, { at: 55_000 })
    expect(skipIntent(scene.timeline, 56_000, lead)).toMatchObject({ entry: scene.c })
  })
})

describe('start', () => {
  it('[PLAY-18] starts what was added to a silent room, and nothing else', () => {
    const scene = new Scene()
    const start = { entry: scene.b, positionMs: 0, startsAtMs: 10_500, playing: true, turn: 1, cause: 'play' }
    expect(startIntent(scene.timeline, scene.b, 10_000, lead)).toEqual(start)
    scene.withdraw(scene.b, { at: 9000 })
    expect(startIntent(scene.timeline, scene.b, 10_000, lead)).toBeNull()
    expect(startIntent(Scene.playing().timeline, scene.b, 10_000, lead)).toBeNull()
  })

  it('[PLAY-18] starts what was added while a skip to silence is on its way', () => {
    const room = new RecordBuilder()
    room.play({ entry: room.entry({ at: 1 }), turn: 1, startsAtMs: 1000 })
    room.play({ entry: null, turn: 2, startsAtMs: 10_400, cause: 'skip' }, { at: 10_000 })
    const added = room.entry({ at: 10_100 })
    const timeline = createTimeline(foldRoom(room.room, room.records) as RoomState)
    expect(startIntent(timeline, added, 10_100, lead)).toMatchObject({ entry: added, startsAtMs: 10_600, turn: 3 })
  })

  it('[PLAY-18] leaves a pause, a play on its way and a boundary’s own advance alone', () => {
    const paused = Scene.playing()
    paused.write(pauseIntent(paused.timeline, 5000, lead), 5000)
    expect(startIntent(paused.timeline, paused.b, 10_000, lead)).toBeNull()
    const starting = new Scene()
    starting.play({ entry: starting.a, turn: 1, startsAtMs: 11_000 }, { at: 10_000 })
    expect(startIntent(starting.timeline, starting.b, 10_000, lead)).toBeNull()
    const last = new RecordBuilder()
    last.play({ entry: last.entry({ at: 1 }), turn: 1, startsAtMs: 1000 })
    const added = last.entry({ at: 60_900 })
    expect(startIntent(createTimeline(foldRoom(last.room, last.records) as RoomState), added, 60_900, lead)).toBeNull()
  })
})

describe('anchor', () => {
  it('[PLAY-12] repeats what the queue’s own advance gave, once, and nothing that a play says already', () => {
    const scene = Scene.playing()
    expect(anchorIntent(scene.timeline, 30_000)).toBeNull()
    const before = [62_000, 121_000].map((ms) => scene.timeline.segmentAt(ms))
    const anchor = anchorIntent(scene.timeline, 62_000)
    expect(anchor).toEqual({
      ...{ entry: scene.b, positionMs: 0, startsAtMs: 61_000, playing: true, turn: 2, cause: 'anchor' },
    })
    scene.write(anchor, 62_000)
    expect([62_000, 121_000].map((ms) => scene.timeline.segmentAt(ms))).toEqual(before)
    expect(anchorIntent(scene.timeline, 63_000)).toBeNull()
  })

  it('[PLAY-12] keeps backdated votes from changing what sounded', () => {
    const scene = Scene.playing()
    const backdated = (): unknown => scene.vote(scene.c, { at: 2000, by: bob })
    scene.write(anchorIntent(scene.timeline, 62_000), 62_000)
    backdated()
    expect(scene.timeline.segmentAt(62_000)?.entry.id).toBe(scene.b)
    const loose = Scene.playing()
    loose.vote(loose.c, { at: 2000, by: bob })
    expect(loose.timeline.segmentAt(62_000)?.entry.id).toBe(loose.c)
  })

  it('[PLAY-12] does not undo a play that is on its way', () => {
    const scene = Scene.playing()
    scene.write(pauseIntent(scene.timeline, 62_000, lead), 62_000)
    expect(anchorIntent(scene.timeline, 62_200)).toBeNull()
  })

  it('[PLAY-12] does not cite a boundary that is too long ago to count', () => {
    const room = new RecordBuilder()
    const first = room.entry({ at: 1 })
    const long: EntryId = room.entry({ at: 2, durationMs: 3 * limits.playPastMs })
    room.play({ entry: first, turn: 1, startsAtMs: 1000 })
    const timeline = createTimeline(foldRoom(room.room, room.records) as RoomState)
    expect(anchorIntent(timeline, 61_000 + limits.playPastMs)).toMatchObject({ entry: long })
    expect(anchorIntent(timeline, 61_000 + limits.playPastMs + 1)).toBeNull()
    expect(anchorIntent(timeline, 0)).toBeNull()
  })
})
