import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutputClock } from '../../src/player/output-clock.ts'
import { errorMs, noise, observed, PERIOD_S, readings, type World } from './output-world.ts'

describe('output clock', () => {
  it('[SOUND-9] says nothing before several readings agree', () => {
    expect(observed({ offsetMs: () => 500 }, 1.35).line).toBeNull()
    expect(observed({ offsetMs: () => 500 }, 1.4).line).not.toBeNull()
  })

  it('[SOUND-29] begins with the first eight readings in a row that came evenly, and does not believe those before', () => {
    // The page loads until 2 s: messages are held up, and 40 ms of sound are lost meanwhile.
    const loading = (s: number): boolean => s < 2
    const world: World = {
      offsetMs: (s) => 500 + (s < 1.7 ? 0 : 40),
      heldUpMs: (i) => (loading(i * PERIOD_S) && i % 3 === 0 ? 60 : 0),
    }
    expect(observed(world, 2.3).line).toBeNull()
    const clock = observed(world, 2.45)
    expect(Math.abs(errorMs(clock, world, 2.45))).toBeLessThan(0.01)
    expect(clock.beganAmiss).toBe(false)
  })

  it('[SOUND-29] plays after 1.5 s on a page that does not come to rest', () => {
    const world: World = { offsetMs: () => 500, heldUpMs: (i) => (i % 3 === 0 ? 60 : 0) }
    expect(observed(world, 2.45).line).toBeNull()
    expect(Math.abs(errorMs(observed(world, 2.55), world, 2.55))).toBeLessThan(0.01)
  })

  it('[SOUND-29] tells when the first timestamps of a stream run away, until the next stream', () => {
    const clock = observed({ offsetMs: () => 500, noiseMs: (i) => 0.4 * i }, 1.4)
    expect(clock.beganAmiss).toBe(true)
    clock.reset()
    expect(observed({ offsetMs: () => 500 }, 1.4, clock).beganAmiss).toBe(false)
  })

  it('[SOUND-9] is within 0.4 ms after 20 s when timestamps bounce by 1.5 ms and messages are held up by 0 to 3 ms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const world: World = { offsetMs: () => 500, noiseMs: noise(seed, -1.5, 1.5), heldUpMs: noise(seed + 1, 0, 3) }
        expect(Math.abs(errorMs(observed(world, 20), world, 20))).toBeLessThan(0.4)
      }),
      // Seeded: one noise in three hundred looks like a loss, by four stamps that agree.
      { numRuns: 20, seed: 3 },
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

  it('[SOUND-10] guesses it after 6 s of straight timestamps, and takes back what it did not know before', () => {
    fc.assert(
      fc.property(fc.integer({ min: -150, max: 150 }), (ppm) => {
        const world: World = { offsetMs: (t) => 500 + t * ppm * 1e-3 }
        const clock = observed(world, 9)
        expect(Math.abs(clock.line!.msPerS - 1000 - ppm * 1e-3)).toBeLessThan(0.25e-3 * Math.abs(ppm) + 1e-6)
        expect(Math.abs(errorMs(clock, world, 9))).toBeLessThan(0.3)
      }),
      { numRuns: 12 },
    )
  })

  it('[SOUND-10] guesses nothing from first timestamps that bend', () => {
    const world: World = { offsetMs: () => 500, noiseMs: (i) => 0.9 * Math.sin((i - 20) * PERIOD_S * 0.4) }
    expect(observed(world, 9).line!.msPerS).toBe(1000)
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
      fc.property(
        fc.double({ min: 8, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (periodS, phase) => {
          const slide = (i: number): number => 1 + Math.sin((2 * Math.PI * i * PERIOD_S) / periodS + phase)
          const world: World = { offsetMs: (t) => 500 + t * 0.1, heldUpMs: slide }
          expect(Math.abs(errorMs(observed(world, 60), world, 60))).toBeLessThan(0.02)
        },
      ),
      { numRuns: 12 },
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
    expect(worstMs).toBeLessThan(0.35)
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
          if (clock.line === null || (s >= 40 && s <= 40.3)) continue
          // From 4 s after the stream began what follows counts too, as far as an unknown pace of 120 ppm may have carried the sound.
          const mostMs = s > 5 && s < 13 ? 0.12 * (s - 1) : 0.5
          expect(Math.abs(errorMs(clock, world, s))).toBeLessThan(mostMs)
        }
        expect(clock.jumps).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-19] gives way from the first timestamps of a stream to the latest between 4 and 10 s, for nobody knows its pace', () => {
    const world: World = { offsetMs: (t) => 500 - t * 0.1 }
    // What lies straight would tell the pace.
    const noiseMs = (i: number): number => 0.15 * Math.sin(i / 3)
    const clock = new OutputClock()
    for (const reading of readings({ ...world, noiseMs }, 1, 11)) {
      clock.observe(reading)
      if (clock.line !== null) expect(Math.abs(errorMs(clock, world, reading.renderedS))).toBeLessThan(0.6)
    }
    expect(Math.abs(errorMs(clock, world, 11))).toBeLessThan(0.35)
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

  it.each(['zero', 'missing'] as const)(
    '[SOUND-12] falls back on the output latency where timestamps are %s',
    (stamp) => {
      const world: World = { offsetMs: () => 500, stamp }
      const clock = observed(world, 4)
      expect(clock.source).toBe('latency')
      expect(Math.abs(errorMs(clock, world, 4))).toBeLessThan(0.001)
    },
  )

  it('[SOUND-12] believes timestamps again that come late: a stream takes seconds to begin on a starved machine', () => {
    const world: World = { offsetMs: () => 500, stamp: 'zero' }
    const clock = observed(world, 4)
    const good: World = { ...world, distanceMs: 70, stamp: 'good' }
    observed(good, 8, clock, 4)
    expect(clock.source).toBe('timestamp')
    expect(Math.abs(errorMs(clock, good, 8))).toBeLessThan(0.001)
  })
})
