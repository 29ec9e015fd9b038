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
const MAX_SAMPLES = 1_024
/** Quartz keeps within 100 ppm; two may differ by 200, and one that is worse still has to fit. */
const MAX_DRIFT_PPM = 400
/** Usual difference of two oscillators, ppm: decides while there are too few probes to tell. */
const USUAL_DRIFT_PPM = 40
/** Resolution of browser clocks (100 us): delays that differ by less are equal. */
const RESOLUTION_MS = 0.1
/** Values this close to the floor count as being on it, ms: twice the least step that datagrams between two Chromiums on one machine were seen to undercut it by. */
const SOFT_MS = 0.1
/** Values beyond so many times that have no weight. */
const NEAR = 12
/** How far single values can turn the slope, ppm: looked for no further. */
const SOFTENED_PPM = 20
/** A probe that contradicts the estimate by more than this, beyond what its round trip allows: the neighbour's clock jumped. */
const JUMP_MS = 5
/** Median of the sum of two exponentially distributed delays, as a multiple of the mean of one. */
const MEDIAN_OF_TWO_QUEUES = 1.678
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
  /** Probes came since `#fit` was made. */
  #stale = false
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
      this.#fit = null
      this.#jumps++
    }
    // Reports of the neighbour's own probes come a little late: the hull below wants order of time.
    const place = this.#samples.findLastIndex(({ atMs }) => atMs <= sample.atMs) + 1
    this.#samples.splice(place, 0, sample)
    const oldestMs = this.#samples.at(-1)!.atMs - WINDOW_MS
    if (this.#samples.length > MAX_SAMPLES || this.#samples[0]!.atMs < oldestMs) this.#samples.shift()
    this.#stale = true
    return true
  }

  /** Round trip that a share of the window's probes took at most, ms; null before the first probe. */
  rttQuantileMs(share: number): number | null {
    const sorted = this.#samples.map(({ forthMs, backMs }) => forthMs + backMs).sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  }

  /** The estimate for own monotonic time `atMs`; null before the first probe. */
  estimate(atMs: number): ClockEstimate | null {
    if (this.#samples.length === 0) return null
    if (this.#fit === null || this.#stale) this.#fit = fitSamples(this.#samples)
    this.#stale = false
    const fit = this.#fit
    return {
      offsetMs: offsetAt(fit, atMs),
      errorMs: errorAt(fit, atMs),
      noiseMs: fit.noiseMs,
      driftPpm: fit.driftPpm,
      rttMs: Math.max(0, fit.leastRttMs),
      samples: this.#samples.length,
      spanMs: this.#samples.at(-1)!.atMs - this.#samples[0]!.atMs,
    }
  }

  /** The true offset lies between -back and forth: a delay is never negative. */
  #contradicts({ atMs, forthMs, backMs }: Sample): boolean {
    // The fit of a moment ago will do: refitting for every probe would cost more than all the rest.
    const fit = this.#fit
    if (fit === null) return false
    const offsetMs = offsetAt(fit, atMs)
    const slackMs = JUMP_MS + errorAt(fit, atMs)
    return offsetMs > forthMs + slackMs || offsetMs < -backMs - slackMs
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

const offsetAt = (fit: Fit, atMs: number): number => fit.offsetMs + fit.driftPpm * 1e-6 * (atMs - fit.originMs)

const errorAt = (fit: Fit, atMs: number): number =>
  Math.max(0, fit.rttMs) / 2 + fit.driftSlackPpm * 1e-6 * Math.max(0, atMs - fit.contactMs) + RESOLUTION_MS

function fitSamples(samples: readonly Sample[]): Fit {
  const last = samples.at(-1)!
  const count = samples.length
  // Relative to the last probe: offsets between two monotonic clocks can be large, and the sums below need the small digits.
  const forth: Points = { ages: new Float64Array(count), values: new Float64Array(count) }
  const back: Points = { ages: forth.ages, values: new Float64Array(count) }
  const sums = new Float64Array(count)
  samples.forEach(({ atMs, forthMs, backMs }, i) => {
    forth.ages[i] = (last.atMs - atMs) * 1e-6
    forth.values[i] = forthMs - last.forthMs
    back.values[i] = backMs - last.backMs
    sums[i] = forthMs - last.forthMs + (backMs - last.backMs)
  })
  sums.sort()
  const least = sums[0]!
  // By the median, not the mean: a process that was stopped for half a second leaves probes that say nothing of the path.
  const queueMs = Math.max(RESOLUTION_MS / 2, (sums[count >> 1]! - least) / MEDIAN_OF_TWO_QUEUES)
  const forthHull = lowerHull(forth)
  const backHull = lowerHull(back)
  const floors = (ppm: number): number => floor(forthHull, ppm) + floor(backHull, -ppm)
  const likelihood = (floorsMs: number, ppm: number): number =>
    (count * floorsMs) / queueMs - (ppm / USUAL_DRIFT_PPM) ** 2 / 2
  const hardPpm = maximum((ppm) => likelihood(floors(ppm), ppm), -MAX_DRIFT_PPM, MAX_DRIFT_PPM)
  const softMs = SOFT_MS + queueMs / count
  const forthNear = near(forth, hardPpm, floor(forthHull, hardPpm) + NEAR * softMs)
  const backNear = near(back, -hardPpm, floor(backHull, -hardPpm) + NEAR * softMs)
  const soft = (ppm: number): number =>
    softFloor(forthNear, ppm, softMs).value + softFloor(backNear, -ppm, softMs).value
  const driftPpm = maximum((ppm) => likelihood(soft(ppm), ppm), hardPpm - SOFTENED_PPM, hardPpm + SOFTENED_PPM)
  const forthFloor = softFloor(forthNear, driftPpm, softMs)
  const backFloor = softFloor(backNear, -driftPpm, softMs)
  const spanMs = last.atMs - samples[0]!.atMs
  const sumMs = last.forthMs + last.backMs
  return {
    originMs: last.atMs,
    offsetMs: (last.forthMs + forthFloor.value - last.backMs - backFloor.value) / 2,
    driftPpm,
    driftSlackPpm: Math.min(
      2 * MAX_DRIFT_PPM,
      Math.abs(driftPpm) + 100,
      (4 * (queueMs + RESOLUTION_MS)) / (spanMs * 1e-6),
    ),
    contactMs: last.atMs - 1e6 * Math.max(forthFloor.age, backFloor.age),
    rttMs: sumMs + floors(driftPpm),
    leastRttMs: sumMs + least,
    noiseMs: queueMs / count,
  }
}

/** Delays (ms) with their ages (millions of ms), oldest first. */
interface Points {
  readonly ages: Float64Array
  readonly values: Float64Array
}

/** The points that can be lowest under some slope: the lower convex hull (Andrew's monotone chain). */
function lowerHull({ ages, values }: Points): Points {
  const hullAges = new Float64Array(ages.length)
  const hullValues = new Float64Array(ages.length)
  let size = 0
  for (let i = 0; i < ages.length; i++) {
    while (size >= 2) {
      const runA = hullAges[size - 2]! - hullAges[size - 1]!
      const runB = hullAges[size - 2]! - ages[i]!
      const riseA = hullValues[size - 1]! - hullValues[size - 2]!
      const riseB = values[i]! - hullValues[size - 2]!
      if (riseA * runB < riseB * runA) break
      size--
    }
    hullAges[size] = ages[i]!
    hullValues[size] = values[i]!
    size++
  }
  return { ages: hullAges.subarray(0, size), values: hullValues.subarray(0, size) }
}

/** Least of the values as they would be now, had they moved on by `ppm` since. */
function floor({ ages, values }: Points, ppm: number): number {
  let least = Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + ppm * ages[i]!
    if (value < least) least = value
  }
  return least
}

/** The points that stand at most at `belowMs` under a slope. */
function near({ ages, values }: Points, ppm: number, belowMs: number): Points {
  const isNear = (_: number, i: number): boolean => values[i]! + ppm * ages[i]! <= belowMs
  return { ages: ages.filter(isNear), values: values.filter(isNear) }
}

/**
 * The floor as most of the lowest values have it: -s log(mean of exp(-value/s)), with s = `softMs`, which stays concave in the slope; and its age.
 * The clock's resolution averages out, and the one datagram in hundreds that a thread handed on sooner than it ever does turns nothing.
 */
function softFloor(
  { ages, values }: Points,
  ppm: number,
  softMs: number,
): { readonly value: number; readonly age: number } {
  let least = Infinity
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i]! + ppm * ages[i]!)
  let weights = 0
  let age = 0
  for (let i = 0; i < values.length; i++) {
    const weight = Math.exp((least - values[i]! - ppm * ages[i]!) / softMs)
    weights += weight
    age += weight * ages[i]!
  }
  return { value: least - softMs * Math.log(weights / values.length), age: age / weights }
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
