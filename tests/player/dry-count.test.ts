import { describe, expect, it } from 'vitest'
import { DryCount } from '../../src/player/dry-count.ts'

const added = (count: DryCount, ...atMs: readonly number[]): boolean[] => atMs.map((each) => count.add(each))

describe('dry count', () => {
  it('[SOUND-18] asks for a larger buffer at the third time within 10 s, not at three times further apart', () => {
    const count = new DryCount()
    expect(added(count, 0, 6_000, 11_000, 17_000)).not.toContain(true)
    expect(count.add(18_000)).toBe(true)
    count.reset(18_100)
    expect(count.add(18_500)).toBe(false)
  })

  it('[SOUND-18] does not count the first 8 s of an output', () => {
    const count = new DryCount()
    count.reset(1_000)
    expect(added(count, 1_500, 3_000, 5_000, 8_900, 9_100, 9_200)).not.toContain(true)
    expect(count.add(9_300)).toBe(true)
  })
})
