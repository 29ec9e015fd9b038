import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agree, correction, type AgreementInput, type Claim } from '../../src/clock/agreement.ts'
import type { EpochId } from '../../src/clock/epoch.ts'
import type { PeerId } from '../../src/domain/ids.ts'

const epoch = (digit: string): EpochId => digit.repeat(32) as EpochId
const OURS = epoch('5')
const ME = 'me' as PeerId

const claim = (name: string, diffMs: number, more: Partial<Claim> = {}): Claim => ({
  peer: name as PeerId,
  diffMs,
  errorMs: 1,
  noiseMs: 0.1,
  diffPpm: 0,
  standing: 'settled',
  epoch: OURS,
  epochAgeMs: 60_000,
  ...more,
})

const input = (claims: readonly Claim[], more: Partial<AgreementInput> = {}): AgreementInput => ({
  me: ME,
  phase: 'settled',
  epoch: OURS,
  epochAgeMs: 60_000,
  claims,
  census: new Map(),
  ...more,
})

const verdict = (...args: Parameters<typeof input>) => {
  const agreement = agree(input(...args))
  if (agreement.kind !== 'verdict') throw new Error(`no verdict but ${agreement.kind}`)
  return agreement
}

describe('agreement', () => {
  it('[CLOCK-7] moves a settled peer by the median of 0 and the differences', () => {
    expect(verdict([claim('a', 1)]).moveMs).toBe(0.5)
    expect(verdict([claim('a', 1), claim('b', 2)]).moveMs).toBe(1)
    expect(verdict([claim('a', -1), claim('b', 1)]).moveMs).toBe(0)
  })

  it('[CLOCK-7] moves an unsettled peer by the median of the differences alone', () => {
    expect(verdict([claim('a', 5_000)], { phase: 'approaching' }).moveMs).toBe(5_000)
    expect(verdict([claim('a', 10), claim('b', 12), claim('c', 11)], { phase: 'approaching' }).moveMs).toBe(11)
  })

  it('[CLOCK-8] gives no vote to the unsettled, so that no newcomer moves who has settled', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e8, max: 1e8, noNaN: true }), { maxLength: 12 }), (diffs) => {
        const newcomers = diffs.map((diffMs, i) =>
          claim(`new${i}`, diffMs, { standing: i % 2 === 0 ? 'waiting' : 'approaching' }),
        )
        expect(agree(input(newcomers)).kind).toBe('silence')
        expect(verdict([claim('a', 0.4), ...newcomers]).moveMs).toBeCloseTo(0.2)
      }),
    )
  })

  it('[CLOCK-8] lets the unsettled hear those who approach an epoch, never those who wait', () => {
    const waiting = claim('w', 1e7, { standing: 'waiting' })
    expect(agree(input([waiting], { phase: 'approaching' })).kind).toBe('silence')
    const crowd = ['a', 'b', 'c'].map((name) => claim(name, 3, { standing: 'approaching', epochAgeMs: 1 }))
    const impostor = claim('liar', 9_000, { epoch: epoch('0') })
    expect(verdict([waiting, impostor, ...crowd], { phase: 'approaching' })).toMatchObject({ moveMs: 3, epoch: OURS })
  })

  it('[CLOCK-9] counts one vote per key, by the surest of its links', () => {
    const many = Array.from({ length: 8 }, (_, i) => claim('liar', 200, { errorMs: 1 + i }))
    const honest = [claim('a', 0), claim('b', 0)]
    expect(verdict([...many, ...honest])).toMatchObject({ moveMs: 0, voters: 2 })
    expect(verdict([claim('a', 7, { errorMs: 9 }), claim('a', 1, { errorMs: 2 })]).moveMs).toBe(0.5)
  })

  it('[CLOCK-10] liars fewer than the honest cannot move a settled peer beyond the honest', () => {
    const near = fc.double({ min: -2, max: 2, noNaN: true })
    const far = fc.double({ min: -10_000, max: 10_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 8 }), fc.array(far, { maxLength: 8 }), (honest, lies) => {
        const liars = lies.slice(0, honest.length)
        const { moveMs } = verdict([
          ...honest.map((diffMs, i) => claim(`honest${i}`, diffMs)),
          ...liars.map((diffMs, i) => claim(`liar${i}`, diffMs)),
        ])
        expect(moveMs).toBeGreaterThanOrEqual(Math.min(0, ...honest))
        expect(moveMs).toBeLessThanOrEqual(Math.max(0, ...honest))
      }),
      { numRuns: 500 },
    )
  })

  it('[CLOCK-10] a newcomer between two contradicting halves is torn, and does not go half-way', () => {
    expect(agree(input([claim('a', 0), claim('b', 10_000)], { phase: 'approaching' })).kind).toBe('torn')
    expect(verdict([claim('a', 10_000)]).moveMs).toBe(0)
  })

  it('[CLOCK-11] the epoch of more distinct keys wins, then the older, then the lower name', () => {
    const theirs = (name: string, more: Partial<Claim> = {}) => claim(name, 400, { epoch: epoch('6'), ...more })
    expect(verdict([theirs('a'), theirs('b')]).epoch).toBe(epoch('6'))
    expect(verdict([theirs('a'), theirs('b')]).moveMs).toBe(400)
    // Two links of one key are one holder: a tie, which our lower name wins. Nobody of ours is here: silence keeps us.
    expect(agree(input([theirs('a'), theirs('a')])).kind).toBe('silence')
    expect(verdict([theirs('a', { epochAgeMs: 90_000 })]).epoch).toBe(epoch('6'))
    expect(agree(input([theirs('a', { epoch: epoch('4'), epochAgeMs: 10_000 })])).kind).toBe('silence')
    expect(verdict([theirs('a', { epoch: epoch('4'), epochAgeMs: 60_500 })]).epoch).toBe(epoch('4'))
  })

  it('[CLOCK-11] peers beyond the neighbours count by the epoch in their signed presence', () => {
    const rival = claim('a', 400, { epoch: epoch('6') })
    const census = new Map(['x', 'y', 'z'].map((name) => [name as PeerId, OURS]))
    expect(verdict([rival, claim('x', 2)]).epoch).toBe(OURS)
    expect(verdict([rival, claim('b', 400, { epoch: epoch('6') }), claim('x', 2)], { census }).epoch).toBe(OURS)
    // The larger part of the room is out of reach: a newcomer does not follow the smaller one meanwhile.
    expect(agree(input([rival], { phase: 'approaching', census })).kind).toBe('silence')
  })

  const course = { ratePpm: 0, spanMs: 1_000, rounds: 1, rateRounds: 1, young: false }

  it('[CLOCK-12] corrects by at most 500 ppm of the span, by 2000 ppm in the first four rounds, and by 40,000 while young', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.integer({ min: 100, max: 2_000 }),
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        (moveMs, movePpm, spanMs, rounds, young) => {
          const next = correction({ moveMs, movePpm }, { ...course, spanMs, rounds, young })
          const mostPpm = young ? 40_000 : rounds <= 4 ? 2_000 : 500
          expect(Math.abs(next.moveMs)).toBeLessThanOrEqual(mostPpm * 1e-6 * spanMs)
          expect(Math.abs(next.ratePpm)).toBeLessThanOrEqual(200)
          expect(Math.abs(next.moveMs)).toBeLessThanOrEqual(Math.abs(moveMs))
        },
      ),
    )
  })

  it('[CLOCK-12] takes all of a small difference back in the first round, then less and less, and a share of 0.3 from the fourth on', () => {
    const moves = [1, 2, 3, 4, 50].map(
      (rounds) => correction({ moveMs: 0.1, movePpm: null }, { ...course, rounds }).moveMs,
    )
    expect(moves.map((moveMs) => Number(moveMs.toFixed(3)))).toEqual([0.1, 0.05, 0.033, 0.03, 0.03])
  })

  it('[CLOCK-12] while young goes where the others are, without a vote over itself', () => {
    expect(verdict([claim('a', 3)]).moveMs).toBe(1.5)
    expect(verdict([claim('a', 3)], { phase: 'young' }).moveMs).toBe(3)
  })
})
