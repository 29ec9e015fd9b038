import type { EntryId } from './ids.ts'
import { limits } from './limits.ts'
import { standsAt } from './queue-order.ts'
import type { PlayBody, PlayCause } from './record.ts'
import type { Segment } from './room-state.ts'
import { positionAt, type RoomTimeline } from './timeline.ts'

/** What stands between a press and the sound everywhere, all in ms. */
export interface LeadNeeds {
  /** From the press until the play is signed, kept and on its way. */
  readonly writeMs: number
  /** For each neighbour a round trip that hardly any probe of late exceeded. */
  readonly roundTripsMs: readonly number[]
  /** Whether every listener is a neighbour. Else plays are passed on. */
  readonly direct: boolean
  /** For each who listens, this device too: from having a play in hand to its sound. */
  readonly readyMs: readonly number[]
}

/** One way to a neighbour, as a share of a slow round trip: half of it, and half as much again because queues are one-sided. */
const DIRECT = 0.75
/** A way over others: three times half of it. */
const PASSED_ON = 1.5

/**
 * Time between a press and its effect, ms: long enough that whoever listens has the play in time, as short as the room
 * allows. Of ten, the slowest does not hold up the others.
 */
export function leadMs({ writeMs, roundTripsMs, direct, readyMs }: LeadNeeds): number {
  const wayMs = (direct ? DIRECT : PASSED_ON) * slowestOfMost(roundTripsMs)
  const neededMs = writeMs + wayMs + slowestOfMost(readyMs) + limits.leadMarginMs
  return Math.min(limits.leadMaxMs, Math.max(limits.leadMinMs, neededMs))
}

/** The largest once one value in ten is left out; 0 of none. */
const slowestOfMost = (values: readonly number[]): number =>
  values.toSorted((a, b) => b - a)[Math.floor(values.length / 10)] ?? 0

/*
 * Intents: what a person wants, as the play that brings it about at `nowMs + leadMs`; null when it would change nothing.
 * Each looks at what sounds at that later time, not now: a play on its way, or a boundary, may come before.
 */

/** Goes on from a pause, or starts the head of the queue when nothing sounds. */
export function playIntent(timeline: RoomTimeline, nowMs: number, leadMs: number): PlayBody | null {
  const startsAtMs = nowMs + leadMs
  const then = timeline.segmentAt(startsAtMs)
  if (then?.playing) return null
  const entry = then?.entry.id ?? headAt(timeline, startsAtMs)
  if (entry === null) return null
  return play(timeline, 'play', { entry, positionMs: then?.positionMs ?? 0, startsAtMs, playing: true })
}

/** Stands still where the track is when the pause takes effect. */
export function pauseIntent(timeline: RoomTimeline, nowMs: number, leadMs: number): PlayBody | null {
  const startsAtMs = nowMs + leadMs
  const then = timeline.segmentAt(startsAtMs)
  if (!then?.playing) return null
  const positionMs = positionWithin(then, positionAt(then, startsAtMs))
  return play(timeline, 'pause', { entry: then.entry.id, positionMs, startsAtMs, playing: false })
}

/** Moves within the present track, which goes on playing or standing. Null when it will have ended by then. */
export function seekIntent(timeline: RoomTimeline, positionMs: number, nowMs: number, leadMs: number): PlayBody | null {
  const startsAtMs = nowMs + leadMs
  const then = stillThere(timeline, nowMs, startsAtMs)
  if (then === null) return null
  const targetMs = positionWithin(then, positionMs)
  if (targetMs === positionAt(then, startsAtMs)) return null
  return play(timeline, 'seek', { entry: then.entry.id, positionMs: targetMs, startsAtMs, playing: then.playing })
}

/** Goes to the head of the queue, or to silence. Null when the present track will have ended by then: one press, one track. */
export function skipIntent(timeline: RoomTimeline, nowMs: number, leadMs: number): PlayBody | null {
  const startsAtMs = nowMs + leadMs
  if (stillThere(timeline, nowMs, startsAtMs) === null) return null
  const entry = headAt(timeline, startsAtMs)
  return play(timeline, 'skip', { entry, positionMs: 0, startsAtMs, playing: entry !== null })
}

/** Starts an entry that was just added to a silent room. Null when something sounds or stands paused already. */
export function startIntent(timeline: RoomTimeline, entry: EntryId, nowMs: number, leadMs: number): PlayBody | null {
  const startsAtMs = nowMs + leadMs
  const { current, next, queue } = timeline.at(startsAtMs)
  if (current !== null || next !== null || !queue.some((item) => item.entry.id === entry)) return null
  return play(timeline, 'play', { entry, positionMs: 0, startsAtMs, playing: true })
}

/**
 * Repeats exactly what the queue's own advance gave, so that what is said later of the past cannot change it (PLAY-12).
 * Null when a play says it already, a later play is on its way, or the boundary is too long ago for a play to cite.
 */
export function anchorIntent(timeline: RoomTimeline, nowMs: number): PlayBody | null {
  const current = timeline.segmentAt(nowMs)
  if (current === null || !timeline.advancedByItselfAt(nowMs)) return null
  const { startsAtMs } = current
  const winner = timeline.state.plays.at(-1)
  if (winner !== undefined && winner.startsAtMs > startsAtMs) return null
  if (startsAtMs < nowMs - limits.playPastMs) return null
  return play(timeline, 'anchor', { entry: current.entry.id, positionMs: 0, startsAtMs, playing: true })
}

function play({ state }: RoomTimeline, cause: PlayCause, body: Omit<PlayBody, 'turn' | 'cause'>): PlayBody {
  return { ...body, turn: (state.plays.at(-1)?.turn ?? 0) + 1, cause }
}

/** What is in force at `startsAtMs`, when it is of the entry that is there at `nowMs`. */
function stillThere(timeline: RoomTimeline, nowMs: number, startsAtMs: number): Segment | null {
  const then = timeline.segmentAt(startsAtMs)
  return then !== null && then.entry === timeline.segmentAt(nowMs)?.entry ? then : null
}

/** The first of the queue that was not withdrawn; one that was, after its pin, sounds by itself but not by a press. */
function headAt(timeline: RoomTimeline, atMs: number): EntryId | null {
  return timeline.at(atMs).queue.find(({ entry }) => standsAt(entry, atMs))?.entry.id ?? null
}

const positionWithin = ({ entry }: Segment, positionMs: number): number =>
  Math.min(entry.track.durationMs, Math.max(0, positionMs))
