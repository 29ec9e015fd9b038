import type { HostLoad } from './rig/host.ts'
import type { Row } from './scenario.ts'

const NAME = 20
const FIGURE = 10

const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '-').padStart(FIGURE)
const column = (text: string | number, width: number): string => String(text).padStart(width)

export function printHead(): void {
  const figures = ['median', 'p95', 'max'].map((name) => column(name, FIGURE)).join('')
  console.log(`${'|skew|, ms'.padEnd(NAME)}${figures}  holds  windows silent alone unlike  steal % others %   asked`)
}

/**
 * `windows`: those that were compared; `silent`: nobody sounds; `alone`: only one does; `unlike`: not the same within +-190 ms.
 * `steal`: processor time that the host gave to other machines meanwhile; `others`: what programs of this machine used that the bench did not start.
 */
export function printRow(row: Row, load: HostLoad): void {
  const { median, p95, max } = row.figures ?? { median: NaN, p95: NaN, max: NaN }
  const { counted, silent, alone, unlike } = row.windows ?? { counted: '', silent: '', alone: '', unlike: '' }
  console.log(
    row.name.padEnd(NAME) +
      [median, p95, max].map(figure).join('') +
      column(row.held ? 'yes' : 'NO', 7) +
      [column(counted, 9), column(silent, 7), column(alone, 6), column(unlike, 7)].join('') +
      column(load.stealPercent.toFixed(1), 9) +
      column(load.othersPercent.toFixed(0), 9) +
      `   ${row.asked}`,
  )
  console.log(`    ${row.note}`)
}

/** Numbers with three digits: more would claim what was not measured. */
export const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
