import { RenderClock } from './render-clock.ts'
import { median, type Point } from './robust-line.ts'

/** What the browser says of its output at one moment: the arrival of a message from the audio thread. */
export interface OutputReading {
  /** Context time, s, up to which the audio thread had rendered when it posted the message. */
  readonly renderedS: number
  /** Local monotonic ms at which the message arrived. */
  readonly nowMs: number
  /** `AudioContext.outputLatency`, s; `baseLatency` where the browser does not tell it. */
  readonly outputLatencyS: number
  /** `getOutputTimestamp()`: `contextTimeS` leaves the device at `performanceMs`. Null where it does not exist. */
  readonly timestamp: { readonly contextTimeS: number; readonly performanceMs: number } | null
}

/** Straight line from context time to the local time at which it is heard: `localMs` at `contextTimeS`, then `msPerS`. */
export interface OutputLine {
  readonly contextTimeS: number
  readonly localMs: number
  readonly msPerS: number
}

/** Timestamps that must have come before anything sounds: 0.4 s at 20 readings a second. */
const LEAST_STAMPS = 8
/** The distance from rendering to sound is the median of the later half of all stamps, of at most this stretch: a young stream's are the worst. */
const DISTANCE_WINDOW_S = 30
/** A distance beyond this is none (Safari has answered zeros and stale values). */
const PLAUSIBLE_MS = 1000
/** So many implausible stamps in a row: this browser's are not to be believed. */
const IMPLAUSIBLE_AT_MOST = 16
/** When the median of so many latest stamps differs by so much, the distance has changed (another device, a buffer filled anew). */
const CHANGED_STAMPS = 16
const CHANGED_MS = 2.5

/**
 * Relates context time to the local time at which it leaves the loudspeaker. Pace and steps come from the render clock; the constant
 * distance from rendering to sound comes from the browser's timestamps, which bounce by milliseconds and are right in the long run.
 */
export class OutputClock {
  readonly #render = new RenderClock()
  /** x: context time, s; y: ms from rendering to sound. */
  #distances: Point[] = []
  /** So many of them are from before the latest step. */
  #stale = 0
  #distanceMs: number | null = null
  #beganS = 0
  #steps = 0
  #source: 'timestamp' | 'latency' = 'timestamp'
  #implausible = 0

  /** Null until enough readings agree. */
  get line(): OutputLine | null {
    const render = this.#render.line
    if (render === null || this.#distanceMs === null) return null
    return {
      contextTimeS: render.x,
      localMs: render.x * 1000 + render.y + this.#distanceMs,
      msPerS: 1000 + render.slope,
    }
  }

  /** Counts how often the output ran dry or jumped. */
  get steps(): number {
    return this.#render.steps
  }

  /** Which of the browser's figures is believed. */
  get source(): 'timestamp' | 'latency' {
    return this.#source
  }

  observe(reading: OutputReading): void {
    this.#render.observe(reading.renderedS, reading.nowMs)
    const render = this.#render.line
    if (render === null) {
      this.#beganS = reading.renderedS
      return
    }
    if (this.#steps !== this.#render.steps) {
      // A buffer that ran dry fills to another height: the old distance holds only until there are enough new stamps.
      this.#steps = this.#render.steps
      this.#beganS = reading.renderedS
      this.#stale = this.#distances.length
      return
    }
    const told = this.#told(reading)
    if (told === null) return
    // The same stamp twice says nothing new.
    if (told.x === this.#distances.at(-1)?.x) return
    this.#distances.push({ x: told.x, y: told.y - render.y - render.slope * (told.x - render.x) })
    const fresh = this.#distances.length - this.#stale
    if (fresh >= LEAST_STAMPS) this.#measure(told.x)
    // On a machine that stalls all the time, something is better than silence.
    else if (this.#distanceMs === null && this.#distances.length >= LEAST_STAMPS)
      this.#distanceMs = middle(this.#distances)
  }

  reset(): void {
    this.#render.reset()
    this.#distances = []
    this.#stale = 0
    this.#distanceMs = null
    this.#implausible = 0
  }

  /** x: context time, s; y: local ms at which context time 0 was heard. */
  #told({ renderedS, outputLatencyS, timestamp }: OutputReading): Point | null {
    const render = this.#render.line!
    if (this.#source === 'latency') {
      return { x: renderedS, y: render.y + render.slope * (renderedS - render.x) + outputLatencyS * 1000 }
    }
    if (timestamp !== null && timestamp.contextTimeS > 0 && timestamp.performanceMs > 0) {
      const y = timestamp.performanceMs - timestamp.contextTimeS * 1000
      if (Math.abs(y - render.y) < PLAUSIBLE_MS) {
        this.#implausible = 0
        return { x: timestamp.contextTimeS, y }
      }
    }
    if (++this.#implausible > IMPLAUSIBLE_AT_MOST) {
      this.#source = 'latency'
      this.#forget([])
    }
    return null
  }

  #measure(nowS: number): void {
    this.#distances = this.#distances.slice(this.#stale)
    this.#stale = 0
    const latest = this.#distances.slice(-CHANGED_STAMPS)
    const changed = this.#distanceMs !== null && Math.abs(middle(latest) - this.#distanceMs) > CHANGED_MS
    if (changed && latest.length === CHANGED_STAMPS) this.#forget(latest.slice(-LEAST_STAMPS))
    const stretch = Math.min(DISTANCE_WINDOW_S, (nowS - this.#beganS) / 2)
    while (this.#distances.length > LEAST_STAMPS && this.#distances[0]!.x < nowS - stretch) this.#distances.shift()
    this.#distanceMs = middle(this.#distances)
  }

  /** What was measured before says nothing of now. */
  #forget(kept: readonly Point[]): void {
    this.#distances = [...kept]
    this.#stale = 0
    if (kept[0] !== undefined) this.#beganS = kept[0].x
  }
}

const middle = (points: readonly Point[]): number => median(points.map(({ y }) => y))

/** Local ms at which `contextTimeS` is heard. */
export const heardAtMs = (line: OutputLine, contextTimeS: number): number =>
  line.localMs + (contextTimeS - line.contextTimeS) * line.msPerS
