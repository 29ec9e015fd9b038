import { createHistory } from './history.ts'
import { limits } from './limits.ts'
import { queueAt } from './queue-order.ts'
import type { QueueItem, RoomState, Segment, Timeline } from './room-state.ts'
import { Walk, type Step } from './walk.ts'

/** What one state of a room says about all room times; the walked part is kept, so that asking again is cheap. */
export interface RoomTimeline {
  readonly state: RoomState
  /** All that is shown at a room time. */
  at(nowMs: number): Timeline
  /** What sounds or stands paused at a room time: the cheap part of `at`, for every frame. */
  segmentAt(nowMs: number): Segment | null
  /** Whether what sounds then came by the queue's own advance, which no play has confirmed yet. */
  advancedByItselfAt(nowMs: number): boolean
}

/** `previous`: that of an earlier state of the room; its walk is kept when nothing that sounds or waits has changed (chat, profiles). */
export function createTimeline(state: RoomState, previous?: RoomTimeline): RoomTimeline {
  if (previous?.state.entries === state.entries && previous.state.plays === state.plays) return { ...previous, state }
  const walk = new Walk(state)
  const historyBefore = createHistory(walk.steps)

  const stepAt = (nowMs: number): Step | null => {
    const step = walk.steps[walk.indexAt(nowMs)]
    return step !== undefined && nowMs < step.segment.endsAtMs ? step : null
  }
  return {
    state,
    segmentAt: (nowMs) => stepAt(nowMs)?.segment ?? null,
    advancedByItselfAt: (nowMs) => stepAt(nowMs)?.play === null,
    at(nowMs) {
      const index = walk.indexAt(nowMs)
      const current = stepAt(nowMs)?.segment ?? null
      const next = nextStep(current, walk.steps[index + 1], nowMs)
      return {
        current,
        next: next?.segment ?? null,
        queue: queueView(walk, next, nowMs),
        history: historyBefore(current === null ? index + 1 : index),
      }
    },
  }
}

/** `createTimeline(state).at(nowMs)`, for one look; whoever looks again keeps the `RoomTimeline`. */
export const timelineAt = (state: RoomState, nowMs: number): Timeline => createTimeline(state).at(nowMs)

/** Position in the track at a room time within (or at the end of) the segment, ms. */
export const positionAt = ({ positionMs, startsAtMs, playing }: Segment, nowMs: number): number =>
  playing ? positionMs + nowMs - startsAtMs : positionMs

/** What follows without any message: the boundary's entry, or a play that waits for its start. */
function nextStep(current: Segment | null, following: Step | undefined, nowMs: number): Step | null {
  if (following === undefined || !following.segment.playing) return null
  const { startsAtMs } = following.segment
  // Out of silence or a pause only a play leads on, and an honest one starts soon; a hostile one may say "in a year".
  const isSeamless = current?.playing === true && startsAtMs === current.endsAtMs
  return isSeamless || startsAtMs <= nowMs + limits.playAheadMs ? following : null
}

function queueView(walk: Walk, next: Step | null, nowMs: number): readonly QueueItem[] {
  const queue = queueAt(walk.waitingAt(nowMs), nowMs).map(({ entry, voters }) => ({ entry, voters, pinned: false }))
  // An entry that leaves the queue with the next segment stands first, even when withdrawn or outvoted after the pin.
  const entry = next?.segment.entry
  if (next === null || entry === undefined || walk.left.get(entry.id) !== next.segment.startsAtMs) return queue
  const voters = queue.find((item) => item.entry === entry)?.voters ?? []
  const first = { entry, voters, pinned: nowMs >= next.fixedFromMs }
  return [first, ...queue.filter((item) => item.entry !== entry)]
}
