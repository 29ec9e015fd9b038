import { heightAt, levelled, medianDeviation, type Point } from './robust-line.ts'

/** So many stamps in a row must be off by so much (in ms, and beside what is usual), and agree with each other, */
export const CHANGE_STAMPS = 4
const CHANGE_MS = 1.8
const CHANGE_TIMES = 4
const AGREE_MS = 0.6
/** ... and this share of the change, `CHANGE_MS` at least, came between two of the latest stamps: a wandering browser changes its mind little by little. */
const SUDDEN_SHARE = 0.5
/** Further than browsers jump by themselves: the sound is elsewhere, though the stamps agree only roughly. */
const SURE_MS = 10
/** ... and further than they err when the sound is where it was: it leaves by another device. */
export const OTHER_DEVICE_MS = 25

/**
 * Tells a sudden change of timestamps away from their level. What is lost makes what follows later, so `moved` is sound that was lost, or leaves by
 * another device; a little `earlier` it comes by no cause that is known, so there the browser errs.
 *
 * @param stamps the latest, oldest first
 */
export function suddenChange(stamps: readonly Point[], { x, y }: Point, msPerS: number): 'moved' | 'earlier' | null {
  if (stamps.length < CHANGE_STAMPS) return null
  let [least, most] = [Infinity, -Infinity]
  for (let i = stamps.length - CHANGE_STAMPS; i < stamps.length; i++) {
    const off = heightAt(stamps[i]!, x, msPerS) - y
    least = Math.min(least, off)
    most = Math.max(most, off)
  }
  const farMs = Math.max(least, -most)
  // So it is nearly always: what follows would be most of the clock's garbage.
  if (farMs < CHANGE_MS) return null
  const offs = levelled(stamps, x, msPerS).map((value) => value - y)
  const away = Math.sign(least)
  const suddenMs = Math.max(CHANGE_MS, SUDDEN_SHARE * farMs)
  if (!offs.some((off, i) => i > 0 && away * (off - offs[i - 1]!) >= suddenMs)) return null
  if (farMs >= SURE_MS) {
    if (most - least > farMs / 2) return null
    return away > 0 || farMs >= OTHER_DEVICE_MS ? 'moved' : 'earlier'
  }
  if (offs.length < 2 * CHANGE_STAMPS) return null
  const usualMs = medianDeviation(offs.slice(0, -CHANGE_STAMPS))
  if (farMs < Math.max(CHANGE_MS, CHANGE_TIMES * usualMs) || most - least > AGREE_MS) return null
  return away > 0 ? 'moved' : 'earlier'
}
