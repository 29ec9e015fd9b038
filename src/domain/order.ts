import type { RecordHash } from './ids.ts'

/** Total order of texts by code unit; `localeCompare` would differ between devices. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** "Earlier" and "later" everywhere in a room: by the author's room time, ties by hash. */
export const byTime = (
  a: { readonly at: number; readonly hash: RecordHash },
  b: { readonly at: number; readonly hash: RecordHash },
): number => a.at - b.at || compareText(a.hash, b.hash)

/** Index of the first element for which `isAfter` holds, in a list where it holds from some element on. */
export function firstIndex<T>(list: readonly T[], isAfter: (item: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(list[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
