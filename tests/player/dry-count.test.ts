import { describe, expect, it } from 'vitest'
import { DryCount } from '../../src/player/dry-count.ts'

describe('dry count', () => {
  it('[SOUND-18] asks for a larger buffer at the third time within 10 s, not at three times further apart', () => {
    const count = new DryCount()
    expect([0, 6_000, 11_000, 17_000].map((atMs) => count.add(atMs))).toEqual([false, false, false, false])
    expect(count.add(18_000)).toBe(true)
    count.reset(18_100)
    expect(count.add(18_500)).toBe(false)
  })

  it('[SOUND-18] does not count the first 5 s of an output', () => {
    const count = new DryCount()
    count.reset(1_000)
    expect([1_500, 3_000, 5_900, 6_100, 6_200].map((atMs) => count.add(atMs))).toEqual(Array(5).fill(false))
    expect(count.add(6_300)).toBe(true)
  })
})
