import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heardAtMs, OutputClock, type OutputReading } from '../../src/player/output-clock.ts'

const PERIOD_S = 0.05

interface World {
  /** Local ms at which context time 0 is heard. */
  readonly offsetMs: (contextTimeS: number) => number
  /** From rendering to sound, ms. */
  readonly distanceMs?: number
  /** Error of each told timestamp, ms. */
  readonly noiseMs?: (index: number) => number
  /** How long each message was held up, ms, from 0 on. */
  readonly heldUpMs?: (index: number) => number
  readonly stamp?: 'good' | 'zero' | 'missing'
}

/** Readings as a browser gives them, from `from` to `until` seconds of context time. */
function* readings(world: World, from: number, until: number): Generator<OutputReading> {
  const distanceMs = world.distanceMs ?? 40
  for (let i = Math.round(from / PERIOD_S); i < Math.round(until / PERIOD_S); i++) {
    const renderedS = i * PERIOD_S
    const nowMs = renderedS * 1000 + world.offsetMs(renderedS) - distanceMs + (world.heldUpMs?.(i) ?? 0)
    const contextTimeS = renderedS - distanceMs / 1000
    const heardMs = contextTimeS * 1000 + world.offsetMs(renderedS)
    const stamps = {
      good: { contextTimeS, performanceMs: heardMs + (world.noiseMs?.(i) ?? 0) },
      zero: { contextTimeS: 0, performanceMs: 0 },
      missing: null,
    }
    yield { renderedS, nowMs, outputLatencyS: distanceMs / 1000, timestamp: stamps[world.stamp ?? 'good'] }
  }
}

function observed(world: World, until: number, clock = new OutputClock(), from = 1): OutputClock {
  for (const reading of readings(world, from, until)) clock.observe(reading)
  return clock
}

const errorMs = (clock: OutputClock, world: World, contextTimeS: number): number =>
  heardAtMs(clock.line!, contextTimeS) - contextTimeS * 1000 - world.offsetMs(contextTimeS)

/** Even noise of a seed: fast-check's own doubles gather at 0 and at the limits. */
function noise(seed: number, least: number, most: number): (index: number) => number {
  let state = seed
  const values = Array.from({ length: 1_300 }, () => {
    state = (state * 16_807 + 11) % 2_147_483_647
    return least + ((most - least) * state) / 2_147_483_647
  })
  return (index) => values[index]!
}

describe('output clock', () => {
  it('[SOUND-9] says nothing before several readings agree', () => {
    expect(observed({ offsetMs: () => 500 }, 1.35).line).toBeNull()
    expect(observed({ offsetMs: () => 500 }, 1.4).line).not.toBeNull()
  })

  it('[SOUND-9] is within 0.4 ms after 20 s when timestamps bounce by 1.5 ms and messages are held up by 0 to 3 ms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const world: World = { offsetMs: () => 500, noiseMs: noise(seed, -1.5, 1.5), heldUpMs: noise(seed + 1, 0, 3) }
        expect(Math.abs(errorMs(observed(world, 20), world, 20))).toBeLessThan(0.4)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-9] forgets the first seconds, in which timestamps are 3 ms off, within 25 s', () => {
    const world: World = { offsetMs: () => 500, noiseMs: (i) => (i < 20 + 10 / PERIOD_S ? 3 : 0) }
    expect(Math.abs(errorMs(observed(world, 25), world, 25))).toBeLessThan(0.01)
  })

  it('[SOUND-10] learns the sound card’s pace, up to 400 ppm off: within 0.5 ms after 30 s, 0.4 ms after 60 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), (ppm) => {
        const world: World = { offsetMs: (t) => 500 + t * ppm * 1e-3 }
        const clock = observed(world, 31)
        expect(Math.abs(errorMs(clock, world, 31))).toBeLessThan(0.5)
        observed(world, 61, clock, 31)
        expect(Math.abs(errorMs(clock, world, 61))).toBeLessThan(0.4)
      }),
      { numRuns: 12 },
    )
  })

  it('[SOUND-10] learns it from even requests while timestamps wander by 0.6 ms: within 30 ppm after 30 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -200, max: 200 }),
        fc.double({ min: 3, max: 20, noNaN: true }),
        fc.nat(1e6),
        (ppm, periodS, seed) => {
          const late = noise(seed, 0, 0.2)
          const world: World = {
            offsetMs: (t) => 500 + t * ppm * 1e-3,
            noiseMs: (i) => 0.6 * Math.sin((2 * Math.PI * i * PERIOD_S) / periodS),
            heldUpMs: late,
          }
          const clock = observed(world, 31)
          expect(Math.abs(clock.line!.msPerS - 1000 - ppm * 1e-3)).toBeLessThan(0.03)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('[SOUND-10] does not learn it from requests that slide by 1 ms while timestamps are straight', () => {
    fc.assert(
      fc.property(fc.double({ min: 8, max: 60, noNaN: true }), fc.double({ min: 0, max: 6 }), (periodS, phase) => {
        const slide = (i: number): number => 1 + Math.sin((2 * Math.PI * i * PERIOD_S) / periodS + phase)
        const world: World = { offsetMs: (t) => 500 + t * 0.1, heldUpMs: slide }
        expect(Math.abs(errorMs(observed(world, 60), world, 60))).toBeLessThan(0.02)
      }),
      { numRuns: 12 },
    )
  })

  it('[SOUND-11] follows lost frames within 0.3 s, whatever height the buffer then fills to, and counts them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 500, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (lostMs, higherMs) => {
          const before: World = { offsetMs: () => 500 }
          const after: World = { offsetMs: () => 500 + lostMs, distanceMs: 40 + higherMs }
          const clock = observed(before, 21)
          observed(after, 21.3, clock, 21)
          expect(Math.abs(errorMs(clock, after, 21.3))).toBeLessThan(0.1)
          expect(clock.jumps).toBe(1)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('[SOUND-11] keeps telling the time when steps follow each other too fast to measure anything anew', () => {
    const world: World = { offsetMs: (t) => 500 + 60 * Math.floor(t / 0.6) }
    const clock = new OutputClock()
    for (const reading of readings(world, 1, 20)) clock.observe(reading)
    expect(Math.abs(errorMs(clock, world, 20))).toBeLessThan(130)
  })

  it('[SOUND-11] takes neither a page that stalls nor a wild timestamp for a step', () => {
    const stall = (i: number): number => Math.max(0, 2_000 - (i - 200) * 50)
    const world: World = {
      offsetMs: () => 500,
      noiseMs: (i) => (i === 150 ? 80 : 0),
      // For 2 s nothing is delivered; then all of it at once.
      heldUpMs: (i) => (i >= 200 && i < 240 ? stall(i) : 0),
    }
    expect(Math.abs(errorMs(observed(world, 10), world, 10))).toBeLessThan(0.01)
    const after = observed(world, 12, observed(world, 10), 10)
    observed(world, 13, after, 12)
    expect(Math.abs(errorMs(after, world, 13))).toBeLessThan(0.01)
  })

  it('[SOUND-11] takes a buffer that fills to another height for no loss: the sound runs on', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (higherMs) => {
        const clock = observed({ offsetMs: () => 500 }, 21)
        const after: World = { offsetMs: () => 500, distanceMs: 40 + higherMs }
        observed(after, 25, clock, 21)
        expect(Math.abs(errorMs(clock, after, 25))).toBeLessThan(0.1)
        expect(clock.jumps).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-19] keeps a level that held for 18 s while timestamps wander by up to 5 ms for 10 s', () => {
    const wander = (s: number): number => (s < 30 || s > 40 ? 0 : 5 * Math.sin(((s - 30) / 10) * Math.PI))
    const world: World = { offsetMs: () => 500, noiseMs: (i) => wander(i * PERIOD_S) }
    const clock = new OutputClock()
    let worstMs = 0
    for (const reading of readings(world, 1, 60)) {
      clock.observe(reading)
      if (reading.renderedS > 20) worstMs = Math.max(worstMs, Math.abs(errorMs(clock, world, reading.renderedS)))
    }
    expect(worstMs).toBeLessThan(0.3)
  })

  it('[SOUND-19] keeps to the first timestamps of a stream, and to those after a loss, while the ones that follow run away and jump back', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), (msPerS) => {
        // A sound server answers every 1.5 s; between its answers the browser guesses with a wrong slope, for 10 s.
        const swing = (s: number): number => (s < 0.5 || s > 10 ? 0 : msPerS * ((s - 0.5) % 1.5))
        const lostMs = (s: number): number => (s < 40 ? 500 : 600)
        const noiseMs = (i: number): number => swing(i * PERIOD_S - 1) + swing(i * PERIOD_S - 40.3)
        const world: World = { offsetMs: lostMs, noiseMs }
        const clock = new OutputClock()
        for (const reading of readings(world, 1, 60)) {
          clock.observe(reading)
          const s = reading.renderedS
          if (clock.line !== null && (s < 40 || s > 40.3)) expect(Math.abs(errorMs(clock, world, s))).toBeLessThan(0.5)
        }
        expect(clock.jumps).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-19] believes timestamps that stay off its first ones after 12 s', () => {
    const world: World = { offsetMs: () => 500, noiseMs: (i) => (i * PERIOD_S < 3 ? -3 : 0) }
    expect(Math.abs(errorMs(observed(world, 14), world, 14))).toBeLessThan(0.1)
  })

  it.each([0, 80, -80])(
    '[SOUND-18] is within 1 ms after a minute of stamps that stalls of 200 ms delay, at %d ppm',
    (ppm) => {
      const bounce = noise(7, -3, 3)
      const stalled = noise(8, 0, 1)
      const world: World = {
        offsetMs: (t) => 500 + t * ppm * 1e-3,
        distanceMs: 450,
        noiseMs: (i) => bounce(i) + (stalled(i) < 0.1 ? stalled(i) * 2000 : 0),
        // A large buffer asks for sound in bursts of a sixth of a second.
        heldUpMs: (i) => ((i * 50) % 171) + bounce(i),
      }
      const clock = observed(world, 61)
      expect(Math.abs(errorMs(clock, world, 61))).toBeLessThan(1)
      expect(clock.jumps).toBe(0)
    },
  )

  it('[SOUND-17] notices within 2 s that the sound leaves by another device', () => {
    fc.assert(
      fc.property(fc.double({ min: 10.5, max: 200, noNaN: true }), (laterMs) => {
        const before: World = { offsetMs: () => 500 }
        const world: World = { offsetMs: () => 500 + laterMs, distanceMs: 40 + laterMs }
        const clock = observed(world, 23, observed(before, 21), 21)
        expect(Math.abs(errorMs(clock, world, 23))).toBeLessThan(0.01)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-20] knows 1.8 s after a loss what it took, within 1.5 ms, though timestamps are off by up to 8 ms for 10 s', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 500, noNaN: true }),
        fc.double({ min: -8, max: 8, noNaN: true }),
        (lostMs, swingMs) => {
          const clock = observed({ offsetMs: () => 500 }, 21)
          const swing = (s: number): number =>
            s > 31 ? 0 : (swingMs / 4) * (1 + 3 * Math.sin(((s - 21) * Math.PI) / 10))
          const after: World = { offsetMs: () => 500 + lostMs, noiseMs: (i) => swing(i * PERIOD_S) }
          let worstMs = 0
          for (const reading of readings(after, 21, 36)) {
            clock.observe(reading)
            if (reading.renderedS > 22.8)
              worstMs = Math.max(worstMs, Math.abs(errorMs(clock, after, reading.renderedS)))
          }
          expect(worstMs).toBeLessThan(1.5)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('[SOUND-20] does not follow timestamps that jump by 2 to 9 ms while blocks are asked for as before', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 9, noNaN: true }), (jumpMs) => {
        const world: World = {
          offsetMs: () => 500,
          noiseMs: (i) => (i * PERIOD_S < 21 || i * PERIOD_S > 25 ? 0 : jumpMs),
        }
        const clock = observed(world, 23)
        let worstMs = 0
        for (const reading of readings(world, 23, 31)) {
          clock.observe(reading)
          worstMs = Math.max(worstMs, Math.abs(errorMs(clock, world, reading.renderedS)))
        }
        expect(worstMs).toBeLessThan(0.3)
      }),
      { numRuns: 10 },
    )
  })

  it.each(['zero', 'missing'] as const)(
    '[SOUND-12] falls back on the output latency where timestamps are %s',
    (stamp) => {
      const world: World = { offsetMs: () => 500, stamp }
      const clock = observed(world, 4)
      expect(clock.source).toBe('latency')
      expect(Math.abs(errorMs(clock, world, 4))).toBeLessThan(0.001)
    },
  )
})
