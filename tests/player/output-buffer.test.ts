import { describe, expect, it } from 'vitest'
import { OutputBuffer } from '../../src/player/output-buffer.ts'

const added = (buffer: OutputBuffer, ...atMs: readonly number[]): boolean[] => atMs.map((each) => buffer.add(each))

describe('output buffer', () => {
  it('[SOUND-18] asks for a larger buffer at the third time within 30 s, not at three times further apart', () => {
    const buffer = new OutputBuffer()
    expect(added(buffer, 0, 16_000, 31_000, 47_000)).not.toContain(true)
    expect(buffer.add(53_000)).toBe(true)
    buffer.reset(53_100)
    expect(buffer.add(62_000)).toBe(false)
  })

  it('[SOUND-18] takes what is lost within 5 s for one time: another page that loads is no reason', () => {
    const buffer = new OutputBuffer()
    expect(added(buffer, 0, 500, 1_000, 4_900, 5_100, 8_000, 10_000)).not.toContain(true)
    expect(buffer.latestMs).toBe(10_000)
    expect(buffer.add(10_200)).toBe(true)
  })

  it('[SOUND-18] does not buffer the first 8 s of an output', () => {
    const buffer = new OutputBuffer()
    buffer.reset(1_000)
    expect(added(buffer, 1_500, 3_000, 5_000, 8_900, 9_100, 14_200)).not.toContain(true)
    expect(buffer.add(19_300)).toBe(true)
  })
})
