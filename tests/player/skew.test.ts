import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { skewSeries, summarise } from '../../bench/ears/skew.ts'

const RATE = 48_000

/** Band-limited noise that can be read between its frames: a sum of tones with the phases of a seed. */
function noise(seed: number): (frame: number) => number {
  let state = seed
  const random = (): number => (state = (state * 16_807 + 11) % 2_147_483_647) / 2_147_483_647
  const tones = Array.from(
    { length: 60 },
    () => [2 * Math.PI * (100 + 7_900 * random()), 2 * Math.PI * random()] as const,
  )
  return (frame) => 0.05 * tones.reduce((sum, [pulse, phase]) => sum + Math.sin((pulse * frame) / RATE + phase), 0)
}

describe('the ears themselves', () => {
  it('[SOUND-15] measure a known skew to 2 µs, of either sign', () => {
    fc.assert(
      fc.property(fc.double({ min: -150, max: 150, noNaN: true }), fc.integer({ min: 1, max: 1e6 }), (skewMs, seed) => {
        const sound = noise(seed)
        const lag = (skewMs * RATE) / 1000
        const first = Float32Array.from({ length: 0.7 * RATE }, (_, i) => sound(i))
        const second = Float32Array.from({ length: 0.7 * RATE }, (_, i) => sound(i - lag))
        const { windows } = skewSeries(first, second, RATE)
        expect(windows).toHaveLength(1)
        expect(Math.abs(windows[0]!.skewMs - skewMs)).toBeLessThan(0.002)
      }),
      { numRuns: 6 },
    )
  })

  it('[SOUND-15] leave out silence, and say when two do not hear the same', () => {
    const one = Float32Array.from({ length: 0.7 * RATE }, (_, i) => noise(1)(i))
    const other = Float32Array.from({ length: 0.7 * RATE }, (_, i) => noise(2)(i))
    const none = new Float32Array(0.7 * RATE)
    expect(skewSeries(one, none, RATE)).toMatchObject({ windows: [], silent: 1, unlike: 0 })
    expect(skewSeries(one, other, RATE)).toMatchObject({ windows: [], silent: 0, unlike: 1 })
  })

  it('[SOUND-15] summarise by absolute value', () => {
    expect(summarise([-3, 1, 2])).toEqual({ median: 2, p95: 3, max: 3 })
    expect(summarise([]).median).toBeNaN()
  })
})
