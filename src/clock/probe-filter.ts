import { clamp } from './median.ts'

/** Four timestamps of one probe: asked and heard on the own clock, received and sent on the neighbour's; all monotonic ms. */
export interface ProbeTimes {
  readonly askedAtMs: number
  readonly receivedAtMs: number
  readonly sentAtMs: number
  readonly heardAtMs: number
}

/** What the filter knows of a neighbour's monotonic clock. */
export interface ClockEstimate {
  /** Neighbour's clock minus own clock at the time asked about, ms. */
  readonly offsetMs: number
  /** How far `offsetMs` can be wrong: half the least round trip, plus what the rate may have done since; ms. */
  readonly errorMs: number
  /** What queueing alone still leaves uncertain, ms: falls with the number of probes. The path's asymmetry cannot be seen. */
  readonly noiseMs: number
  /** Neighbour's rate against own, ppm. */
  readonly driftPpm: number
  /** Least round trip of the window, ms. */
  readonly rttMs: number
  readonly samples: number
  /** Time from the first to the last probe of the window, ms. */
  readonly spanMs: number
}

interface Sample {
  readonly atMs: number
  /** Neighbour's clock at arrival minus own at departure: delay there plus offset. */
  readonly forthMs: number
  /** Own clock at arrival minus neighbour's at departure: delay back minus offset. */
  readonly backMs: number
}

/** Oscillators wander over minutes: older probes say little of now. */
const WINDOW_MS = 100_000
const MAX_SAMPLES = 96
/** Quartz keeps within 100 ppm; two may differ by 200, and one that is worse still has to fit. */
const MAX_DRIFT_PPM = 400
/** Usual difference of two oscillators, ppm: decides while there are too few probes to tell. */
const USUAL_DRIFT_PPM = 40
/** Resolution of browser clocks (100 us): delays that differ by less are equal. */
const RESOLUTION_MS = 0.1
/** A probe that contradicts the estimate by more than this, beyond what its round trip allows: the neighbour's clock jumped. */
const JUMP_MS = 5
/** Longest round trip that is worth anything. */
const MAX_RTT_MS = 5_000

/**
 * Offset and drift of one neighbour's clock from probes.
 *
 * NTP (RFC 5905) takes the offset ((t1-t0)+(t2-t3))/2 of the probe with the least round trip. Queueing delay is one-sided and different in
 * both directions, so the floors of the two directions are looked for apart: their difference halves the offset, their sum is a round trip
 * that no single probe may have had. Drift is the slope that fits these floors: the one that leaves the largest sum of them, which is the
 * likeliest under exponential queueing (Moon, Skelly, Towsley 1999), with a prior for how much two oscillators usually differ.
 */
export class ProbeFilter {
  #samples: Sample[] = []
  #fit: Fit | null = null
  #jumps = 0

  /** How often the neighbour's clock jumped; its claims from before are void. */
  get jumps(): number {
    return this.#jumps
  }

  get size(): number {
    return this.#samples.length
  }

  /** Takes in one probe. False when its times cannot be true. */
  add({ askedAtMs, receivedAtMs, sentAtMs, heardAtMs }: ProbeTimes): boolean {
    const sample = { atMs: heardAtMs, forthMs: receivedAtMs - askedAtMs, backMs: heardAtMs - sentAtMs }
    const rttMs = sample.forthMs + sample.backMs
    if (!(rttMs >= -2 * RESOLUTION_MS && rttMs <= MAX_RTT_MS)) return false
    if (this.#contradicts(sample)) {
      this.#samples = []
      this.#jumps++
    }
    this.#samples.push(sample)
    const oldestMs = heardAtMs - WINDOW_MS
    if (this.#samples.length > MAX_SAMPLES || this.#samples[0]!.atMs < oldestMs)
      this.#samples = this.#samples.slice(-MAX_SAMPLES).filter(({ atMs }) => atMs >= oldestMs)
    this.#fit = null
    return true
  }

  /** The estimate for own monotonic time `atMs`; null before the first probe. */
  estimate(atMs: number): ClockEstimate | null {
    if (this.#samples.length === 0) return null
    const fit = (this.#fit ??= fitSamples(this.#samples))
    const driftMs = fit.driftPpm * 1e-6 * (atMs - fit.originMs)
    const slackMs = fit.driftSlackPpm * 1e-6 * Math.max(0, atMs - fit.contactMs)
    return {
      offsetMs: fit.offsetMs + driftMs,
      errorMs: Math.max(0, fit.rttMs) / 2 + slackMs + RESOLUTION_MS,
      noiseMs: fit.noiseMs,
      driftPpm: fit.driftPpm,
      rttMs: Math.max(0, fit.leastRttMs),
      samples: this.#samples.length,
      spanMs: this.#samples.at(-1)!.atMs - this.#samples[0]!.atMs,
    }
  }

  /** The true offset lies between -back and forth: a delay is never negative. */
  #contradicts({ atMs, forthMs, backMs }: Sample): boolean {
    const estimate = this.estimate(atMs)
    if (estimate === null) return false
    const slackMs = JUMP_MS + estimate.errorMs
    return estimate.offsetMs > forthMs + slackMs || estimate.offsetMs < -backMs - slackMs
  }
}

interface Fit {
  /** Own time that `offsetMs` is for. */
  readonly originMs: number
  readonly offsetMs: number
  readonly driftPpm: number
  /** How far `driftPpm` may be wrong. */
  readonly driftSlackPpm: number
  /** Own time of the older one of the two probes that the floors rest on. */
  readonly contactMs: number
  /** Sum of both floors. */
  readonly rttMs: number
  readonly leastRttMs: number
  readonly noiseMs: number
}

function fitSamples(samples: readonly Sample[]): Fit {
  const last = samples.at(-1)!
  const ages = samples.map(({ atMs }) => (last.atMs - atMs) * 1e-6)
  // Relative to the last probe: offsets between two monotonic clocks can be large, and the sums below need the small digits.
  const forth = samples.map(({ forthMs }) => forthMs - last.forthMs)
  const back = samples.map(({ backMs }) => backMs - last.backMs)
  const meanForth = mean(forth)
  const meanBack = mean(back)
  const least = leastRtt(forth, back)
  const queueMs = Math.max(RESOLUTION_MS / 2, (meanForth + meanBack - least) / 2)
  const floors = (ppm: number): number => floor(forth, ages, ppm) + floor(back, ages, -ppm)
  const likelihood = (ppm: number): number =>
    (samples.length * floors(ppm)) / queueMs - (ppm / USUAL_DRIFT_PPM) ** 2 / 2
  const driftPpm = maximum(likelihood, -MAX_DRIFT_PPM, MAX_DRIFT_PPM)
  const softMs = RESOLUTION_MS / 2 + queueMs / samples.length
  const forthFloor = softFloor(forth, ages, driftPpm, softMs)
  const backFloor = softFloor(back, ages, -driftPpm, softMs)
  const spanMs = last.atMs - samples[0]!.atMs
  const sumMs = last.forthMs + last.backMs
  return {
    originMs: last.atMs,
    offsetMs: (last.forthMs + forthFloor.ms - last.backMs - backFloor.ms) / 2,
    driftPpm,
    driftSlackPpm: Math.min(
      2 * MAX_DRIFT_PPM,
      Math.abs(driftPpm) + 100,
      (4 * (queueMs + RESOLUTION_MS)) / (spanMs * 1e-6),
    ),
    contactMs: last.atMs - 1e6 * Math.max(forthFloor.age, backFloor.age),
    rttMs: sumMs + floors(driftPpm),
    leastRttMs: sumMs + least,
    noiseMs: queueMs / samples.length,
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const leastRtt = (forth: readonly number[], back: readonly number[]): number => {
  let least = Infinity
  for (let i = 0; i < forth.length; i++) least = Math.min(least, forth[i]! + back[i]!)
  return least
}

/** Least of the values as they would be now, had they moved on by `ppm` since. `ages` in millions of ms. */
function floor(values: readonly number[], ages: readonly number[], ppm: number): number {
  let least = Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + ppm * ages[i]!
    if (value < least) least = value
  }
  return least
}

/** The floor, averaged over values that stand within about `softMs` of it, so that the clock's resolution averages out; and its age. */
function softFloor(values: readonly number[], ages: readonly number[], ppm: number, softMs: number) {
  const least = floor(values, ages, ppm)
  let weights = 0
  let excess = 0
  let age = 0
  for (let i = 0; i < values.length; i++) {
    const above = values[i]! + ppm * ages[i]! - least
    const weight = Math.exp(-above / softMs)
    weights += weight
    excess += weight * above
    age += weight * ages[i]!
  }
  return { ms: least + excess / weights, age: age / weights }
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Where a concave function is largest between `low` and `high`, to about 0.01 (golden section search). */
function maximum(of: (x: number) => number, low: number, high: number): number {
  let a = low
  let b = high
  let left = b - GOLDEN * (b - a)
  let right = a + GOLDEN * (b - a)
  let atLeft = of(left)
  let atRight = of(right)
  while (b - a > 0.02) {
    if (atLeft >= atRight) {
      b = right
      right = left
      atRight = atLeft
      left = b - GOLDEN * (b - a)
      atLeft = of(left)
    } else {
      a = left
      left = right
      atLeft = atRight
      right = a + GOLDEN * (b - a)
      atRight = of(right)
    }
  }
  return clamp((a + b) / 2, low, high)
}
