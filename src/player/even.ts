import type { Point } from './robust-line.ts'

/** Requests of a device come in a pattern as wide as its period, ms, */
const PATTERN_MS = 28
/** ... or, where buffers are large, as this share of the step from one report to the next. */
const STEP_SHARE = 0.5

/**
 * Whether a device asks for blocks, and the page learns of it, without being held up: then requests differ by their pattern and no more. Where
 * they come unevenly somebody has taken the processor, and neither they nor the browser's timestamps tell when the sound is heard.
 *
 * @param requests x: context time, s; y: local ms at which context time 0 was asked for; oldest first
 */
export function comeEvenly(requests: readonly Point[]): boolean {
  const [first, last] = [requests[0], requests.at(-1)]
  if (first === undefined || last === undefined) return false
  const values = requests.map(({ y }) => y)
  const stepMs = ((last.x - first.x) * 1000) / Math.max(1, requests.length - 1)
  return Math.max(...values) - Math.min(...values) <= Math.max(PATTERN_MS, STEP_SHARE * stepMs)
}
