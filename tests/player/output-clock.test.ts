import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heardAtMs, OutputClock, type OutputReading } from '../../src/player/output-clock.ts'

const PERIOD_S = 0.05
const LATENCY_S = 0.04

interface World {
  /** Local ms at which context time 0 is heard. */
  readonly offsetMs: (contextTimeS: number) => number
  /** Error of each told timestamp, ms. */
  readonly noiseMs?: (index: number) => number
  readonly stamp?: 'good' | 'zero' | 'missing'
}

/** Readings as a browser gives them: what is heard now was rendered `LATENCY_S` ago. */
function* readings(world: World, seconds: number, from = 0): Generator<OutputReading> {
  for (let i = Math.round(from / PERIOD_S); i < (from + seconds) / PERIOD_S; i++) {
    const contextTimeS = 1 + i * PERIOD_S
    const heardMs = contextTimeS * 1000 + world.offsetMs(contextTimeS)
    const timestamp =
      world.stamp === 'missing'
        ? null
        : world.stamp === 'zero'
          ? { contextTimeS: 0, performanceMs: 0 }
          : { contextTimeS, performanceMs: heardMs + (world.noiseMs?.(i) ?? 0) }
    yield { currentTimeS: contextTimeS + LATENCY_S, nowMs: heardMs, outputLatencyS: LATENCY_S, timestamp }
  }
}

function observed(world: World, seconds: number, clock = new OutputClock(), from = 0): OutputClock {
  for (const reading of readings(world, seconds, from)) clock.observe(reading)
  return clock
}

const errorMs = (clock: OutputClock, world: World, contextTimeS: number): number =>
  heardAtMs(clock.line!, contextTimeS) - contextTimeS * 1000 - world.offsetMs(contextTimeS)

describe('output clock', () => {
  it('[SOUND-9] says nothing before several readings agree', () => {
    expect(observed({ offsetMs: () => 500 }, 0.2).line).toBeNull()
    expect(observed({ offsetMs: () => 500 }, 1).line).not.toBeNull()
  })

  it('[SOUND-9] is within 0.3 ms when every timestamp bounces by up to 1.5 ms', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: -1.5, max: 1.5, noNaN: true })), (noise) => {
        const values = [...noise.take(400)]
        const world: World = { offsetMs: () => 500, noiseMs: (i) => values[i]! }
        expect(Math.abs(errorMs(observed(world, 20), world, 21))).toBeLessThan(0.3)
      }),
      { numRuns: 50 },
    )
  })

  it('[SOUND-10] learns the sound card’s pace, up to 400 ppm off: within 0.5 ms after 30 s, 0.2 ms after 60 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), (ppm) => {
        const world: World = { offsetMs: (t) => 500 + t * ppm * 1e-3 }
        const clock = observed(world, 30)
        expect(Math.abs(errorMs(clock, world, 31))).toBeLessThan(0.5)
        observed(world, 30, clock, 30)
        expect(Math.abs(errorMs(clock, world, 61))).toBeLessThan(0.2)
      }),
      { numRuns: 12 },
    )
  })

  it('[SOUND-11] follows lost frames and new devices within 0.5 s', () => {
    fc.assert(
      fc.property(fc.double({ min: 4, max: 500, noNaN: true }), fc.boolean(), (size, later) => {
        const step = later ? size : -size
        const world: World = { offsetMs: (t) => (t < 11 ? 500 : 500 + step) }
        const clock = observed(world, 10)
        observed(world, 0.5, clock, 10)
        expect(Math.abs(errorMs(clock, world, 11.5))).toBeLessThan(0.1)
      }),
    )
  })

  it('[SOUND-11] does not take a single wild reading for a step', () => {
    const world: World = { offsetMs: () => 500, noiseMs: (i) => (i === 150 ? 80 : 0) }
    expect(Math.abs(errorMs(observed(world, 8), world, 9))).toBeLessThan(0.001)
  })

  it.each(['zero', 'missing'] as const)(
    '[SOUND-12] falls back on the output latency where timestamps are %s',
    (stamp) => {
      const world: World = { offsetMs: () => 500, stamp }
      const clock = observed(world, 3)
      expect(clock.source).toBe('latency')
      expect(Math.abs(errorMs(clock, world, 4))).toBeLessThan(0.001)
    },
  )

  it('[SOUND-11] starts anew when context time runs backwards', () => {
    const clock = observed({ offsetMs: () => 500 }, 5)
    const world: World = { offsetMs: () => 9_000 }
    observed(world, 1, clock)
    expect(Math.abs(errorMs(clock, world, 2))).toBeLessThan(0.001)
  })
})
