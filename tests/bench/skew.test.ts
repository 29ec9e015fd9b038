import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { skewSeries } from '../../bench/ears/measure/skew.ts'
import { summarise } from '../../bench/ears/measure/summary.ts'
import { noise, RATE, sampled } from './support.ts'

describe('the ears themselves', () => {
  it('[SOUND-15] measure a known skew to 2 µs, of either sign', () => {
    fc.assert(
      fc.property(fc.double({ min: -150, max: 150, noNaN: true }), fc.integer({ min: 1, max: 1e6 }), (skewMs, seed) => {
        const sound = noise(seed)
        const lag = (skewMs * RATE) / 1000
        const first = sampled(sound, 0.7)
        const second = sampled((frame) => sound(frame - lag), 0.7)
        const { windows } = skewSeries(first, second, { rate: RATE, from: 0.2 * RATE, until: 0.5 * RATE })
        expect(windows).toHaveLength(1)
        expect(Math.abs(windows[0]!.skewMs - skewMs)).toBeLessThan(0.002)
      }),
      { numRuns: 6 },
    )
  })

  it('[SOUND-15] tell silence, one who sounds alone, and two who do not hear the same apart', () => {
    const one = sampled(noise(1), 0.4)
    const other = sampled(noise(2), 0.4)
    const none = new Float32Array(0.4 * RATE)
    expect(skewSeries(none, none, { rate: RATE })).toEqual({ windows: [], silent: [0], alone: [], unlike: [] })
    expect(skewSeries(one, none, { rate: RATE })).toEqual({ windows: [], silent: [], alone: [0], unlike: [] })
    expect(skewSeries(none, one, { rate: RATE })).toEqual({ windows: [], silent: [], alone: [0], unlike: [] })
    expect(skewSeries(one, other, { rate: RATE })).toEqual({ windows: [], silent: [], alone: [], unlike: [0] })
  })

  it('[SOUND-15] measure from a given frame on, even from the very first', () => {
    const sound = noise(3)
    const first = sampled(sound, 1.2)
    const second = sampled((frame) => sound(frame - 24), 1.2)
    const { windows } = skewSeries(first, second, { rate: RATE, from: 0, until: RATE })
    expect(windows.map(({ atS }) => atS)).toEqual([0, 0.25, 0.5, 0.75])
    for (const { skewMs } of windows) expect(skewMs).toBeCloseTo(0.5, 2)
  })

  it('[SOUND-15] summarise by absolute value', () => {
    expect(summarise([-3, 1, 2])).toEqual({ median: 2, p95: 3, max: 3 })
    expect(summarise([]).median).toBeNaN()
  })
})
