import { svg, type SVGTemplateResult } from 'lit'
import { pick, seeded } from './seed.ts'

/** Hues that tell people apart; lightness and chroma stay the same, so that no face shouts. */
const hues = [18, 48, 78, 128, 162, 196, 228, 262, 296, 334] as const

const mouths = [
  'M40 62q10 9 20 0',
  'M42 63q8 5 16 0',
  'M41 61q9 12 18 0Z',
  'M44 64h12',
  'M42 62q10 8 17-2',
  'M46 63a4 4 0 1 0 8 0a4 4 0 1 0-8 0',
] as const
const hats = ['none', 'none', 'tuft', 'curl', 'bun', 'headphones', 'headphones', 'cap', 'ears', 'leaf'] as const

/** A friendly face, 100 x 100, that the seed alone determines: no picture is ever fetched. */
export function faceDrawing(seed: string): SVGTemplateResult {
  const next = seeded(seed)
  const hue = pick(next, hues)
  const back = `oklch(0.86 0.075 ${hue})`
  const skin = `oklch(0.62 0.115 ${(hue + pick(next, [0, 24, -24, 150])) % 360})`
  const ink = `oklch(0.22 0.04 ${hue})`
  const light = 'oklch(0.98 0.01 90)'
  const tilt = Math.round(next() * 16 - 8)
  const dx = Math.round(next() * 8 - 4)
  const round = pick(next, [29, 24, 33])
  const gap = pick(next, [10, 12, 14])
  const eye = pick(next, ['dot', 'dot', 'wide', 'smile', 'glasses', 'sleepy'])
  const mouth = pick(next, mouths)
  const hat = pick(next, hats)

  const eyes = [50 - gap, 50 + gap].map((x) => {
    if (eye === 'smile')
      return svg`<path d="M${x - 4} 50q4-6 8 0" fill="none" stroke=${ink} stroke-width="3.2" stroke-linecap="round" />`
    if (eye === 'sleepy')
      return svg`<path d="M${x - 4} 48q4 4 8 0" fill="none" stroke=${ink} stroke-width="3.2" stroke-linecap="round" />`
    if (eye === 'wide')
      return svg`<circle cx=${x} cy="48" r="6" fill=${light} /><circle cx=${x + 1} cy="49" r="3" fill=${ink} />`
    const dot = svg`<circle cx=${x} cy="49" r="3.4" fill=${ink} />`
    return eye === 'glasses'
      ? svg`${dot}<circle cx=${x} cy="49" r="8.5" fill="none" stroke=${ink} stroke-width="2.4" />`
      : dot
  })

  return svg`
    <rect width="100" height="100" fill=${back} />
    <g transform="translate(${dx} 6) rotate(${tilt} 50 55)">
      ${hatBehind(hat, skin)}
      <rect x="20" y="24" width="60" height="80" rx=${round} fill=${skin} />
      ${hatInFront(hat, ink, light)}
      ${eyes}
      <path d=${mouth} fill=${mouth.endsWith('Z') ? light : 'none'} stroke=${ink} stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" />
    </g>`
}

function hatBehind(hat: (typeof hats)[number], skin: string): SVGTemplateResult | null {
  if (hat === 'bun') return svg`<circle cx="50" cy="20" r="11" fill=${skin} />`
  if (hat === 'ears')
    return svg`<circle cx="27" cy="27" r="10" fill=${skin} /><circle cx="73" cy="27" r="10" fill=${skin} />`
  return null
}

function hatInFront(hat: (typeof hats)[number], ink: string, light: string): SVGTemplateResult | null {
  const line = (d: string): SVGTemplateResult =>
    svg`<path d=${d} fill="none" stroke=${ink} stroke-width="3.4" stroke-linecap="round" />`
  switch (hat) {
    case 'tuft':
      return line('M50 25q-4-8 2-13M56 25q0-6 6-9')
    case 'curl':
      return line('M50 25c-2-12 12-14 11-6c-1 5-7 4-6 0')
    case 'leaf':
      return svg`<path d="M50 25c-1-10 6-15 15-14c0 9-6 14-15 14Z" fill=${light} />`
    case 'cap':
      return svg`<path d="M22 39c2-14 14-18 28-18s26 4 28 18Z" fill=${ink} /><path d="M70 37h16" stroke=${ink} stroke-width="5" stroke-linecap="round" />`
    case 'headphones':
      return svg`<path d="M18 52c0-42 64-42 64 0" fill="none" stroke=${ink} stroke-width="5" /><rect x="12" y="44" width="11" height="20" rx="5" fill=${ink} /><rect x="77" y="44" width="11" height="20" rx="5" fill=${ink} />`
    default:
      return null
  }
}
