import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The value that this part of the values does not exceed; NaN without any. */
export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.ceil(part * sorted.length) - 1] ?? NaN

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

let collect: (() => void) | null = null

/** Memory that this process's JavaScript needs, objects and buffers, after two collections; MB. */
export function heapMb(): number {
  if (collect === null) {
    setFlagsFromString('--expose_gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
