import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoomClock } from '../../src/clock/room-clock.ts'

describe('room clock', () => {
  it('[CLOCK-13] never runs backwards or jumps while it slews, whenever the next correction comes', () => {
    const round = fc.record({
      waitMs: fc.double({ min: 1, max: 5_000, noNaN: true }),
      moveMs: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      ratePpm: fc.double({ min: -200, max: 200, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 20 }), (rounds) => {
        let nowMs = 1_000
        const clock = new RoomClock(() => nowMs, 1e6)
        for (const { waitMs, moveMs, ratePpm } of rounds) {
          const before = clock.at()
          clock.slew(moveMs, 1_000, ratePpm)
          expect(clock.at()).toBeCloseTo(before, 6)
          for (let part = 0; part < 10; part++) {
            const from = clock.at()
            nowMs += waitMs / 10
            const rate = (clock.at() - from) / (waitMs / 10)
            expect(Math.abs(rate - 1)).toBeLessThan(720e-6)
          }
        }
      }),
    )
  })

  it('[CLOCK-13] ends a correction by itself, so that a sleeping timer does not carry it too far', () => {
    let nowMs = 0
    const clock = new RoomClock(() => nowMs, 0)
    clock.slew(0.5, 1_000, 0)
    expect(clock.pendingMs()).toBeCloseTo(0.5)
    nowMs = 60_000
    expect(clock.at()).toBeCloseTo(60_000.5, 6)
    expect(clock.pendingMs()).toBe(0)
  })

  it('[CLOCK-14] localAt is the inverse of at, also for a moment ago and for the future', () => {
    let nowMs = 0
    const clock = new RoomClock(() => nowMs, 5_000)
    clock.slew(0.4, 1_000, 80)
    nowMs = 700
    clock.slew(-0.3, 1_000, 60)
    nowMs = 900
    for (const localMs of [0, 300, 699, 700, 900, 1_699, 1_701, 1e6])
      expect(clock.localAt(clock.at(localMs))).toBeCloseTo(localMs, 6)
  })

  it('[CLOCK-14] a step moves at once, and by what was left of a correction too', () => {
    let nowMs = 0
    const clock = new RoomClock(() => nowMs, 0)
    clock.slew(0.5, 1_000, 0)
    nowMs = 500
    clock.step(1_000)
    expect(clock.at()).toBeCloseTo(1_500.5, 6)
    expect(clock.pendingMs()).toBe(0)
  })
})
