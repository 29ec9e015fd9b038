import { median, residual, robustLine, type Line, type Point } from './robust-line.ts'

/** Messages from the audio thread are gathered into points of this length, by the earliest one. */
const POINT_S = 1
/** The pace is learned over this stretch ... */
const WINDOW_S = 60
/** ... and the level over this one. */
const RECENT_S = 8
/** The earliest arrivals of a second agree within 0.1 ms: over this stretch a pace of 20 ppm stands out, and is half believed. */
const SLOPE_DOUBT_S = 6
const SLOPE_LIMIT_PPM = 500
/** Messages before the first line: 0.4 s at 20 a second. */
const FIRST_MESSAGES = 8
/**
 * Least messages that tell a step from late delivery: 1.5 s at 20 a second, all late by more than `STEP_MS` and three times the usual.
 * A host that stalls for 0.3 s at a time delays every message of 0.4 s; taking that for lost sound makes the player jump about.
 */
const STEP_MESSAGES = 30
const STEP_MS = 1.5
const STEP_TIMES = 3
/** However late messages usually are, this is a step: what is usual was measured across one. */
const SURE_STEP_MS = 8
/** Nothing arrives early: this many messages so much before their time prove the line late. */
const EARLY_MESSAGES = 2
const EARLY_MS = 1.5
/** Weight of the latest second in what is usual. */
const USUAL_SHARE = 0.2

/**
 * When the audio thread renders: relates context time to the local time at which the device asks for it. The device asks whenever its
 * buffer has room, so the *earliest* arrivals lie on a line of the device's own pace (here within 0.1 ms from second to second), at a
 * constant distance before the sound; later ones were held up by a busy page. When the device runs dry, all arrivals step.
 */
export class RenderClock {
  /** x: context time, s; y: local ms minus context ms. */
  #points: Point[] = []
  /** Arrivals since the last point. */
  #gathered: Point[] = []
  #latest: Point[] = []
  #fit: Line | null = null
  /** How late messages usually are, ms. */
  #usuallyLateMs = 0

  /** Null before there were enough messages. */
  get line(): Line | null {
    return this.#fit
  }

  /** A message that was posted when `contextTimeS` was rendered has arrived at local time `arrivedMs`. */
  observe(contextTimeS: number, arrivedMs: number): void {
    const point = { x: contextTimeS, y: arrivedMs - contextTimeS * 1000 }
    this.#latest.push(point)
    if (this.#latest.length > STEP_MESSAGES) this.#latest.shift()
    this.#gathered.push(point)
    this.#followStep()
    const first = this.#gathered[0]!
    if (this.#fit === null ? this.#gathered.length >= FIRST_MESSAGES : point.x - first.x >= POINT_S)
      this.#gather(point.x)
  }

  reset(): void {
    this.#points = []
    this.#gathered = []
    this.#latest = []
    this.#fit = null
    this.#usuallyLateMs = 0
  }

  #gather(nowS: number): void {
    const first = earliest(this.#gathered, this.#fit)
    const lateMs = median(this.#gathered.map((point) => point.y - first.y))
    this.#usuallyLateMs += (lateMs - this.#usuallyLateMs) * (this.#fit === null ? 1 : USUAL_SHARE)
    this.#points.push(first)
    this.#gathered = []
    while (this.#points[0]!.x < nowS - WINDOW_S) this.#points.shift()
    this.#fit = robustLine(this.#points, { doubt: SLOPE_DOUBT_S, limit: SLOPE_LIMIT_PPM / 1000, recent: RECENT_S })
  }

  #followStep(): void {
    const fit = this.#fit
    if (fit === null) return
    const far = Math.min(SURE_STEP_MS, Math.max(STEP_MS, STEP_TIMES * this.#usuallyLateMs))
    let early = 0
    let step = Infinity
    for (const point of this.#latest) {
      const offset = residual(fit, point)
      if (offset < -EARLY_MS) early += 1
      step = Math.min(step, offset)
    }
    const late = this.#latest.length === STEP_MESSAGES && step > far
    if (!late && early < EARLY_MESSAGES) return
    const shifted = ({ x, y }: Point): Point => ({ x, y: y + step })
    this.#points = this.#points.map(shifted)
    // What was gathered before the step lies on the old line.
    this.#gathered = [...this.#latest]
    this.#fit = { ...fit, y: fit.y + step }
  }
}

function earliest(points: readonly Point[], line: Line | null): Point {
  const height = (point: Point): number => (line === null ? point.y : residual(line, point))
  return points.reduce((least, point) => (height(point) < height(least) ? point : least))
}
