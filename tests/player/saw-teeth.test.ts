import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SawTeeth, type Foreseen } from '../../src/player/saw-teeth.ts'

const PERIOD_S = 0.06
const STAMPS_PER_TOOTH = 25

/** Errors of stamps, ms, as saw teeth that begin at `startMs` and shrink by `shrink` each; within a tooth they grow by `drift` of the step that ends it. */
function* teeth(startMs: number, shrink: number, drift: number, count: number): Generator<number> {
  for (let tooth = 0, errorMs = startMs; tooth < count; tooth++, errorMs *= shrink) {
    const stepMs = (errorMs * (1 - shrink)) / (1 - drift)
    for (let i = 0; i < STAMPS_PER_TOOTH; i++) yield errorMs + (drift * stepMs * i) / (STAMPS_PER_TOOTH - 1)
  }
}

function foreseen(errorsMs: Iterable<number>, msPerS: number): Foreseen[] {
  const saw = new SawTeeth()
  return [...errorsMs].flatMap((errorMs, i) => {
    const x = 5 + i * PERIOD_S
    const told = saw.observe({ x, y: 500 + msPerS * x + errorMs }, msPerS)
    return told === null ? [] : [{ ...told, level: { x, y: told.level.y - msPerS * told.level.x - 500 } }]
  })
}

describe('saw teeth', () => {
  it('[SOUND-22] tell where they will end, from the second step on, within the doubt they tell', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 8, noNaN: true }),
        fc.boolean(),
        fc.double({ min: 0.5, max: 0.75, noNaN: true }),
        fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        (sizeMs, early, shrink, msPerS) => {
          // As browsers' teeth were seen to: those that shrink less run away more.
          const drift = 1 - (0.75 * (1 - shrink)) / shrink
          const told = foreseen(teeth(early ? -sizeMs : sizeMs, shrink, drift, 5), msPerS)
          expect(told.length).toBeGreaterThan(0)
          for (const { level, doubtMs } of told) expect(Math.abs(level.y)).toBeLessThanOrEqual(doubtMs)
          expect(told.at(-1)!.doubtMs).toBeLessThan(told[0]!.doubtMs + 1e-9)
        },
      ),
    )
  })

  it('[SOUND-22] are not seen in stamps that lie still, step to and fro, or jump once', () => {
    const still = Array.from({ length: 200 }, (_, i) => 0.05 * Math.sin(i * 7))
    const noise = Array.from({ length: 200 }, (_, i) => (Math.floor(i / 25) % 2 === 0 ? 0.5 : -0.5))
    const once = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 4))
    for (const errorsMs of [still, noise, once]) expect(foreseen(errorsMs, 0)).toEqual([])
  })
})
