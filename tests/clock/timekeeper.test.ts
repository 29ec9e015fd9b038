import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/clock/agreement.ts'
import { Timekeeper } from '../../src/clock/timekeeper.ts'
import type { EpochId } from '../../src/clock/epoch.ts'
import type { PeerId } from '../../src/domain/ids.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'

const EPOCH = '5'.repeat(32) as EpochId

/** A keeper of time whose one neighbour, if it says anything, says how far off it is, ms. */
function keeping(foundAfterMs: number) {
  let nowMs = 1_000
  const options = { nowMs: () => nowMs, wallMs: () => nowMs, foundAfterMs }
  const keeper = new Timekeeper({ me: 'me' as PeerId, random: seededRandom(1), ...options })
  const claims = (diffMs: number): readonly Claim[] => [
    {
      ...{ peer: 'other' as PeerId, diffMs, errorMs: 0.2, noiseMs: 0.01, diffPpm: null },
      ...{ standing: 'settled', epoch: foundAfterMs === 0 ? keeper.epoch : EPOCH, epochAgeMs: 1e6 },
    },
  ]
  /** So many rounds; the result is how long each has lasted, ms. */
  const rounds = (count: number, diffMs: number | null): number[] =>
    Array.from({ length: count }, () => {
      const said = diffMs === null ? [] : claims(diffMs)
      keeper.round({ links: said.length, claims: said, census: new Map() })
      const { roundMs } = keeper
      nowMs += roundMs
      return roundMs
    })
  return { keeper, rounds, movedMs: () => keeper.clock.at() - nowMs }
}

describe('timekeeper', () => {
  it('[CLOCK-12] a newcomer is young for two rounds and in a hurry for four; who founds a time is neither', () => {
    const founder = keeping(0)
    expect(founder.rounds(3, null)).toEqual([1_000, 1_000, 1_000])
    expect(founder.keeper.clock.young).toBe(false)
    expect(founder.rounds(2, 0.1)).toEqual([1_000, 1_000])

    const guest = keeping(60_000)
    while (!guest.keeper.clock.settled) guest.rounds(1, 0)
    expect(guest.keeper.clock.young).toBe(true)
    // What the first probes said was 3 ms wrong: it is taken back at once, and not by a half.
    expect(guest.rounds(1, 3)).toEqual([250])
    expect(guest.keeper.clock.pendingMs()).toBeCloseTo(0)
    expect(guest.movedMs()).toBeCloseTo(3)
    expect(guest.keeper.clock.young).toBe(true)
    expect(guest.rounds(1, 0)).toEqual([250])
    expect(guest.keeper.clock.young).toBe(true)
    expect(guest.rounds(3, 0)).toEqual([250, 1_000, 1_000])
    expect(guest.keeper.clock.young).toBe(false)
  })

  it('[CLOCK-12] a newcomer whom everybody leaves is young no more', () => {
    const guest = keeping(60_000)
    while (!guest.keeper.clock.settled) guest.rounds(1, 0)
    guest.rounds(1, null)
    expect(guest.keeper.clock.young).toBe(false)
  })
})
