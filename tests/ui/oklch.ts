import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** sRGB in linear light, 0 to 1. */
type Linear = readonly [number, number, number]

/** Oklch to linear sRGB; what the screen cannot show is clipped, as browsers do. Björn Ottosson (2020). */
function fromOklch(lightness: number, chroma: number, hue: number): Linear {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (value: number): number => Math.min(1, Math.max(0, value))
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

const luminance = ([red, green, blue]: Linear): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Linear, other: Linear): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

/** The colour tokens as tokens.css has them: name, hue and chroma to a colour. */
export function tokens(theme: 'light' | 'dark'): (name: string, hue: number, chroma: number) => Linear {
  const text = readFileSync(join(import.meta.dirname, '../../src/ui/tokens.css'), 'utf8').replaceAll(/\s+/g, ' ')
  const number = String.raw`([\d.]+|var\(--hue\)|var\(--chroma\)|calc\(var\(--chroma\) \* [\d.]+\))`
  const colour = String.raw`oklch\( ?${number} ${number} ${number} ?\)`
  const found = new Map<string, readonly string[]>()
  for (const [, name = '', ...parts] of text.matchAll(
    new RegExp(String.raw`--([\w-]+): light-dark\( ?${colour}, ${colour} ?\)`, 'g'),
  ))
    found.set(name, theme === 'light' ? parts.slice(0, 3) : parts.slice(3))
  return (name, hue, chroma) => {
    const [l = '', c = '', h = ''] = found.get(name) ?? []
    const value = (part: string): number => {
      if (part === 'var(--hue)') return hue
      if (part.includes('--chroma')) return chroma * Number(/[\d.]+/.exec(part)?.[0] ?? 1)
      return Number(part)
    }
    if (l === '') throw new Error(`--${name} is no pair of plain oklch colours`)
    return fromOklch(value(l), value(c), value(h))
  }
}
