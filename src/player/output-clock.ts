import { FirstReadings } from './first-readings.ts'
import { RenderClock } from './render-clock.ts'
import type { Line, Point } from './robust-line.ts'
import { StampLevel } from './stamp-level.ts'

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

/** Timestamps that must have come before anything sounds. */
const LEAST_STAMPS = 8
/** The first timestamps of a stream that began well lie within this along the local clock, ms: half a second at most passes among them. */
const STRAIGHT_MS = 0.5
/** A distance from rendering to sound beyond this is none (Safari has answered zeros and stale values). */
const PLAUSIBLE_MS = 1000
/** So many stamps in a row without a plausible one: this browser's are not to be believed, or the stream has not begun yet. */
const IMPLAUSIBLE_AT_MOST = 16
/** So many plausible ones in a row are believed again: on a starved machine a stream may take seconds to begin. */
const PLAUSIBLE_AGAIN = 8

/**
 * Relates context time to the local time at which it leaves the loudspeaker, by the browser's timestamps. Where it gives none that can be
 * believed, the arrivals of the audio thread's messages take their place: they step by up to one buffer while the sound runs on, and in
 * front of the sound lies what the browser calls its latency.
 */
export class OutputClock {
  readonly #render = new RenderClock()
  readonly #stamps = new StampLevel()
  /** Null once the stream has begun. */
  #first: FirstReadings<OutputReading> | null = new FirstReadings()
  #beganAmiss = false
  #count = 0
  #latestS = -Infinity
  #source: 'timestamp' | 'latency' = 'timestamp'
  /** Of the latest timestamps in a row. */
  #implausible = 0
  #plausible = 0

  /** Null until there are enough readings. */
  get line(): OutputLine | null {
    const { level } = this.#stamps
    if (level === null || this.#count < LEAST_STAMPS) return null
    return { contextTimeS: level.x, localMs: level.x * 1000 + level.y, msPerS: 1000 + this.#stamps.msPerS }
  }

  /** Counts how often the output jumped: it ran dry, was frozen, or is another device's now. */
  get jumps(): number {
    return this.#stamps.jumps
  }

  /** Which of the browser's figures is believed. */
  get source(): 'timestamp' | 'latency' {
    return this.#source
  }

  /** Whether the first timestamps of this stream ran away: another stream on a page that is at rest now begins better. */
  get beganAmiss(): boolean {
    return this.#beganAmiss
  }

  observe(reading: OutputReading): void {
    if (this.#first === null) return this.#take(reading)
    const first = this.#first.add(reading)
    if (first === null) return
    this.#first = null
    this.#beganAmiss = runsAway(first)
    for (const each of first) this.#take(each)
  }

  #take(reading: OutputReading): void {
    this.#render.observe(reading.renderedS, reading.nowMs)
    const stamp = this.#stamp(reading)
    // The same stamp twice says nothing new.
    if (stamp === null || stamp.x <= this.#latestS) return
    this.#latestS = stamp.x
    this.#count += 1
    this.#stamps.observe(stamp, { x: reading.renderedS, y: reading.nowMs - reading.renderedS * 1000 })
  }

  reset(): void {
    this.#render.reset()
    this.#stamps.reset()
    this.#first = new FirstReadings()
    this.#beganAmiss = false
    this.#count = 0
    this.#latestS = -Infinity
    this.#implausible = 0
    this.#plausible = 0
  }

  /** x: context time, s; y: local ms at which context time 0 was heard. */
  #stamp({ renderedS, nowMs, outputLatencyS, timestamp }: OutputReading): Point | null {
    const arrivals = this.#render.line
    const renderedMs = arrivals === null ? nowMs - renderedS * 1000 : lineAt(arrivals, renderedS)
    const told = plausible(timestamp, renderedMs)
    this.#plausible = told === null ? 0 : this.#plausible + 1
    this.#implausible = told === null ? this.#implausible + 1 : 0
    if (this.#implausible > IMPLAUSIBLE_AT_MOST) this.#believe('latency')
    if (this.#plausible > PLAUSIBLE_AGAIN) this.#believe('timestamp')
    return this.#source === 'timestamp' ? told : { x: renderedS, y: renderedMs + outputLatencyS * 1000 }
  }

  #believe(source: 'timestamp' | 'latency'): void {
    if (source === this.#source) return
    this.#source = source
    this.#stamps.reset()
    this.#latestS = -Infinity
  }
}

function runsAway(readings: readonly OutputReading[]): boolean {
  const stamps = readings.flatMap(
    ({ timestamp, nowMs, renderedS }) => plausible(timestamp, nowMs - renderedS * 1000) ?? [],
  )
  const values = stamps.map(({ y }) => y)
  return values.length > 1 && Math.max(...values) - Math.min(...values) > STRAIGHT_MS
}

function plausible(timestamp: OutputReading['timestamp'], renderedMs: number): Point | null {
  if (timestamp === null || timestamp.contextTimeS <= 0 || timestamp.performanceMs <= 0) return null
  const y = timestamp.performanceMs - timestamp.contextTimeS * 1000
  return Math.abs(y - renderedMs) < PLAUSIBLE_MS ? { x: timestamp.contextTimeS, y } : null
}

const lineAt = (line: Line, x: number): number => line.y + line.slope * (x - line.x)

/** Local ms at which `contextTimeS` is heard. */
export const heardAtMs = (line: OutputLine, contextTimeS: number): number =>
  line.localMs + (contextTimeS - line.contextTimeS) * line.msPerS
