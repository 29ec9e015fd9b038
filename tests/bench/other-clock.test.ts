import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { bendClocks, type ClockWorld } from '../../bench/ears/people/other-clock.ts'

const BORN_MS = 1_700_000_000_000

/** A page of its own, whose true clock we turn. */
function pageIn(world: ClockWorld) {
  const clock = { ms: 5_000 }
  const delays: number[] = []
  class TrueDate extends Date {
    constructor(...parts: [] | [number]) {
      super(...(parts.length === 0 ? ([BORN_MS + clock.ms] as const) : parts))
    }
    static override now(): number {
      return BORN_MS + Math.floor(clock.ms)
    }
  }
  class Performance {
    now(): number {
      return clock.ms
    }
    get timeOrigin(): number {
      return BORN_MS
    }
  }
  class Event {
    readonly #ms = clock.ms
    get timeStamp(): number {
      return this.#ms
    }
  }
  class AudioContext {
    getOutputTimestamp() {
      return { contextTime: 7, performanceTime: clock.ms }
    }
  }
  const setTimeout = (_task: unknown, ms: number): number => delays.push(ms)
  const scope = createContext({
    Date: TrueDate,
    Performance,
    performance: new Performance(),
    Event,
    AudioContext,
    setTimeout,
  })
  runInContext(`(${bendClocks.toString()})(${JSON.stringify(world)})`, scope)
  const run = (code: string): unknown => runInContext(code, scope)
  return { clock, delays, run }
}

describe('a page with another clock', () => {
  const world = { wallMs: 5_400_000, ppm: 100 }

  it('[SOUND-15] lives in a consistent world: wall clock, monotonic clock and all time stamps go together', () => {
    const { clock, run } = pageIn(world)
    const apart = (): number => run('Date.now() - performance.timeOrigin - performance.now()') as number
    const before = apart()
    expect(run('Date.now()')).toBe(BORN_MS + 5_000 + world.wallMs)
    clock.ms += 1_000_000
    expect(run('Date.now()')).toBe(BORN_MS + 1_005_000 + world.wallMs + 100)
    expect(run('performance.now()')).toBeCloseTo(1_005_000 * 1.0001, 6)
    expect(Math.abs(apart() - before)).toBeLessThanOrEqual(1)
    expect(run('new Event().timeStamp - performance.now()')).toBe(0)
    expect(run('new AudioContext().getOutputTimestamp().performanceTime - performance.now()')).toBe(0)
    expect(run('new AudioContext().getOutputTimestamp().contextTime')).toBe(7)
  })

  it('[SOUND-15] has timers that keep its own time, and dates that stay dates', () => {
    const { delays, run } = pageIn(world)
    run('setTimeout(() => 0, 10_001)')
    expect(delays[0]).toBeCloseTo(10_000, 6)
    expect(run('new Date().getTime() - Date.now()')).toBe(0)
    expect(run('new Date(0).getTime()')).toBe(0)
    expect(run('new Date() instanceof Date')).toBe(true)
    expect(run('typeof Date()')).toBe('string')
  })
})
