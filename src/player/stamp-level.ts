import { longestLevel, type Level } from './longest-level.ts'
import { Pace } from './pace.ts'
import { PATTERN_S, RequestDistance } from './request-distance.ts'
import { along, heightAt, levelled, median, type Point } from './robust-line.ts'
import { SawTeeth } from './saw-teeth.ts'
import { PACE_MEMORY_S, StraightStretches } from './straight-stretches.ts'
import { CHANGE_STAMPS, suddenChange } from './sudden-change.ts'

/** Stamps are gathered into points of this length, by their median. */
const POINT_S = 0.5
/**
 * What tells the pace: stamps, where they have settled, and requests, where the device asks evenly. Neighbouring stamps are wrong together,
 * requests one by one, so as straight a line of these says more.
 */
const STAMPS = { periodS: POINT_S, scatterMs: 0.15, doubtPpm: 40, guess: { scatterMs: 0.06, doubtPpm: 60 } } as const
const REQUESTS = { periodS: PATTERN_S, scatterMs: 0.08, doubtPpm: 15, guess: null } as const
/** A level over this long, as quiet as this, is known: when stamps wander off it for a while, the browser errs and the device does not. */
const KNOWN_S = 18
const QUIET_MS = 0.15
/** A level over this long replaces the known one, when it is as quiet: the crest of a wandering is flat, but never still. */
const REPLACES_S = 6
/** ... and one over this long when it is about as quiet. */
const OUTLASTS_S = 12
const CALM_MS = 0.3
/** Stamps wandered for at most 15 s after a disturbance (another stream began, the host stalled); beyond this they are believed again. */
const HELD_S = 20
/** The first stamps of a stream, and those after a loss, are nearly right; the ones that follow swing about for up to this long. */
const FIRST_STAMPS = 8
const FIRST_HELD_S = 12
const FIRST_DOUBT_MS = 2
/** What a stream began with has drifted by and by, along a pace that nobody knows, while its stamps settle: from the one to the other time these count more and more. */
const FADES_FROM_S = 4
const FADES_UNTIL_S = 10
/** What requests tell after a loss is about as right as this. */
const ASKED_DOUBT_MS = 0.5
/** Two saw teeth: then either the next one has told more, or there are none any more. */
const FORESEEN_HELD_S = 3
/** A level is held no longer than until it may be off by so much, for the pace is not known better. */
const DRIFTS_MS = 1.44
/** Stamps that wander do so no further than this. */
const SWINGS_MS = 60
/** The stamps after a loss are taken once so many in a row (`CHANGE_STAMPS`) agree within this. */
const LANDED_MS = 2.5
/** While nothing is known: the median of so many latest stamps, half a second at 20 a second. */
const LATEST_STAMPS = 10
/** ... or of a longer stretch of points, where stamps differ from one to the next by more than this: wandering ones are smooth. */
const NOISY_MS = 0.3
const NOISY_S = 6
/** Stamps among which a sudden change is looked for. */
const SUDDEN_WITHIN = 16
/** While sound is lost no stamps stand still: so long, within this. */
const STOOD_STILL_S = 2 * PATTERN_S
const STOOD_STILL_MS = 3

interface Known extends Level {
  /** How far off it may be, ms. */
  readonly doubtMs: number
  /** Until then stamps that say something else are not believed. */
  readonly untilS: number
  /** From then on the latest stamps count more and more; Infinity: never. */
  readonly fadesFromS: number
}

/**
 * The level of a series of output timestamps (y: local ms at which context time 0 was heard, x: context time in s) along its slope.
 * Where the browser asks a sound server it extrapolates from answers that come once a second or two, with a slope that is off by up to
 * 4 % after a disturbance: stamps run away by milliseconds, jump back, and settle within ten seconds or so, while the sound runs on.
 * Right after sound was lost they tell it truly. So a sudden change to later is followed at once, and what came before a wandering outlasts it.
 */
export class StampLevel {
  readonly #pace = new Pace()
  readonly #stampPaces = new StraightStretches(STAMPS)
  readonly #requestPaces = new StraightStretches(REQUESTS)
  readonly #distance = new RequestDistance()
  readonly #teeth = new SawTeeth()
  /** The last `SUDDEN_WITHIN`. */
  #stamps: Point[] = []
  /** Of the last `PACE_MEMORY_S`. */
  #points: Point[] = []
  /** Since the last point. */
  #gathered: Point[] = []
  /** As of the last point. */
  #found: Level | null = null
  #known: Known | null = null
  #level: Point | null = null
  /** Since the stream began. */
  #count = 0
  /** A loss was followed, and the stamps after it do not agree yet. */
  #landing = false
  #jumps = 0
  /** Context time of the last one. */
  #jumpedAtS = -Infinity

  /** Null before the first stamp. */
  get level(): Point | null {
    return this.#level
  }

  /** How much slower than the local clock the device runs, ms per s. */
  get msPerS(): number {
    return this.#pace.msPerS
  }

  /** Counts the sudden changes: sound was lost, or the device changed. */
  get jumps(): number {
    return this.#jumps
  }

  /** @param request when the latest block was asked for, in the stamps' own terms */
  observe(stamp: Point, request: Point): void {
    if (this.#distance.observe(request, this.#level, this.msPerS)) this.#learnFromRequests()
    this.#stamps.push(stamp)
    if (this.#stamps.length > SUDDEN_WITHIN) this.#stamps.shift()
    this.#gathered.push(stamp)
    const change = this.#level === null ? null : suddenChange(this.#stamps, this.#level, this.msPerS)
    if (change === 'earlier') this.#standFast(stamp.x)
    if (change === 'moved') this.#startAnew(this.#stamps.slice(-CHANGE_STAMPS))
    else if (this.#cameLater(stamp.x)) this.#startLater()
    else if (stamp.x - this.#gathered[0]!.x >= POINT_S) this.#gather(stamp.x)
    if (++this.#count === FIRST_STAMPS) this.#holdFirst(this.#stamps)
    else if (this.#landing) this.#land()
    const foreseen = this.#teeth.observe(stamp, this.msPerS)
    if (foreseen !== null && foreseen.doubtMs < (this.#known?.doubtMs ?? Infinity))
      this.#hold(foreseen.level, foreseen.doubtMs, FORESEEN_HELD_S)
    this.#level = this.#asked(this.#find(stamp.x))
  }

  /** Another stream begins; it is played by the same device. */
  reset(): void {
    this.#forget()
    this.#jumpedAtS = -Infinity
    this.#distance.reset()
  }

  #forget(): void {
    this.#stampPaces.startAnew()
    this.#requestPaces.startAnew()
    this.#stamps = []
    this.#points = []
    this.#gathered = []
    this.#found = null
    this.#known = null
    this.#level = null
    this.#count = 0
    this.#landing = false
    this.#teeth.reset()
  }

  /**
   * Sound was lost little by little, or while stamps swung about: none of them stood out. The requests tell it, unless the stamps stood
   * still: then the device only fills its buffer to another height.
   */
  #cameLater(nowS: number): boolean {
    if (this.#level === null || this.#distance.laterMs(this.msPerS) === 0) return false
    // A loss was followed just now, and may have been the first of many.
    if (nowS - this.#jumpedAtS < STOOD_STILL_S) return true
    const lately = this.#points.filter(({ x }) => x >= nowS - STOOD_STILL_S)
    const values = this.#levelled([...lately, ...this.#stamps.slice(-CHANGE_STAMPS)], nowS)
    return Math.max(...values) - Math.min(...values) > STOOD_STILL_MS
  }

  #startLater(): void {
    this.#distance.lostBefore(this.msPerS)
    this.#begin(this.#stamps.slice(-CHANGE_STAMPS))
  }

  #startAnew(stamps: Point[]): void {
    this.#distance.lost(this.msPerS)
    this.#begin(stamps)
  }

  #begin(stamps: Point[]): void {
    const count = this.#count
    this.#forget()
    this.#jumps += 1
    this.#jumpedAtS = stamps.at(-1)!.x
    this.#count = count
    this.#stamps = stamps
    this.#gathered = [...stamps]
    this.#landing = count >= FIRST_STAMPS
    if (this.#landing) this.#land()
  }

  #land(): void {
    const fresh = this.#stamps.slice(-CHANGE_STAMPS)
    const values = this.#levelled(fresh, fresh.at(-1)!.x)
    if (Math.max(...values) - Math.min(...values) > LANDED_MS) return
    this.#landing = false
    // What came before is of the time before the loss, or of the loss itself.
    this.#stamps = fresh
    this.#gathered = [...fresh]
    this.#holdFirst(fresh)
  }

  #holdFirst(stamps: readonly Point[]): void {
    const { x } = stamps.at(-1)!
    const level = { x, y: median(this.#levelled(stamps, x)) }
    const begins = this.#jumpedAtS === -Infinity
    this.#hold(level, FIRST_DOUBT_MS, FIRST_HELD_S, begins ? x + FADES_FROM_S : Infinity)
  }

  /** The browser errs: what was believed outlasts it, as the first stamps do. */
  #standFast(nowS: number): void {
    if (this.#known === null && this.#level !== null)
      this.#hold(along(this.#level, nowS, this.msPerS), FIRST_DOUBT_MS, FIRST_HELD_S)
  }

  /** The first stamps after a loss are off by up to 4 ms, and the next by more: requests tell better what was lost. */
  #asked(stamped: Point): Point {
    const level = this.#distance.levelAfterLoss(stamped, this.msPerS)
    if (level === null) return stamped
    this.#landing = false
    this.#hold(level, ASKED_DOUBT_MS, HELD_S)
    return level
  }

  #hold(level: Point, doubtMs: number, forS: number, fadesFromS = Infinity): void {
    // While the pace is not known, what is held runs away from the sound.
    const untilS = level.x + Math.min(forS, (1_000 * DRIFTS_MS) / this.#pace.doubtPpm)
    this.#known = { seconds: 0, scatter: QUIET_MS, doubtMs, level, untilS, fadesFromS }
  }

  #gather(nowS: number): void {
    const { x } = this.#gathered[this.#gathered.length >> 1]!
    this.#points.push({ x, y: median(this.#gathered.map(({ y }) => y)) })
    this.#points = this.#points.filter((point) => point.x >= nowS - PACE_MEMORY_S)
    this.#gathered = []
    this.#found = longestLevel(this.#points, nowS, this.#pace, POINT_S)
    const reading = this.#stampPaces.read(this.#points)
    if (reading !== null) this.#pace.add(reading)
  }

  /** Requests slide for a while where the device asks at wake-ups of its own: they count where they lie straighter than the stamps. */
  #learnFromRequests(): void {
    const reading = this.#requestPaces.read(this.#distance.earliest)
    if (reading === null || this.#stampPaces.scatterMs(reading.seconds, this.#points) <= reading.scatterMs) return
    this.#pace.add(reading)
  }

  #find(nowS: number): Point {
    const found = this.#found
    if (found !== null && this.#isKnowledge(found)) {
      this.#known = { ...found, doubtMs: 0, untilS: nowS + HELD_S, fadesFromS: Infinity }
      return along(found.level, nowS, this.msPerS)
    }
    const known = this.#known
    if (known === null || nowS >= known.untilS || this.#isFarFrom(known.level)) {
      this.#known = null
      return this.#latest(nowS, found)
    }
    // From where it was seen: what is learned of the pace meanwhile was true all the time.
    const held = along(known.level, nowS, this.msPerS)
    return nowS <= known.fadesFromS ? held : this.#fade(known, held, this.#latest(nowS, found))
  }

  /** Between what is held and the latest stamps, no further from the first than that can have drifted. */
  #fade({ level, fadesFromS }: Known, held: Point, latest: Point): Point {
    const share = Math.min(1, (held.x - fadesFromS) / (FADES_UNTIL_S - FADES_FROM_S))
    const driftMs = (this.#pace.doubtPpm / 1_000) * (held.x - level.x)
    const offMs = Math.max(-driftMs, Math.min(driftMs, latest.y - held.y))
    return { x: held.x, y: held.y + share * offMs }
  }

  #isFarFrom({ x, y }: Point): boolean {
    return this.#stamps.every((stamp) => Math.abs(heightAt(stamp, x, this.msPerS) - y) > SWINGS_MS)
  }

  #isKnowledge({ seconds, scatter }: Level): boolean {
    const known = this.#known
    if (known === null) return seconds >= KNOWN_S && scatter <= QUIET_MS
    const quietMs = seconds >= OUTLASTS_S ? CALM_MS : QUIET_MS
    return seconds >= REPLACES_S && scatter <= Math.max(quietMs, 2 * known.scatter)
  }

  #latest(nowS: number, found: Level | null): Point {
    const values = this.#levelled(this.#stamps, nowS)
    const noisy = median(values.slice(1).map((value, i) => Math.abs(value - values[i]!))) > NOISY_MS
    if (noisy && found !== null) return along(found.level, nowS, this.msPerS)
    const points = this.#points.filter(({ x }) => x >= nowS - NOISY_S)
    const latest = noisy && points.length > 0 ? this.#levelled(points, nowS) : values.slice(-LATEST_STAMPS)
    return { x: nowS, y: median(latest) }
  }

  #levelled(points: readonly Point[], x: number): number[] {
    return levelled(points, x, this.msPerS)
  }
}
