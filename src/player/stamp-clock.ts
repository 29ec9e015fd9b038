import type { OutputLine, OutputReading } from './output-clock.ts'
import { median, robustLine, type Line, type Point } from './robust-line.ts'

/** Stamps before anything sounds: 0.4 s at 20 readings a second. */
const LEAST_STAMPS = 8
/** Stamps are gathered into points of this length, by their median. */
const POINT_S = 1
const WINDOW_S = 60
/** The level is the median of the points of so many last seconds. */
const RECENT_S = 10
/** Crystals are within 100 ppm of each other; a slope of that size stands out of the noise after this stretch. */
const SLOPE_DOUBT_S = 30
const SLOPE_LIMIT_PPM = 500
/** So many points in a row, all so far off on one side: the output has stepped, or its beginning was misjudged. */
const STEP_POINTS = 3
const STEP_MS = 2.5
/** A stamp further than this from the browser's own latency is not one. */
const PLAUSIBLE_MS = 1000

/**
 * Relates context time to the local time at which it is heard, for large buffers. There the device asks for sound in bursts of a
 * sixth of a second, so arrivals of messages say little; but it does not run dry, and the median of the browser's timestamps over
 * seconds stays within a millisecond even on a host that stalls.
 */
export class StampClock {
  /** x: context time, s; y: local ms at which context time 0 was heard. */
  #stamps: Point[] = []
  #points: Point[] = []
  #fit: Line | null = null
  #latestS = -Infinity
  #steps = 0

  /** Null until enough stamps have come. */
  get line(): OutputLine | null {
    if (this.#fit === null) return null
    const { x, y, slope } = this.#fit
    return { contextTimeS: x, localMs: x * 1000 + y, msPerS: 1000 + slope }
  }

  /** Counts how often the output jumped. */
  get steps(): number {
    return this.#steps
  }

  observe({ renderedS, nowMs, outputLatencyS, timestamp }: OutputReading): void {
    const told = nowMs + outputLatencyS * 1000 - renderedS * 1000
    const stamp = timestamp === null ? null : timestamp.performanceMs - timestamp.contextTimeS * 1000
    const believed = timestamp !== null && stamp !== null && Math.abs(stamp - told) < PLAUSIBLE_MS
    const point = believed ? { x: timestamp.contextTimeS, y: stamp } : { x: renderedS, y: told }
    if (point.x <= this.#latestS) return
    this.#latestS = point.x
    this.#stamps.push(point)
    const first = this.#stamps[0]!
    if (this.#fit === null ? this.#stamps.length >= LEAST_STAMPS : point.x - first.x >= POINT_S) this.#gather()
  }

  reset(): void {
    this.#stamps = []
    this.#points = []
    this.#fit = null
    this.#latestS = -Infinity
  }

  #gather(): void {
    const x = this.#stamps.at(-1)!.x
    this.#points.push({ x, y: median(this.#stamps.map((stamp) => stamp.y)) })
    this.#stamps = []
    while (this.#points[0]!.x < x - WINDOW_S) this.#points.shift()
    this.#followStep()
    this.#fit = robustLine(this.#points, { doubt: SLOPE_DOUBT_S, limit: SLOPE_LIMIT_PPM / 1000, recent: RECENT_S })
  }

  /** What lies before a step says nothing of the level after it. */
  #followStep(): void {
    const fit = this.#fit
    if (fit === null) return
    const latest = this.#points.slice(-STEP_POINTS)
    const off = latest.map(({ x, y }) => y - fit.y - fit.slope * (x - fit.x))
    const stepped = off.every((ms) => ms > STEP_MS) || off.every((ms) => ms < -STEP_MS)
    if (latest.length < STEP_POINTS || !stepped) return
    this.#steps += 1
    this.#points = latest
  }
}
