import type { RoomTime } from '../clock/room-time.ts'
import type { RenderSegment, RoomMap } from './messages.ts'
import { heardAtMs, type OutputLine } from './output-clock.ts'
import type { PlayerSegment } from './player.ts'

/**
 * Room time at which context frame `frame` is heard, and the pace of what follows.
 * @param offsetMs how much later than the browser knows this device's sound arrives
 * @param epochMs room time that the renderer counts from
 */
export function roomMap(
  line: OutputLine,
  roomTime: RoomTime,
  at: { readonly frame: number; readonly sampleRate: number; readonly offsetMs: number; readonly epochMs: number },
): RoomMap {
  const contextTimeS = at.frame / at.sampleRate
  const roomMs = roomTime.at(heardAtMs(line, contextTimeS) + at.offsetMs)
  const secondLaterMs = roomTime.at(heardAtMs(line, contextTimeS + 1) + at.offsetMs)
  return { frame: at.frame, roomMs: roomMs - at.epochMs, msPerFrame: (secondLaterMs - roomMs) / at.sampleRate }
}

/** A quarter of a frame, and of what two listeners differ by at rest. */
const FORETOLD_MS = 0.005

/** Whether `former`, run on, says the same as `map`. */
export const isForetold = (map: RoomMap, former: RoomMap): boolean =>
  Math.abs(former.roomMs + (map.frame - former.frame) * former.msPerFrame - map.roomMs) < FORETOLD_MS

/** A segment as the renderer knows it: times counted from `epochMs`. */
export const renderSegment = (key: number, segment: PlayerSegment, epochMs: number): RenderSegment => ({
  key,
  startsAtMs: segment.startsAtMs - epochMs,
  positionMs: segment.positionMs,
  endsAtMs: segment.endsAtMs - epochMs,
  gain: segment.gain,
})
