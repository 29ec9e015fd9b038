import { describe, expect, it } from 'vitest'
import { RoomClock } from '../../src/clock/room-clock.ts'
import { syncView, type SyncSources } from '../../src/app/session/sync-view.ts'
import type { SyncView } from '../../src/app/room-view.ts'
import { SilentPlayer } from './house.ts'

const player = { ...new SilentPlayer(new RoomClock(() => 0, 0), 0).status, errorMs: 0.3 }
const clock = { settled: true, errorMs: 1, neighbours: 2 }

describe('what the sync pill says', () => {
  it.each<[SyncView['state'], Partial<SyncSources['player']>, Partial<SyncSources['clock']>]>([
    ['in-step', {}, {}],
    ['off', { state: 'locked', timing: 'learning' }, { settled: false }],
    ['settling', { timing: 'learning' }, { settled: false }],
    ['idle', { state: 'silent' }, {}],
    ['idle', { state: 'failed' }, {}],
    ['learning', { state: 'waiting', timing: 'learning' }, {}],
    ['waiting', { state: 'waiting' }, {}],
    ['ran-dry', { timing: 'ran-dry', errorMs: 20 }, {}],
    ['cut-over', { timing: 'cut-over' }, {}],
    ['correcting', { timing: 'resampling', errorMs: -5.1 }, {}],
    ['in-step', { timing: 'resampling', errorMs: 1 }, {}],
    ['no-clock', {}, { neighbours: 0 }],
  ])('[APP-31] is "%s" of player %o and clock %o', (state, ofPlayer, ofClock) => {
    expect(syncView({ player: { ...player, ...ofPlayer }, clock: { ...clock, ...ofClock }, away: false }).state).toBe(
      state,
    )
  })
})
