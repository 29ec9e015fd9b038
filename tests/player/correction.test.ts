import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_CORRECTION_PPM } from '../../src/player/correction.ts'
import { BLOCK, feed, mapAt, RATE, render, rendererAt, segments } from './support.ts'

const SECOND: number = RATE
const minute = { key: 1, startsAtMs: 0, positionMs: 0, endsAtMs: 60_000 }

describe('correction', () => {
  it('[SOUND-7] cuts over at once when the output lost frames, by more than 1 ms', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.05, max: 400, noNaN: true }), fc.boolean(), (lostMs, early) => {
        const renderer = rendererAt(RATE)
        segments(renderer, minute)
        feed(renderer, 1, [new Float32Array(15 * 8_000)], 8_000)
        render(renderer, 0, 2 * SECOND)
        const map = mapAt(RATE, 0, early ? -lostMs : lostMs)
        renderer.receive({ kind: 'map', map })
        render(renderer, 2 * SECOND, 2 * BLOCK)
        const frame = 2 * SECOND + 2 * BLOCK
        const { positionMs, ratePpm } = renderer.report(frame)
        expect(Math.abs(positionMs - map.roomMs - frame * map.msPerFrame)).toBeLessThan(0.01)
        expect(Math.abs(ratePpm)).toBeLessThan(10)
      }),
      { numRuns: 20 },
    )
  })

  it('[SOUND-8] converges from any small error, never faster than the limit, and stays within 0.01 ms', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4.9, max: 4.9, noNaN: true }),
        fc.integer({ min: -200, max: 200 }),
        (errorMs, ppm) => {
          const renderer = rendererAt(RATE, ppm)
          segments(renderer, minute)
          // A silent track: what is asked is the position.
          feed(renderer, 1, [new Float32Array(15 * 8_000)], 8_000)
          const map = mapAt(RATE, ppm, errorMs)
          render(renderer, 0, SECOND / 4)
          // Little by little, as the output clock learns: a step would be cut over.
          for (let part = 0.1; part <= 1; part += 0.1)
            renderer.receive({ kind: 'map', map: mapAt(RATE, ppm, part * errorMs) })
          renderer.receive({ kind: 'map', map })
          let fastest = 0
          render(renderer, SECOND / 4, 12 * SECOND, (frame) => {
            fastest = Math.max(fastest, Math.abs(renderer.report(frame).ratePpm))
          })
          const frame = SECOND / 4 + 12 * SECOND
          const target = map.roomMs + frame * map.msPerFrame
          expect(Math.abs(renderer.report(frame).positionMs - target)).toBeLessThan(0.01)
          expect(fastest).toBeLessThanOrEqual(MAX_CORRECTION_PPM)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('[SOUND-8] bends the pace smoothly and does not overshoot: no step of more than 6 ppm from block to block for an error of half a ms', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 0.5, noNaN: true }), (errorMs) => {
        const renderer = rendererAt(RATE)
        segments(renderer, minute)
        feed(renderer, 1, [new Float32Array(15 * 8_000)], 8_000)
        render(renderer, 0, SECOND)
        const map = mapAt(RATE, 0, errorMs)
        renderer.receive({ kind: 'map', map })
        let [before, steepest, least] = [0, 0, Infinity]
        render(renderer, SECOND, 10 * SECOND, (frame) => {
          const { ratePpm, positionMs } = renderer.report(frame)
          const leftMs = (map.roomMs + frame * map.msPerFrame - positionMs) * Math.sign(errorMs)
          steepest = Math.max(steepest, Math.abs(ratePpm - before))
          least = Math.min(least, leftMs)
          before = ratePpm
        })
        expect(steepest).toBeLessThan(6)
        expect(least).toBeGreaterThan(-0.002)
      }),
      { numRuns: 6 },
    )
  })
})
