import { comeEvenly } from './even.ts'
import { along, heightAt, type Point } from './robust-line.ts'
import { PACE_MEMORY_S } from './straight-stretches.ts'
import { OTHER_DEVICE_MS } from './sudden-change.ts'

/** Devices ask for blocks in patterns that repeat within a second: over this stretch the earliest request says most of what there is to know. */
export const PATTERN_S = 1.2
const PATTERN_SHARE = 0.9
/** The latest of such requests, of which so many at least must be known, */
const EARLIEST = 8
const LEAST = 5
/** ... and agree within this: patterns slide by a few ms where a device asks at wake-ups of its own. */
const AGREE_MS = 5
/** Right after a loss a device asks early in its pattern: as this share of the earliest requests does, */
const EARLY_SHARE = 0.25
/** ... and as it did after the loss before. The slope is known too roughly to compare over more than this. */
const COMPARED_S = 30
/** Sound that moved by `OTHER_DEVICE_MS`, and requests by less than this share of it, was not lost. */
const LOST_SHARE = 0.5
/** Requests of a whole pattern that come so much later than the latest of before do not just slide, ms. */
const LATER_MS = 4.5
/** What slides comes back: so many patterns in a row hold the earliest request there is, and so do so many before them. */
const SLID = 6
/** Stamps right after a loss are mostly right within 1 ms and seldom wrong by more than this; requests are right within 2. Together they are better. */
const STAMPS_WRONG_MS = 3
const STAMPS_SHARE = 2 / 3

/**
 * How far the sound has moved when some of it was lost. The device's buffers make the distance from a request for a block to its sound, so
 * it is the same before and after: the requests that follow tell within a second or so, while the browser's timestamps still swing about.
 * All points: x context time, s; y local ms at which context time 0 was asked for, or heard.
 */
export class RequestDistance {
  /** Since the last of `#earliest`. */
  #requests: Point[] = []
  /** Of the last `PATTERN_S`. */
  #latest: Point[] = []
  /** The earliest one of each `PATTERN_S`, since the last loss, of the last `PACE_MEMORY_S`. */
  #earliest: Point[] = []
  /** The last of them, of requests that came evenly. */
  #even: Point[] = []
  /** As of the last of these. */
  #slid: Slid | null = null
  /** Where the sound was thought to be at the latest of them: by the time a loss is noticed, the level may have moved along. */
  #level: Point | null = null
  /** The first of `#earliest`, where the loss was measured. */
  #afterLoss: Point | null = null
  /** Before the last loss. */
  #before: { readonly level: Point; readonly request: Point } | null = null
  /** Who told of the loss that is still to be measured. */
  #toldBy: 'requests' | 'slid requests' | 'stamps' | null = null

  /** The earliest request of each `PATTERN_S`, since the last loss, oldest first: they keep the device's pace. */
  get earliest(): readonly Point[] {
    return this.#earliest
  }

  /**
   * @param level where the sound is thought to be
   * @param msPerS slope of requests and sound
   * @returns whether one more is known to be the earliest of its `PATTERN_S`
   */
  observe(request: Point, level: Point | null, msPerS: number): boolean {
    this.#requests.push(request)
    const { x } = request
    while (this.#latest.length > 0 && this.#latest[0]!.x <= x - PATTERN_S) this.#latest.shift()
    this.#latest.push(request)
    if (level === null || x - this.#requests[0]!.x < PATTERN_S) return false
    const evenly = comeEvenly(this.#requests)
    // What a loss took cannot be told while the device is still held up.
    if (this.#toldBy !== null && !evenly) {
      this.#requests = []
      return false
    }
    const earliest = earliestOf(this.#requests, x, msPerS)
    this.#earliest = [...this.#earliest, earliest]
    if (evenly) {
      this.#even = [...this.#even, earliest].slice(-SLID - EARLIEST)
      // Asked for 20 times a second: reckoned where it changes.
      this.#slid = slidOf(this.#even, msPerS)
    }
    this.#earliest = this.#earliest.filter((one) => one.x >= x - PACE_MEMORY_S)
    this.#level = level
    this.#requests = []
    return true
  }

  /** How much later than ever before requests come now, ms: all of the last `PATTERN_S`, or of a longer time; 0 unless that is more than they slide. */
  laterMs(msPerS: number): number {
    return this.#atOnceMs(msPerS) || this.#byAndByMs()
  }

  #atOnceMs(msPerS: number): number {
    const { x } = this.#latest.at(-1)!
    if (this.#earliest.length === 0 || x - this.#latest[0]!.x < PATTERN_SHARE * PATTERN_S) return 0
    // Asked 20 times a second: no array or object for each.
    let before = -Infinity
    for (let i = Math.max(0, this.#earliest.length - EARLIEST); i < this.#earliest.length; i++)
      before = Math.max(before, heightAt(this.#earliest[i]!, x, msPerS))
    let lateMs = Infinity
    for (const one of this.#latest) lateMs = Math.min(lateMs, heightAt(one, x, msPerS) - before)
    return lateMs > LATER_MS && comeEvenly(this.#latest) ? lateMs : 0
  }

  #byAndByMs(): number {
    const lateMs = this.#slid?.lateMs ?? 0
    return lateMs <= LATER_MS ? 0 : lateMs
  }

  /** The requests alone tell that sound was lost (`laterMs`). */
  lostBefore(msPerS: number): void {
    const latest = this.#latest
    const level = this.#level
    const slid = this.#atOnceMs(msPerS) === 0 ? this.#slid : null
    this.lost(msPerS)
    this.#earliest = [slid?.since ?? earliestOf(latest, latest.at(-1)!.x, msPerS)]
    if (slid !== null && level !== null) this.#before = { level, request: slid.before }
    this.#toldBy = slid === null ? 'requests' : 'slid requests'
  }

  /** Sound was lost. */
  lost(msPerS: number): void {
    // Of losses in a row the first one counts: between them the requests were too few.
    if (this.#level !== null && this.#earliest.length >= LEAST) {
      const request = this.#likeAfterLoss(this.#level.x, msPerS)
      this.#before = request === null ? null : { level: this.#level, request }
    }
    this.#requests = []
    this.#level = null
    this.#latest = this.#latest.slice(-1)
    this.#earliest = []
    this.#even = []
    this.#slid = null
    this.#afterLoss = null
    this.#toldBy = 'stamps'
  }

  /** Another stream begins. */
  reset(): void {
    this.#requests = []
    this.#latest = []
    this.#earliest = []
    this.#even = []
    this.#slid = null
    this.#level = null
    this.#afterLoss = null
    this.#before = null
    this.#toldBy = null
  }

  /**
   * Where the sound is after a loss: once, as soon as the requests since then tell; null otherwise.
   *
   * @param stamped where the timestamps say that it is
   */
  levelAfterLoss(stamped: Point, msPerS: number): Point | null {
    const first = this.#earliest[0]
    const toldBy = this.#toldBy
    if (toldBy === null || first === undefined) return null
    this.#toldBy = null
    const { x } = stamped
    if (this.#before === null || x - this.#before.level.x > COMPARED_S) return null
    const { y } = along(this.#before.level, x, msPerS)
    const movedMs = along(first, x, msPerS).y - along(this.#before.request, x, msPerS).y
    const stampedMs = stamped.y - y
    const lost = toldBy !== 'stamps' || movedMs >= LOST_SHARE * stampedMs
    if (!lost && stampedMs >= OTHER_DEVICE_MS) return null
    this.#afterLoss = first
    const share =
      toldBy !== 'slid requests' && lost && Math.abs(stampedMs - movedMs) <= STAMPS_WRONG_MS ? STAMPS_SHARE : 0
    return { x, y: y + share * stampedMs + (1 - share) * movedMs }
  }

  /** Null where the requests do not agree. */
  #likeAfterLoss(x: number, msPerS: number): Point | null {
    if (this.#afterLoss !== null && x - this.#afterLoss.x < COMPARED_S) return along(this.#afterLoss, x, msPerS)
    const early = this.#earliest
      .slice(-EARLIEST)
      .map((one) => along(one, x, msPerS))
      .toSorted((a, b) => a.y - b.y)
    return early.at(-1)!.y - early[0]!.y <= AGREE_MS ? early[Math.floor(EARLY_SHARE * early.length)]! : null
  }
}

/** The earliest of some requests, moved to `x` along their line. */
const earliestOf = (requests: readonly Point[], x: number, msPerS: number): Point =>
  requests.map((one) => along(one, x, msPerS)).reduce((a, b) => (b.y < a.y ? b : a))

/** A small loss shows only once requests have slid to and fro: the earliest ones of lately, and of the time before. */
interface Slid {
  readonly before: Point
  readonly since: Point
  readonly lateMs: number
}

function slidOf(even: readonly Point[], msPerS: number): Slid | null {
  if (even.length < SLID + EARLIEST) return null
  const { x } = even.at(-1)!
  const before = earliestOf(even.slice(0, -SLID), x, msPerS)
  const since = earliestOf(even.slice(-SLID), x, msPerS)
  return { before, since, lateMs: since.y - before.y }
}
