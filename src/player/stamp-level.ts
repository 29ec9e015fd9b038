import { median, type Point } from './robust-line.ts'

/** Stamps are gathered into points of this length, by their median. */
const POINT_S = 0.5
/** Stretches over which a level is looked for, longest first. */
const STRETCHES_S = [24, 12, 6, 3] as const
const FULL_SHARE = 0.85
/** A stretch is level when its points scatter (median deviation) by no more than this, */
const SCATTER_MS = 1
/** ... and the medians of its halves agree within this, or within what the scatter explains. */
const TILT_MS = 0.3
/** Three standard errors of the median of a half, in median deviations times the root of its size (normal scatter). */
const TILT_ERRORS = 5.6
/** A level over this long is known: when stamps wander off it for a while, the browser errs and the device does not. */
const KNOWN_S = 12
/** A level over this long replaces the known one, when it is as quiet: the crest of a wandering is flat, but never still. */
const REPLACES_S = 6
const QUIET_MS = 0.15
/** Stamps wandered for at most 15 s after a disturbance (another stream began, the host stalled); beyond this they are believed again. */
const HELD_S = 20
/** While there is no level: the median of so many latest stamps, half a second at 20 a second. */
const LATEST_STAMPS = 10
/** ... or of a longer stretch of points, where stamps scatter by more than this: wandering ones are smooth. */
const NOISY_MS = 0.5
const NOISY_S = 6
/** The output has jumped when so many stamps in a row are so far off (in ms, and beside what is usual), agree with each other, */
const JUMP_STAMPS = 4
const JUMP_MS = 1.8
const JUMP_TIMES = 4
const JUMP_AGREE_MS = 0.6
/** ... and this share of the change came between two of the latest stamps: a wandering browser changes its mind little by little. */
const SUDDEN_SHARE = 0.5
const SUDDEN_WITHIN = 16
/** Further than browsers were seen to wander: believed however it came about, and though the stamps agree only roughly. */
const SURE_MS = 10

interface Level {
  readonly seconds: number
  /** Median deviation of the points, ms. */
  readonly scatter: number
  readonly level: Point
}

/**
 * The level of a series of output timestamps (y: local ms at which context time 0 was heard, x: context time in s), given their slope.
 * Stamps are right within 0.1 ms from a stream's first moment and just after a freeze, but wander by up to 5 ms for ten seconds
 * after a disturbance. So a sudden change is followed at once, a young level with the latest stamps, and a level that held for
 * long outlasts a wandering.
 */
export class StampLevel {
  /** The last `SUDDEN_WITHIN`. */
  #stamps: Point[] = []
  /** Of the last and longest stretch. */
  #points: Point[] = []
  /** Since the last point. */
  #gathered: Point[] = []
  #known: (Level & { readonly seenS: number }) | null = null
  #level: Point | null = null
  #jumps = 0

  /** Null before the first stamp. */
  get level(): Point | null {
    return this.#level
  }

  /** Counts the sudden changes: sound was lost, or the device changed. */
  get jumps(): number {
    return this.#jumps
  }

  /** Points of half a second, oldest first. */
  get points(): readonly Point[] {
    return this.#points
  }

  observe(stamp: Point, slope: number): void {
    this.#stamps = [...this.#stamps, stamp].slice(-SUDDEN_WITHIN)
    this.#gathered.push(stamp)
    if (this.#jumped(slope)) this.#startAnew(this.#stamps.slice(-JUMP_STAMPS))
    else if (stamp.x - this.#gathered[0]!.x >= POINT_S) this.#gather(stamp.x)
    this.#level = this.#find(stamp.x, slope)
  }

  reset(): void {
    this.#stamps = []
    this.#points = []
    this.#gathered = []
    this.#known = null
    this.#level = null
  }

  #startAnew(stamps: Point[]): void {
    this.reset()
    this.#jumps += 1
    this.#stamps = stamps
    this.#gathered = [...stamps]
  }

  #gather(nowS: number): void {
    const { x } = this.#gathered[this.#gathered.length >> 1]!
    this.#points.push({ x, y: median(this.#gathered.map(({ y }) => y)) })
    this.#points = this.#points.filter((point) => point.x >= nowS - STRETCHES_S[0])
    this.#gathered = []
  }

  #jumped(slope: number): boolean {
    if (this.#level === null) return false
    const { x, y } = this.#level
    const offs = levelled(this.#stamps, x, slope).map((value) => value - y)
    const fresh = offs.slice(-JUMP_STAMPS)
    if (fresh.length < JUMP_STAMPS) return false
    const [least, most] = [Math.min(...fresh), Math.max(...fresh)]
    const farMs = Math.max(least, -most)
    if (farMs >= SURE_MS) return most - least <= farMs / 2
    if (offs.length < 2 * JUMP_STAMPS) return false
    const usualMs = medianDeviation(offs.slice(0, -JUMP_STAMPS))
    if (farMs < Math.max(JUMP_MS, JUMP_TIMES * usualMs) || most - least > JUMP_AGREE_MS) return false
    return offs.some((off, i) => i > 0 && Math.abs(off - offs[i - 1]!) >= SUDDEN_SHARE * farMs)
  }

  #find(nowS: number, slope: number): Point {
    const found = this.#longestLevel(nowS, slope)
    const known = this.#known
    if (known === null || nowS - known.seenS >= HELD_S) {
      this.#known = found !== null && found.seconds >= KNOWN_S ? { ...found, seenS: nowS } : null
      return found?.level ?? this.#latest(nowS, slope)
    }
    const quiet = found !== null && found.scatter <= Math.max(QUIET_MS, 2 * known.scatter)
    if (found !== null && found.seconds >= (quiet ? REPLACES_S : KNOWN_S)) {
      this.#known = { ...found, seenS: nowS }
      return found.level
    }
    // The slope may be learnt anew meanwhile: what has passed was passed at the slope of its time.
    const level = { x: nowS, y: known.level.y + slope * (nowS - known.level.x) }
    this.#known = { ...known, level }
    return level
  }

  #latest(nowS: number, slope: number): Point {
    const values = levelled(this.#stamps.slice(-LATEST_STAMPS), nowS, slope)
    const noisy = this.#points.length > 0 && medianDeviation(values) > NOISY_MS
    const points = this.#points.filter(({ x }) => x >= nowS - NOISY_S)
    return { x: nowS, y: median(noisy ? levelled(points, nowS, slope) : values) }
  }

  #longestLevel(nowS: number, slope: number): Level | null {
    for (const seconds of STRETCHES_S) {
      const points = this.#points.filter(({ x }) => x >= nowS - seconds)
      const values = levelled(points, nowS, slope)
      if (values.length < (FULL_SHARE * seconds) / POINT_S) continue
      const half = values.length >> 1
      const y = median(values)
      const tilt = Math.abs(median(values.slice(0, half)) - median(values.slice(half)))
      const scatter = medianDeviation(values)
      const explained = (TILT_ERRORS * scatter) / Math.sqrt(half)
      if (scatter <= SCATTER_MS && tilt <= Math.max(TILT_MS, explained))
        return { seconds, scatter, level: { x: nowS, y } }
    }
    return null
  }
}

/** Values of points as if all had been taken at `x`. */
const levelled = (points: readonly Point[], x: number, slope: number): number[] =>
  points.map((point) => point.y + slope * (x - point.x))

function medianDeviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map((value) => Math.abs(value - middle)))
}
