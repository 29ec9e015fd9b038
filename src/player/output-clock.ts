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

interface Sample {
  readonly contextTimeS: number
  /** Local ms at which context time 0 was heard, as this sample has it. */
  readonly offsetMs: number
}

/** Readings that must agree before anything sounds: about 0.3 s at 20 readings a second. */
const LEAST_SAMPLES = 6
const WINDOW_S = 30
const SAMPLES_AT_MOST = 600
/** A slope is fitted only over a longer stretch; before, the two clocks are taken to run alike (crystals are within 100 ppm: 1 ms in 10 s). */
const SLOPE_AFTER_S = 10
const SLOPE_LIMIT_PPM = 500
/** A timestamp further than this from the render clock's estimate is not one (Safari has answered zeros and stale values). */
const PLAUSIBLE_MS = 1000
/** This many readings in a row, all off by more than `STEP_MS` on one side, are a new device or lost frames, not noise. */
const STEP_SAMPLES = 5
const STEP_MS = 2

/**
 * Relates context time to the local time at which it leaves the loudspeaker. Single readings bounce by milliseconds; the line is
 * a robust fit over half a minute, and begins anew when the readings step (device changed, frames lost, sleep).
 */
export class OutputClock {
  #samples: Sample[] = []
  #line: OutputLine | null = null
  #outliers: Sample[] = []
  #source: 'timestamp' | 'latency' = 'timestamp'
  #implausible = 0

  /** Null until enough readings agree. */
  get line(): OutputLine | null {
    return this.#line
  }

  /** Which of the browser's figures is believed. */
  get source(): 'timestamp' | 'latency' {
    return this.#source
  }

  observe(reading: OutputReading): void {
    const sample = this.#sample(reading)
    if (sample === null) return
    const last = this.#samples.at(-1)
    // The same reading twice says nothing new; time that runs backwards belongs to another device.
    if (last !== undefined && sample.contextTimeS === last.contextTimeS) return
    if (last !== undefined && sample.contextTimeS < last.contextTimeS) this.reset()
    if (this.#stepped(sample)) return
    this.#samples.push(sample)
    const oldest = sample.contextTimeS - WINDOW_S
    while (this.#samples.length > SAMPLES_AT_MOST || this.#samples[0]!.contextTimeS < oldest) this.#samples.shift()
    if (this.#samples.length >= LEAST_SAMPLES) this.#line = fit(this.#samples)
  }

  reset(): void {
    this.#samples = []
    this.#outliers = []
    this.#line = null
  }

  #sample(reading: OutputReading): Sample | null {
    const rendered = reading.nowMs + reading.outputLatencyS * 1000 - reading.currentTimeS * 1000
    const byLatency = { contextTimeS: reading.currentTimeS, offsetMs: rendered }
    const { timestamp } = reading
    if (timestamp !== null && timestamp.contextTimeS > 0 && timestamp.performanceMs > 0) {
      const offsetMs = timestamp.performanceMs - timestamp.contextTimeS * 1000
      if (Math.abs(offsetMs - rendered) < PLAUSIBLE_MS) {
        this.#implausible = 0
        if (this.#source === 'timestamp') return { contextTimeS: timestamp.contextTimeS, offsetMs }
      }
    }
    if (this.#source === 'timestamp' && ++this.#implausible > 2 * LEAST_SAMPLES) {
      this.#source = 'latency'
      this.reset()
    }
    return this.#source === 'latency' ? byLatency : null
  }

  /** Holds back readings that step; when enough agree, they are the new truth. */
  #stepped(sample: Sample): boolean {
    if (this.#line === null) return false
    const off = residual(this.#line, sample)
    const side = Math.sign(off)
    if (Math.abs(off) < STEP_MS || this.#outliers.some((held) => Math.sign(residual(this.#line!, held)) !== side)) {
      this.#outliers = []
      return false
    }
    this.#outliers.push(sample)
    if (this.#outliers.length < STEP_SAMPLES) return true
    const { msPerS } = this.#line
    this.#samples = this.#outliers
    this.#outliers = []
    this.#line = { ...fit(this.#samples), msPerS }
    return true
  }
}

/** Local ms at which `contextTimeS` is heard. */
export const heardAtMs = (line: OutputLine, contextTimeS: number): number =>
  line.localMs + (contextTimeS - line.contextTimeS) * line.msPerS

const residual = (line: OutputLine, sample: Sample): number =>
  sample.offsetMs + sample.contextTimeS * 1000 - heardAtMs(line, sample.contextTimeS)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Medians of the first and the last third give the slope (Tukey's resistant line), the median of the rest the level. */
function fit(samples: readonly Sample[]): OutputLine {
  const last = samples.at(-1)!
  const third = Math.floor(samples.length / 3)
  let slope = 0
  if (last.contextTimeS - samples[0]!.contextTimeS >= SLOPE_AFTER_S) {
    const early = samples.slice(0, third)
    const late = samples.slice(-third)
    const rise = median(late.map((s) => s.offsetMs)) - median(early.map((s) => s.offsetMs))
    const run = median(late.map((s) => s.contextTimeS)) - median(early.map((s) => s.contextTimeS))
    const limit = SLOPE_LIMIT_PPM / 1000
    slope = Math.max(-limit, Math.min(limit, rise / run))
  }
  const level = median(samples.map((s) => s.offsetMs - slope * (s.contextTimeS - last.contextTimeS)))
  return { contextTimeS: last.contextTimeS, localMs: last.contextTimeS * 1000 + level, msPerS: 1000 + slope }
}
