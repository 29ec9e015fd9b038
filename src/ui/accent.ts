import { seeded } from './seed.ts'

/** The colour that leads the interface. Lightness is not part of it: tokens.css fixes that, for contrast. */
export interface Accent {
  /** OKLCH hue in degrees, 0 to 360. */
  readonly hue: number
  /** OKLCH chroma, 0.02 (a grey cover) to 0.15. */
  readonly chroma: number
}

const MIN_CHROMA = 0.02
/** Above it, accents of some hues leave sRGB and lose the lightness that contrast relies on. */
const MAX_CHROMA = 0.15
const BINS = 24

/** The accent of a picture's pixels (RGBA, 8 bits each): the hue that most of its colourful pixels share. */
export function accentOf(rgba: Uint8ClampedArray): Accent {
  const weight = new Float64Array(BINS)
  const x = new Float64Array(BINS)
  const y = new Float64Array(BINS)
  let total = 0
  for (let i = 0; i + 3 < rgba.length; i += 4) {
    if ((rgba[i + 3] ?? 0) < 128) continue
    const { lightness, a, b } = oklab(rgba[i] ?? 0, rgba[i + 1] ?? 0, rgba[i + 2] ?? 0)
    const chroma = Math.hypot(a, b)
    // Very dark and very light pixels have a hue that nobody sees.
    const seen = chroma * Math.max(0, 1 - Math.abs(lightness - 0.6) / 0.55)
    total += 1
    const bin = Math.floor(((Math.atan2(b, a) / (2 * Math.PI) + 1) % 1) * BINS) % BINS
    weight[bin] = (weight[bin] ?? 0) + seen
    x[bin] = (x[bin] ?? 0) + a * seen
    y[bin] = (y[bin] ?? 0) + b * seen
  }
  let best = 0
  for (let bin = 1; bin < BINS; bin++) if ((weight[bin] ?? 0) > (weight[best] ?? 0)) best = bin
  const share = weight[best] ?? 0
  if (total === 0 || share === 0) return { hue: 268, chroma: MIN_CHROMA }
  const hue = ((Math.atan2(y[best] ?? 0, x[best] ?? 0) * 180) / Math.PI + 360) % 360
  // A few colourful pixels in a grey picture tint the page a little; a colourful picture fully.
  const chroma = Math.min(MAX_CHROMA, Math.max(MIN_CHROMA, (share / total) * 14))
  return { hue, chroma }
}

/** The accent of a track without a cover: its own, the same on every device. */
export function accentOfSeed(seed: string): Accent {
  return { hue: Math.round(seeded(seed)() * 360), chroma: 0.12 }
}

/** sRGB (0 to 255) to Oklab; Björn Ottosson, "A perceptual color space for image processing" (2020). */
function oklab(red: number, green: number, blue: number): { lightness: number; a: number; b: number } {
  const linear = (value: number): number =>
    value <= 10.3 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
  const r = linear(red)
  const g = linear(green)
  const bl = linear(blue)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * bl)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * bl)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * bl)
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  }
}
