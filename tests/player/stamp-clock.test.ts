import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import type { OutputReading } from '../../src/player/output-clock.ts'
import { StampClock } from '../../src/player/stamp-clock.ts'

const LATENCY_S = 0.45
/** Readings a second. */
const RATE = 20

/** A device with a large buffer: sound leaves `LATENCY_S` after it was rendered; stamps bounce, now and then by the length of a stall. */
function device(seed: number, ppm: number, shiftMs = (_s: number): number => 0) {
  const random = seededRandom(seed)
  return (s: number): OutputReading => {
    const heardMs = 10_000 + s * 1_000 * (1 + ppm * 1e-6) + shiftMs(s)
    const noiseMs = (random() - 0.5) * 6 + (random() < 0.1 ? random() * 200 : 0)
    return {
      renderedS: s + LATENCY_S,
      nowMs: heardMs + noiseMs,
      outputLatencyS: LATENCY_S,
      timestamp: { contextTimeS: s, performanceMs: heardMs + noiseMs },
    }
  }
}

function run(clock: StampClock, read: (s: number) => OutputReading, fromS: number, untilS: number): void {
  for (let i = Math.round(fromS * RATE); i < untilS * RATE; i++) clock.observe(read(i / RATE))
}

const errorMs = (clock: StampClock, s: number, trueMs: number): number => {
  const line = clock.line!
  return line.localMs + (s - line.contextTimeS) * line.msPerS - trueMs
}

describe('the clock of large buffers', () => {
  it('[SOUND-18] tells nothing before some stamps agree', () => {
    const clock = new StampClock()
    run(clock, device(1, 0), 0, 0.3)
    expect(clock.line).toBeNull()
  })

  it.each([0, 80, -80])('[SOUND-18] is within half a millisecond under stalls of 200 ms, at %d ppm', (ppm) => {
    const clock = new StampClock()
    run(clock, device(7, ppm), 0, 60)
    expect(Math.abs(errorMs(clock, 60, 10_000 + 60_000 * (1 + ppm * 1e-6)))).toBeLessThan(0.5)
    expect(clock.steps).toBe(0)
  })

  it('[SOUND-18] follows a step of the output within four seconds, and says so', () => {
    const clock = new StampClock()
    const read = device(3, 0, (s) => (s < 20 ? 0 : 40))
    run(clock, read, 0, 24.2)
    expect(Math.abs(errorMs(clock, 24, 34_040))).toBeLessThan(2)
    expect(clock.steps).toBe(1)
  })

  it('[SOUND-18] does without stamps where the browser gives none, by its latency', () => {
    const clock = new StampClock()
    const read = device(5, 0)
    run(clock, (s) => ({ ...read(s), timestamp: null }), 0, 20)
    expect(Math.abs(errorMs(clock, 20, 30_000))).toBeLessThan(1)
  })
})
