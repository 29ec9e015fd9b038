import { heardAtMs, OutputClock, type OutputReading } from '../../src/player/output-clock.ts'

export const PERIOD_S = 0.05

export interface World {
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
export function* readings(world: World, from: number, until: number): Generator<OutputReading> {
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

export function observed(world: World, until: number, clock = new OutputClock(), from = 1): OutputClock {
  for (const reading of readings(world, from, until)) clock.observe(reading)
  return clock
}

export const errorMs = (clock: OutputClock, world: World, contextTimeS: number): number =>
  heardAtMs(clock.line!, contextTimeS) - contextTimeS * 1000 - world.offsetMs(contextTimeS)

/** Even noise of a seed: fast-check's own doubles gather at 0 and at the limits. */
export function noise(seed: number, least: number, most: number): (index: number) => number {
  let state = seed
  const values = Array.from({ length: 1_300 }, () => {
    state = (state * 16_807 + 11) % 2_147_483_647
    return least + ((most - least) * state) / 2_147_483_647
  })
  return (index) => values[index]!
}
