import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newEpoch } from '../../src/clock/epoch.ts'
import { decodeProbe, encodeProbe, type ProbeAnswer, type ProbeMessage } from '../../src/clock/probe.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'

const id = fc.nat(0xffff_ffff)
/** Without -0, which is the same instant as 0. */
const times = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((ms) => ms + 0)
const time = times(-1e15, 1e15)
const epoch = fc.nat().map((seed) => newEpoch(seededRandom(seed)))

const request = fc.record({
  kind: fc.constant('request' as const),
  id,
  report: fc.option(fc.record({ id, askedAtMs: time, heardAtMs: time })),
})
const answer = fc
  .record({
    kind: fc.constant('answer' as const),
    id,
    receivedAtMs: times(-1e9, 1e9),
    heldMs: times(0, 999),
    roomMs: time,
    ratePpm: fc.integer({ min: -500, max: 500 }),
    standing: fc.constantFrom('settled' as const, 'approaching' as const, 'waiting' as const),
    epoch,
    epochAgeMs: times(0, 1e12),
  })
  .map(({ heldMs, ...rest }): ProbeAnswer => ({ ...rest, sentAtMs: rest.receivedAtMs + heldMs }))

const sample: ProbeAnswer = {
  kind: 'answer',
  id: 7,
  receivedAtMs: 1_000,
  sentAtMs: 1_000.25,
  roomMs: 1_767_225_600_000.125,
  ratePpm: 12,
  standing: 'settled',
  epoch: newEpoch(seededRandom(1)),
  epochAgeMs: 5_000,
}

describe('probe messages', () => {
  it('[CLOCK-1] come back as they were sent, and have one size', () => {
    fc.assert(
      fc.property(fc.oneof(request, answer), (message: ProbeMessage) => {
        const bytes = encodeProbe(message)
        expect(bytes.length).toBe(encodeProbe(sample).length)
        expect(decodeProbe(bytes)).toEqual(message)
      }),
    )
  })

  it('[CLOCK-2] are null when they are of another size, kind or form, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = decodeProbe(bytes)
        if (message !== null) expect(bytes.length).toBe(encodeProbe(sample).length)
      }),
    )
    const good = encodeProbe(sample)
    expect(decodeProbe(good)).not.toBeNull()
    expect(decodeProbe(good.subarray(1))).toBeNull()
    expect(decodeProbe(good.with(0, 0x23))).toBeNull()
    expect(decodeProbe(good.with(33, 3))).toBeNull()
  })

  it.each([
    ['a time that is no number', { roomMs: NaN }],
    ['an infinite time', { sentAtMs: Infinity }],
    ['an answer sent before the question came', { sentAtMs: 999 }],
    ['an answer held for more than a second', { sentAtMs: 2_001 }],
    ['a rate beyond 0.1 %', { ratePpm: 1_001 }],
    ['a negative age', { epochAgeMs: -1 }],
  ])('[CLOCK-2] refuse %s', (_what, change) => {
    expect(decodeProbe(encodeProbe({ ...sample, ...change }))).toBeNull()
  })
})
