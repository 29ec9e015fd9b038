import { describe, expect, it } from 'vitest'
import type { RenderReport } from '../../src/player/messages.ts'
import { readStatus, type StatusSources } from '../../src/player/player-status.ts'
import type { Timing } from '../../src/player/player.ts'

const report: RenderReport = { frame: 0, state: 'silent', key: null, positionMs: 0, ratePpm: 0, sinceCutMs: Infinity }
const calm: StatusSources = {
  graph: { context: { currentTime: 1 } },
  line: { contextTimeS: 1, localMs: 10_030, msPerS: 1_000 },
  nowMs: 10_000,
  roomMs: 50_000,
  epochMs: 0,
  report,
  map: { frame: 0, roomMs: 50_000, msPerFrame: 1 / 48 },
  ranDryAtMs: -Infinity,
  parts: [],
}

describe('the player’s status', () => {
  it.each<[Timing, Partial<StatusSources>]>([
    ['steady', {}],
    ['learning', { line: null }],
    ['learning', { report: null }],
    ['ran-dry', { ranDryAtMs: 7_000, report: { ...report, sinceCutMs: 2_000 } }],
    ['cut-over', { ranDryAtMs: 5_000, report: { ...report, sinceCutMs: 2_000, ratePpm: 4_000 } }],
    ['resampling', { report: { ...report, sinceCutMs: 4_000, ratePpm: -501 } }],
    ['steady', { report: { ...report, ratePpm: 500 } }],
  ])('[OUT-5] says "%s"', (timing, change) => {
    expect(readStatus({ ...calm, ...change }).timing).toBe(timing)
  })
})
