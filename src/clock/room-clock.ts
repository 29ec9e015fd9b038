import { hasSettled, type Phase, type RoomTime } from './room-time.ts'

/** From `localMs` on, room time runs at `rate` from `roomMs`. */
interface Segment {
  readonly localMs: number
  readonly roomMs: number
  readonly rate: number
}

/** Segments kept behind: who asks for a moment ago gets what was true then. */
const KEPT_SEGMENTS = 8

/**
 * Room time as a piecewise linear function of the local monotonic clock: continuous while it slews, broken only by `step`.
 * A correction runs for its own span and then ends by itself, so that a throttled timer cannot make it overshoot.
 */
export class RoomClock implements RoomTime {
  readonly #nowMs: () => number
  #segments: Segment[]
  #ratePpm = 0
  #slewEndsAtMs = -Infinity
  #phase: Phase = 'waiting'
  #errorMs = Infinity

  /** `nowMs`: local monotonic ms. Starts from `roomMs`, e.g. the wall clock. */
  constructor(nowMs: () => number, roomMs: number) {
    this.#nowMs = nowMs
    this.#segments = [{ localMs: nowMs(), roomMs, rate: 1 }]
  }

  at(localMs: number = this.#nowMs()): number {
    const segment = this.#segments.findLast((each) => each.localMs <= localMs) ?? this.#segments[0]!
    return segment.roomMs + (localMs - segment.localMs) * segment.rate
  }

  localAt(roomMs: number): number {
    const segment = this.#segments.findLast((each) => each.roomMs <= roomMs) ?? this.#segments[0]!
    return segment.localMs + (roomMs - segment.roomMs) / segment.rate
  }

  get phase(): Phase {
    return this.#phase
  }

  get settled(): boolean {
    return hasSettled(this.#phase)
  }

  get young(): boolean {
    return this.#phase === 'approaching' || this.#phase === 'young'
  }

  /** How far room time here may be from the neighbours', ms; Infinity while nothing is known. */
  get errorMs(): number {
    return this.#errorMs
  }

  /** Rate against the local clock without passing corrections, ppm. */
  get ratePpm(): number {
    return this.#ratePpm
  }

  /** What is left of the correction under way, ms. */
  pendingMs(localMs: number = this.#nowMs()): number {
    if (localMs >= this.#slewEndsAtMs) return 0
    const slewing = this.#segments.findLast((each) => each.localMs <= localMs)
    return slewing === undefined ? 0 : (this.#slewEndsAtMs - localMs) * (slewing.rate - (1 + this.#ratePpm * 1e-6))
  }

  /** From now on run at `ratePpm`, and for `spanMs` a little faster or slower, so that `moveMs` is gained by its end. */
  slew(moveMs: number, spanMs: number, ratePpm: number): void {
    const localMs = this.#nowMs()
    const roomMs = this.at(localMs)
    const rate = 1 + ratePpm * 1e-6
    this.#ratePpm = ratePpm
    this.#slewEndsAtMs = localMs + spanMs
    this.#segments = [
      ...this.#segments.filter((each) => each.localMs < localMs).slice(-KEPT_SEGMENTS),
      { localMs, roomMs, rate: rate + moveMs / spanMs },
      { localMs: localMs + spanMs, roomMs: roomMs + spanMs * rate + moveMs, rate },
    ]
  }

  /** Moves by `moveMs` at once. */
  step(moveMs: number): void {
    const localMs = this.#nowMs()
    const rate = 1 + this.#ratePpm * 1e-6
    const roomMs = this.at(localMs) + this.pendingMs(localMs) + moveMs
    this.#slewEndsAtMs = -Infinity
    this.#segments = [{ localMs, roomMs, rate }]
  }

  enter(phase: Phase, errorMs: number): void {
    this.#phase = phase
    this.#errorMs = errorMs
  }
}
