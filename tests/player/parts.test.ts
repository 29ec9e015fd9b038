import { describe, expect, it } from 'vitest'
import type { RenderSegment, ToRenderer } from '../../src/player/messages.ts'
import { Parts } from '../../src/player/parts.ts'
import type { PlayerSegment } from '../../src/player/player.ts'

/** Bytes that never come: decoding is not the question here. */
const track = (id: string): PlayerSegment['track'] => ({
  ref: { id, sizeBytes: 1, type: 'audio/mpeg' },
  read: () => new Promise(() => undefined),
})

const segment = (id: string, of: string, startsAtMs: number, positionMs = 0): PlayerSegment => ({
  ...{ id, startsAtMs, positionMs, endsAtMs: startsAtMs + 60_000, track: track(of), gain: 1 },
})

function rendered() {
  const told: (readonly RenderSegment[])[] = []
  const parts = new Parts(1_000, (message: ToRenderer) => {
    if (message.kind === 'segments') told.push(message.segments)
  })
  return { parts, latest: () => told.at(-1)! }
}

describe('the parts of a time line', () => {
  it('[SOUND-21] keep what was decoded when a paused segment, or the next one, is given a time to begin', () => {
    const { parts, latest } = rendered()
    parts.set([segment('paused', 'A', Infinity, 40_000)])
    const [held] = latest()
    expect(held).toMatchObject({ startsAtMs: Infinity, positionMs: 40_000 })
    parts.set([segment('played', 'A', 9_000, 40_000), segment('next', 'B', 69_000)])
    expect(latest()[0]).toEqual({ ...held, startsAtMs: 8_000, endsAtMs: 68_000 })
    const next = latest()[1]!
    parts.set([segment('played', 'A', 9_000, 40_000), segment('skipped to', 'B', 12_000)])
    expect(latest()[1]).toEqual({ ...next, startsAtMs: 11_000, endsAtMs: 71_000 })
    parts.close()
  })

  it('[SOUND-21] decode anew what begins elsewhere in the track, and do not share one decoder between two segments', () => {
    const { parts, latest } = rendered()
    parts.set([segment('one', 'A', 0)])
    parts.set([segment('one', 'A', 0), segment('again', 'A', 60_000)])
    const keys = latest().map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    parts.set([segment('seek', 'A', 5_000, 30_000)])
    expect(keys).not.toContain(latest()[0]!.key)
    parts.close()
  })
})
