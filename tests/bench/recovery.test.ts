import { describe, expect, it } from 'vitest'
import { holds } from '../../bench/ears/asked.ts'
import { plotSkew } from '../../bench/ears/plot.ts'
import { recoveredAfterS } from '../../bench/ears/scenarios/freeze.ts'
import { wander } from '../../bench/ears/scenarios/probes.ts'

const windowsOf = (skews: readonly number[]) => skews.map((skewMs, i) => ({ atS: 10 + i / 4, skewMs, likeness: 1 }))
const seriesOf = (skews: readonly number[], unlike: readonly number[] = [], alone: readonly number[] = []) => ({
  windows: windowsOf(skews),
  silent: [],
  alone,
  unlike,
})

describe('what the ears conclude', () => {
  it('[SOUND-15] a listener is back when the last window out of step is over', () => {
    expect(recoveredAfterS(seriesOf([0.1, -0.9, 0.2]), 10)).toBe(0)
    expect(recoveredAfterS(seriesOf([40, 0.2, -1.5, 0.3, 0.2]), 10)).toBe(0.75)
    expect(recoveredAfterS(seriesOf([0.1, 0.2, 0.3], [9.75], [9.5]), 9.5)).toBe(0.5)
  })

  it('[SOUND-15] a listener who is out of step to the end is not back', () => {
    expect(recoveredAfterS(seriesOf([0.1, 0.2, 3]), 10)).toBe(Infinity)
    expect(recoveredAfterS(seriesOf([0.1, 0.2], [11]), 10)).toBe(Infinity)
    expect(recoveredAfterS(seriesOf([]), 10)).toBe(Infinity)
  })

  it('[SOUND-15] wander is how far the levels of stretches lie apart, whatever the level is', () => {
    const level = (ms: number, from: number) =>
      Array.from({ length: 20 }, (_, i) => ({ atS: from + i / 4, skewMs: ms + (i % 2) * 0.01, likeness: 1 }))
    expect(wander([...level(5, 0), ...level(5, 5)])).toBeCloseTo(0)
    expect(wander([...level(5, 0), ...level(3.5, 5), ...level(4, 10)])).toBeCloseTo(1.5)
  })

  it('[SOUND-15] a figure that was not measured does not hold', () => {
    expect(holds({ median: 0.1, p95: 0.2, max: 0.3 }, { median: 0.1, max: 0.5 })).toBe(true)
    expect(holds({ median: 0.1, p95: 0.2, max: 0.6 }, { median: 0.1, max: 0.5 })).toBe(false)
    expect(holds({ median: NaN, p95: NaN, max: NaN }, { median: 0.1 })).toBe(false)
  })

  it('[SOUND-15] the plot has a dot per window at its place, names its axes and holds together as XML', () => {
    const summary = { median: 0.1, p95: 0.2, max: 0.3 }
    const plot = plotSkew(windowsOf([0.1, -0.2, 0.3]), summary, { p95: 0.25, max: 0.6 })
    const heights = [...plot.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, y]) => Number(y))
    expect(heights).toHaveLength(3)
    expect(heights[1]).toBeGreaterThan(heights[0]!)
    expect(heights[0]).toBeGreaterThan(heights[2]!)
    expect(plot).toContain('Time, s')
    expect(plot).toMatch(/later by, ms/)
    expect(plot.match(/<(?!\/)[a-z][^>]*[^/]>/g)?.length).toBe(plot.match(/<\/[a-z]+>/g)?.length)
    expect(plot).not.toMatch(/NaN|undefined/)
  })
})
