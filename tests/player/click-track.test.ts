import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feed, mapAt, RATE, render, rendererAt, segments, sine } from './support.ts'

const TONE_HZ = 200

const peak = (signal: Float32Array, fromS: number, toS: number): number =>
  signal.subarray(fromS * RATE, toS * RATE).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

describe('clicks', () => {
  it('[OUT-1] begin at whole seconds of room time to the sample, whatever the map', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3_000, max: 3_000, noNaN: true }),
        fc.constantFrom(44_100, 48_000),
        (aheadMs, rate) => {
          const renderer = rendererAt(rate)
          renderer.receive({ kind: 'map', map: mapAt(rate, 0, aheadMs) })
          renderer.receive({ kind: 'clicks', on: true })
          const out = render(renderer, 0, 1.2 * rate)
          const due = ((1000 - (((aheadMs % 1000) + 1000) % 1000)) * rate) / 1000
          const first = out.findIndex((value, i) => i > due - rate / 10 && Math.abs(value) > 0.01)
          expect(first).toBeGreaterThanOrEqual(due)
          expect(first).toBeLessThan(due + 3)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('[OUT-1] sound high and low in turns, so that a device that is a second off does not pass for one in step', () => {
    const renderer = rendererAt(RATE)
    renderer.receive({ kind: 'clicks', on: true })
    const out = render(renderer, 0, 2.1 * RATE)
    const crossings = (fromS: number): number => {
      const part = out.subarray(fromS * RATE, (fromS + 0.01) * RATE)
      return part.filter((value, i) => i > 0 && value * part[i - 1]! < 0).length
    }
    expect(crossings(0)).toBeGreaterThan(crossings(1) * 1.3)
    expect(crossings(2)).toBe(crossings(0))
  })

  it('[OUT-1] keep the music back meanwhile, without a jump, and give it back whole', () => {
    const renderer = rendererAt(RATE)
    segments(renderer, { key: 1, startsAtMs: 0, positionMs: 0, endsAtMs: 60_000 })
    feed(renderer, 1, [sine(TONE_HZ, RATE, 4 * RATE)], RATE)
    const out = render(renderer, 0, 3 * RATE, (frame) => {
      if (frame === 128 * 100) renderer.receive({ kind: 'clicks', on: true })
      if (frame === 128 * 600) renderer.receive({ kind: 'clicks', on: false })
    })
    expect(peak(out, 0.1, 0.26)).toBeCloseTo(0.5, 3)
    expect(peak(out, 0.6, 0.9)).toBeCloseTo(0.5 * 0.06, 3)
    expect(peak(out, 2, 2.9)).toBeCloseTo(0.5, 3)
    const steepest = 0.5 * 2 * Math.sin((Math.PI * TONE_HZ) / RATE)
    for (const [from, to] of [
      [0.1, 0.99],
      [1.05, 2.9],
    ] as const)
      expect(
        peak(
          out.subarray(1).map((value, i) => value - out[i]!),
          from,
          to,
        ),
      ).toBeLessThan(steepest + 0.001)
  })
})
