import type { Feeder } from './feeder.ts'
import type { RenderReport, RoomMap } from './messages.ts'
import { heardAtMs, type OutputLine } from './output-clock.ts'
import type { PlayerSegment, PlayerStatus, Timing } from './player.ts'

/** A segment and what decodes it. */
export interface Part {
  readonly feeder: Pick<Feeder, 'key' | 'failure'>
  readonly segment: PlayerSegment
}

/** What there is to say while nothing sounds, whichever engine. */
export const NOTHING = {
  segment: null,
  positionMs: 0,
  errorMs: 0,
  outputLatencyMs: 0,
  ratePpm: 0,
  timing: 'learning',
  level: 0,
} as const

/** What was done is worth saying for so long, ms. */
const TOLD_FOR_MS = 4_000
/** Correction that nobody hears. */
const STEADY_PPM = 500

/** Before the first tap. */
export const LOCKED: PlayerStatus = { ...NOTHING, engine: 'audio-graph', state: 'locked' }

export interface StatusSources {
  readonly graph: { readonly context: { readonly currentTime: number } }
  readonly line: OutputLine | null
  /** Local and room time now. */
  readonly nowMs: number
  readonly roomMs: number
  /** Room time that `map` counts from. */
  readonly epochMs: number
  readonly report: RenderReport | null
  readonly map: RoomMap | null
  /** Local time at which the output ran dry last. */
  readonly ranDryAtMs: number
  readonly parts: readonly Part[]
}

/** What a running graph says of itself, but for its level: that is dear to measure, and wanted a few times a second only. */
export function readStatus(sources: StatusSources): PlayerStatus {
  const { graph, line, nowMs, roomMs, epochMs, report, map, parts } = sources
  const outputLatencyMs = line === null ? 0 : heardAtMs(line, graph.context.currentTime) - nowMs
  const shared = { engine: 'audio-graph' as const, outputLatencyMs, timing: timing(sources), level: 0 }
  const part =
    parts.find(({ feeder }) => feeder.key === report?.key) ??
    parts.find(({ segment }) => segment.startsAtMs <= roomMs && segment.endsAtMs > roomMs)
  if (part === undefined || report === null) return { ...NOTHING, ...shared, state: 'silent' }
  const { segment, feeder } = part
  const targetMs = segment.positionMs + roomMs - segment.startsAtMs
  if (report.state === 'playing' && map !== null) {
    const heardMs = map.roomMs + (report.frame - map.frame) * map.msPerFrame + epochMs
    const errorMs = segment.positionMs + heardMs - segment.startsAtMs - report.positionMs
    const { ratePpm } = report
    return { ...shared, segment: segment.id, state: 'playing', positionMs: targetMs - errorMs, errorMs, ratePpm }
  }
  const standing = { ...shared, segment: segment.id, positionMs: targetMs, errorMs: 0, ratePpm: 0 }
  if (feeder.failure !== null) return { ...standing, state: 'failed', message: feeder.failure }
  return { ...standing, state: segment.startsAtMs > roomMs ? 'silent' : 'waiting' }
}

function timing({ line, nowMs, ranDryAtMs, report }: StatusSources): Timing {
  if (line === null || report === null) return 'learning'
  if (nowMs - ranDryAtMs < TOLD_FOR_MS) return 'ran-dry'
  if (report.sinceCutMs < TOLD_FOR_MS) return 'cut-over'
  return Math.abs(report.ratePpm) > STEADY_PPM ? 'resampling' : 'steady'
}

/** Whether the player does something else: that is told at once, mere figures now and then. */
export const differs = (status: PlayerStatus, before: PlayerStatus): boolean =>
  status.state !== before.state || status.segment !== before.segment || status.message !== before.message
