import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accentOf, accentOfSeed } from '../../src/ui/accent.ts'
import { contrast, tokens } from './oklch.ts'

const filled = (...rgb: [number, number, number]): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: 64 * 4 }, (_, i) => [...rgb, 255][i % 4] ?? 0)

describe('accent', () => {
  it('[UI-17] the cover’s dominant colour gives the hue; a grey cover gives hardly any colour', () => {
    expect(accentOf(filled(220, 30, 30)).hue).toBeCloseTo(28, -1)
    expect(accentOf(filled(30, 60, 220)).hue).toBeCloseTo(265, -1)
    expect(accentOf(filled(128, 128, 128)).chroma).toBeLessThanOrEqual(0.02)
    const mostlyGreen = filled(30, 160, 60)
    mostlyGreen.set([230, 20, 20, 255], 0)
    expect(accentOf(mostlyGreen).hue).toBeCloseTo(accentOf(filled(30, 160, 60)).hue, -1)
  })

  it('[UI-17] any picture gives a hue of the circle and a chroma that the tokens were checked for', () => {
    fc.assert(
      fc.property(fc.uint8ClampedArray({ maxLength: 400 }), (pixels) => {
        const { hue, chroma } = accentOf(pixels)
        expect(hue).toBeGreaterThanOrEqual(0)
        expect(hue).toBeLessThanOrEqual(360)
        expect(chroma).toBeGreaterThanOrEqual(0.02)
        expect(chroma).toBeLessThanOrEqual(0.15)
      }),
    )
  })

  it('[UI-17] a track without a cover has the same accent everywhere', () => {
    expect(accentOfSeed('one')).toEqual(accentOfSeed('one'))
    expect(accentOfSeed('one').hue).not.toBe(accentOfSeed('two').hue)
  })
})

const pairs = [
  ['text', 'bg', 4.5],
  ['text', 'surface', 4.5],
  ['text', 'raised', 4.5],
  ['text', 'soft', 4.5],
  ['text', 'glow', 4.5],
  ['text', 'danger-soft', 4.5],
  ['text', 'warn-soft', 4.5],
  ['quiet', 'bg', 4.5],
  ['quiet', 'surface', 4.5],
  ['quiet', 'raised', 4.5],
  ['quiet', 'soft', 4.5],
  ['quiet', 'glow', 4.5],
  ['quiet', 'warn-soft', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['accent-text', 'soft', 4.5],
  ['warn', 'bg', 4.5],
  ['warn', 'surface', 4.5],
  ['warn', 'raised', 4.5],
  ['warn', 'glow', 4.5],
  ['edge', 'bg', 3],
  ['edge', 'surface', 3],
  ['accent', 'bg', 3],
  ['accent', 'surface', 3],
  ['good', 'surface', 3],
] as const

describe('design tokens', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`[UI-18] words keep 4.5:1 and controls 3:1 in ${theme}, whatever colour a cover brings`, () => {
      const colour = tokens(theme)
      for (const [front, back, least] of pairs) {
        let worst = Number.POSITIVE_INFINITY
        for (let hue = 0; hue < 360; hue += 4) {
          for (const chroma of [0.02, 0.08, 0.12, 0.15])
            worst = Math.min(worst, contrast(colour(front, hue, chroma), colour(back, hue, chroma)))
        }
        expect(worst, `${front} on ${back}`).toBeGreaterThanOrEqual(least)
      }
    })
  }
})
