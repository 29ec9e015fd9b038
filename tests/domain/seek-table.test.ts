import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markAt } from '../../src/domain/seek-table.ts'

const table = fc.record({
  sampleRate: fc.integer({ min: 8_000, max: 192_000 }),
  everyFrames: fc.integer({ min: 1, max: 10_000_000 }),
  gapsBytes: fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 50 }),
})

describe('seek table', () => {
  it('[SOUND-25] names the last mark that lies not behind the place, inside the file and behind its first packet', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: -1_000_000, max: 1_000_000_000 }), (seekTable, frame) => {
        const { everyFrames, gapsBytes } = seekTable
        const marks = gapsBytes.map((_, i) => gapsBytes.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0))
        const sizeBytes = marks.at(-1)! + 1
        const mark = markAt(seekTable, frame, sizeBytes)
        const index = marks.findLastIndex((_, i) => i * everyFrames <= frame)
        if (index <= 0) expect(mark).toBeNull()
        else expect(mark).toEqual({ frame: index * everyFrames, atByte: marks[index], firstByte: marks[0] })
        expect(markAt(seekTable, frame, mark?.atByte ?? sizeBytes)).toBeNull()
      }),
    )
  })
})
