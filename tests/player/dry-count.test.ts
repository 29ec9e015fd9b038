import { describe, expect, it } from 'vitest'
import { DryCount } from '../../src/player/dry-count.ts'

const added = (count: DryCount, ...atMs: readonly number[]): boolean[] => atMs.map((each) => count.add(each))

describe('dry count', () => {
  it('[SOUND-18] asks for a larger buffer at the third time within 30 s, not at three times further apart', () => {
    const count = new DryCount()
    expect(added(count, 0, 16_000, 31_000, 47_000)).not.toContain(true)
    expect(count.add(53_000)).toBe(true)
    count.reset(53_100)
    expect(count.add(62_000)).toBe(false)
  })

  it('[SOUND-18] takes what is lost within 5 s for one time: another page that loads is no reason', () => {
    const count = new DryCount()
    expect(added(count, 0, 500, 1_000, 4_900, 5_100, 8_000, 10_000)).not.toContain(true)
    expect(count.latestMs).toBe(10_000)
    expect(count.add(10_200)).toBe(true)
  })

  it('[SOUND-18] does not count the first 8 s of an output', () => {
    const count = new DryCount()
    count.reset(1_000)
    expect(added(count, 1_500, 3_000, 5_000, 8_900, 9_100, 14_200)).not.toContain(true)
    expect(count.add(19_300)).toBe(true)
  })
})
