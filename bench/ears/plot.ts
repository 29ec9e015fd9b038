import type { Limits } from './asked.ts'
import type { SkewWindow } from './measure/skew.ts'
import type { Summary } from './measure/summary.ts'

const WIDTH = 900
const HEIGHT = 340
const LEFT = 72
const RIGHT = 20
const TOP = 48
const BOTTOM = 52
/** Distances between grid lines that people like to read. */
const NICE = [1, 2, 5, 10]

/** About `count` round steps over a range. */
function niceStep(range: number, count: number): number {
  const raw = range / count
  const scale = 10 ** Math.floor(Math.log10(raw))
  return (NICE.find((step) => step * scale >= raw) ?? 10) * scale
}

const label = (value: number, step: number): string =>
  value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace(/^-(?=0(\.0*)?$)/, '')

/** Skew over time as an SVG picture that reads on light and on dark ground. */
export function plotSkew(windows: readonly SkewWindow[], { median, p95, max }: Summary, limits: Limits): string {
  const lastS = Math.max(1, ...windows.map(({ atS }) => atS))
  const most = 1.15 * Math.max(limits.p95 ?? 0, limits.max ?? 0, max)
  const x = (atS: number): number => LEFT + (atS / lastS) * (WIDTH - LEFT - RIGHT)
  const y = (ms: number): number => TOP + ((most - ms) / (2 * most)) * (HEIGHT - TOP - BOTTOM)
  const at = (value: number): string => value.toFixed(1)
  const stepS = niceStep(lastS, 8)
  const stepMs = niceStep(2 * most, 6)
  const ticks = (from: number, to: number, step: number): number[] =>
    Array.from(
      { length: Math.floor(to / step) - Math.ceil(from / step) + 1 },
      (_, i) => (Math.ceil(from / step) + i) * step,
    )
  const rows = ticks(-most, most, stepMs).map(
    (ms) =>
      `<line class="grid${Math.abs(ms) < stepMs / 2 ? ' zero' : ''}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(ms))}" y2="${at(y(ms))}"/>` +
      `<text class="tick" x="${LEFT - 8}" y="${at(y(ms) + 4)}" text-anchor="end">${label(ms, stepMs)}</text>`,
  )
  const columns = ticks(0, lastS, stepS).map(
    (s) =>
      `<text class="tick" x="${at(x(s))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${label(s, stepS)}</text>`,
  )
  const bounds = (
    [
      ['p95', limits.p95],
      ['max', limits.max],
    ] as const
  ).flatMap(([name, limit]) =>
    limit === undefined
      ? []
      : [
          ...[limit, -limit].map(
            (ms) => `<line class="bound" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(ms))}" y2="${at(y(ms))}"/>`,
          ),
          // One above the upper line, the other below the lower one: they may lie close together.
          `<text class="note" x="${WIDTH - RIGHT - 4}" y="${at(name === 'max' ? y(limit) - 5 : y(-limit) + 14)}" text-anchor="end">${name} asked: ${limit} ms</text>`,
        ],
  )
  const dots = windows.map(({ atS, skewMs }) => `<circle cx="${at(x(atS))}" cy="${at(y(skewMs))}" r="1.8"/>`)
  const figures = `|skew| median ${median.toFixed(3)} ms, p95 ${p95.toFixed(3)} ms, max ${max.toFixed(3)} ms`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">`,
    `<title id="title">Skew between two listeners over ${lastS.toFixed(0)} s: ${figures}</title>`,
    '<style>',
    'text{font:13px system-ui,sans-serif;fill:#333}.tick,.note{font-size:12px;fill:#555}.head{font-size:15px;font-weight:600}',
    '.grid{stroke:#8883}.zero{stroke:#888a}.bound{stroke:#c2410c;stroke-dasharray:5 4}circle{fill:#2563eb;fill-opacity:.75}',
    '@media(prefers-color-scheme:dark){text{fill:#e5e5e5}.tick,.note{fill:#b0b0b0}.bound{stroke:#fb923c}circle{fill:#7cb0ff}}',
    '</style>',
    `<text class="head" x="${LEFT}" y="20">Skew between two listeners</text>`,
    `<text class="note" x="${LEFT}" y="37">${figures}; one dot per 0.25 s</text>`,
    ...rows,
    ...columns,
    ...bounds,
    ...dots,
    `<text x="${at((LEFT + WIDTH - RIGHT) / 2)}" y="${HEIGHT - 10}" text-anchor="middle">Time, s</text>`,
    `<text transform="translate(18 ${at((TOP + HEIGHT - BOTTOM) / 2)}) rotate(-90)" text-anchor="middle">Second listener later by, ms</text>`,
    '</svg>',
    '',
  ].join('\n')
}
