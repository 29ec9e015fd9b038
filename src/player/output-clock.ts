import { median, robustLine, type Line, type Point } from './robust-line.ts'

/** What the browser says of its output at one moment. */
export interface OutputReading {
  /** `AudioContext.currentTime`, s: the render clock. */
  readonly currentTimeS: number
  /** Local monotonic ms at which the reading was taken. */
  readonly nowMs: number
  /** `AudioContext.outputLatency`, s; 0 where the browser does not tell. */
  readonly outputLatencyS: number
  /** `getOutputTimestamp()`: `contextTimeS` leaves the device at `performanceMs`. Null where it does not exist. */
  readonly timestamp: { readonly contextTimeS: number; readonly performanceMs: number } | null
}

/** Straight line from context time to the local time at which it is heard: `localMs = atMs + contextTimeS * msPerS`. */
export interface OutputLine {
  readonly contextTimeS: number
  readonly localMs: number
  readonly msPerS: number
}

/** Readings that must agree before anything sounds: about 0.3 s at 20 readings a second. */
const LEAST_READINGS = 6
/** Readings are gathered into points of this length, by their median. */
const POINT_S = 0.5
/** The pace is learned over this stretch ... */
const WINDOW_S = 60
/** ... and the level over this one: PulseAudio is off by up to 3 ms when a stream is young and better by the second. */
const RECENT_S = 6
/** Crystals are within 100 ppm of each other, hence 2 ms in this time: over a shorter stretch a slope is rather noise. */
const SLOPE_DOUBT_S = 20
const SLOPE_LIMIT_PPM = 500
/** A timestamp further than this from the render clock's estimate is not one (Safari has answered zeros and stale values). */
const PLAUSIBLE_MS = 1000
/** This many readings in a row, all far off on one side, are a new device or lost frames, not noise. */
const STEP_READINGS = 5
/** Far off: beyond this, and beyond four times the usual spread. */
const STEP_MS = 2
const STEP_SPREADS = 4

/**
 * Relates context time to the local time at which it leaves the loudspeaker. Single readings bounce by milliseconds; the line is
 * a robust fit, shifted as a whole when the readings step (device changed, frames lost, sleep).
 */
export class OutputClock {
  /** Readings since the last point. x: context time, s; y: local ms at which context time 0 was heard. */
  #readings: Point[] = []
  #points: Point[] = []
  #outliers: Point[] = []
  #fit: Line | null = null
  #latest = -Infinity
  #source: 'timestamp' | 'latency' = 'timestamp'
  #implausible = 0

  /** Null until enough readings agree. */
  get line(): OutputLine | null {
    if (this.#fit === null) return null
    const { x, y, slope } = this.#fit
    return { contextTimeS: x, localMs: x * 1000 + y, msPerS: 1000 + slope }
  }

  /** Which of the browser's figures is believed. */
  get source(): 'timestamp' | 'latency' {
    return this.#source
  }

  observe(reading: OutputReading): void {
    const point = this.#point(reading)
    if (point === null) return
    // The same reading twice says nothing new; time that runs backwards belongs to another device.
    if (point.x === this.#latest) return
    if (point.x < this.#latest) this.reset()
    this.#latest = point.x
    if (this.#steps(point)) return
    this.#readings.push(point)
    if (this.#fit === null ? this.#readings.length >= LEAST_READINGS : point.x - this.#readings[0]!.x >= POINT_S)
      this.#gather()
  }

  reset(): void {
    this.#readings = []
    this.#points = []
    this.#outliers = []
    this.#fit = null
    this.#latest = -Infinity
  }

  #point(reading: OutputReading): Point | null {
    const rendered = reading.nowMs + reading.outputLatencyS * 1000 - reading.currentTimeS * 1000
    const { timestamp } = reading
    if (this.#source === 'latency') return { x: reading.currentTimeS, y: rendered }
    if (timestamp !== null && timestamp.contextTimeS > 0 && timestamp.performanceMs > 0) {
      const y = timestamp.performanceMs - timestamp.contextTimeS * 1000
      if (Math.abs(y - rendered) < PLAUSIBLE_MS) {
        this.#implausible = 0
        return { x: timestamp.contextTimeS, y }
      }
    }
    if (++this.#implausible > 2 * LEAST_READINGS) {
      this.#source = 'latency'
      this.reset()
    }
    return null
  }

  /** Turns the readings since the last time into one point, and fits anew. */
  #gather(): void {
    const last = this.#readings.at(-1)!
    this.#points.push({ x: median(this.#readings.map(({ x }) => x)), y: median(this.#readings.map(({ y }) => y)) })
    this.#readings = []
    while (this.#points[0]!.x < last.x - WINDOW_S) this.#points.shift()
    this.#fit = robustLine(this.#points, { doubt: SLOPE_DOUBT_S, limit: SLOPE_LIMIT_PPM / 1000, recent: RECENT_S })
  }

  /** Holds back readings that step; when enough agree, all that was known is shifted by the step. */
  #steps(point: Point): boolean {
    const fit = this.#fit
    if (fit === null) return false
    const off = ({ x, y }: Point): number => y - fit.y - fit.slope * (x - fit.x)
    const side = Math.sign(off(point))
    const far = Math.abs(off(point)) > Math.max(STEP_MS, STEP_SPREADS * fit.spread)
    if (!far || this.#outliers.some((held) => Math.sign(off(held)) !== side)) {
      this.#outliers = []
      return false
    }
    this.#outliers.push(point)
    if (this.#outliers.length < STEP_READINGS) return true
    const step = median(this.#outliers.map(off))
    const shifted = ({ x, y }: Point): Point => ({ x, y: y + step })
    this.#points = this.#points.map(shifted)
    this.#readings = [...this.#readings.map(shifted), ...this.#outliers]
    this.#outliers = []
    this.#fit = { ...fit, y: fit.y + step }
    return true
  }
}

/** Local ms at which `contextTimeS` is heard. */
export const heardAtMs = (line: OutputLine, contextTimeS: number): number =>
  line.localMs + (contextTimeS - line.contextTimeS) * line.msPerS
