import type { RoomTime } from '../../clock/room-time.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { PlayerSegment } from '../player.ts'
import { ElementClock } from './element-clock.ts'
import type { OpenElementSource } from './element-source.ts'
import type { Landings } from './landings.ts'
import { Loader, type LoadableElement } from './loader.ts'
import { Steering } from './steering.ts'

/** What a deck needs of an HTMLVideoElement. */
export type DeckElement = LoadableElement &
  Pick<
    HTMLVideoElement,
    | 'currentTime'
    | 'playbackRate'
    | 'preservesPitch'
    | 'paused'
    | 'ended'
    | 'seeking'
    | 'readyState'
    | 'error'
    | 'play'
    | 'pause'
  >

/** HTMLMediaElement.readyState, as the HTML standard numbers it. */
const HAVE_METADATA = 1
const HAVE_FUTURE_DATA = 3
/** A start that is late by more than this is not made: the deck seeks once more, further ahead. */
const LATE_MS = 150
/** A start from where the element stands is made when it is not later than this: a seek would take longer. */
const HARDLY_LATE_MS = 40
/** Seeks in a row that may come too late before the deck starts late rather than never. */
const MOST_TRIES = 3
/** Least time between two comings-in, so that errors are judged by what they became. */
const REST_MS = 3_000
/** The device's pace needs a moment after a start before readings mean anything. */
const UNSTEADY_MS = 150
/** Timers are asked for this close to a start; further away the regular look suffices. */
const NEAR_MS = 120

type Phase =
  | { readonly kind: 'idle' }
  /** Seeking to `positionMs`, paused. */
  | { readonly kind: 'landing'; readonly positionMs: number; readonly sinceMs: number; readonly sought: boolean }
  /** Standing at `positionMs` until the room comes along. */
  | { readonly kind: 'poised'; readonly positionMs: number }
  /** Playing; `leadMs` is how far the room still was from `fromMs` as it was started, until it was seen what the start took. */
  | { readonly kind: 'running'; readonly sinceMs: number; readonly fromMs: number; leadMs: number | null }

export interface DeckOptions<E extends DeckElement> {
  readonly element: E
  readonly roomTime: RoomTime
  readonly scheduler: Scheduler
  readonly open: OpenElementSource
  /** Shared by all decks of a device. */
  readonly landings: Landings
  /** Something that people see may have changed. */
  readonly onChange: () => void
}

/** What a deck tells of itself. */
export interface DeckReading {
  readonly state: 'silent' | 'waiting' | 'playing' | 'blocked' | 'failed'
  readonly positionMs: number
  readonly errorMs: number
  readonly ratePpm: number
}

/** One media element that is kept at one segment of the room's time line. Everything ends in one `look`. */
export class Deck<E extends DeckElement = HTMLVideoElement> {
  readonly element: E
  readonly #options: DeckOptions<E>
  readonly #loader: Loader
  readonly #clock = new ElementClock()
  readonly #steering = new Steering()
  #segment: PlayerSegment | null = null
  #phase: Phase = { kind: 'idle' }
  #tries = 0
  #cameInMs = -Infinity
  #wake: Unsubscribe | null = null
  #ppm = 0
  #lateMs = 0
  #offsetMs = 0
  #blocked = false

  constructor(options: DeckOptions<E>) {
    this.#options = options
    this.element = options.element
    this.#loader = new Loader({ ...options, onSettled: () => this.#onLoader() })
    // Keeping the pitch means cutting and joining by stretches of 20 ms, and an element that is out by as much meanwhile (docs/SYNC.md).
    this.element.preservesPitch = false
  }

  get segment(): PlayerSegment | null {
    return this.#segment
  }

  /** Id of the track whose bytes it holds; they stay when a segment ends, so that a pause costs nothing. */
  get loaded(): string | null {
    return this.#loader.track
  }

  /** Why the bytes could not be had, when it was that what failed. */
  get problem(): string | null {
    return this.#loader.problem
  }

  setSegment(segment: PlayerSegment | null): void {
    const moved = segment?.id !== this.#segment?.id
    this.#segment = segment
    if (segment === null) return this.#hush()
    if (moved) {
      this.#hush()
      this.#tries = 0
      this.#cameInMs = -Infinity
    }
    this.#loader.load(segment.track)
    this.look()
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }

  /** Comes in anew. */
  restart(): void {
    this.#hush()
    this.#cameInMs = -Infinity
    this.look()
  }

  /** The browser lets sound out now. */
  unblock(): void {
    this.#blocked = false
    this.look()
  }

  close(): void {
    this.#segment = null
    this.#hush()
    this.#loader.unload()
  }

  read(): DeckReading {
    const nowMs = this.#options.scheduler.nowMs()
    if (this.#segment === null) return { positionMs: 0, errorMs: 0, ratePpm: 0, state: 'silent' }
    const positionMs = Math.max(this.#segment.positionMs, this.#targetMs(this.#segment, nowMs))
    const still = { positionMs, errorMs: 0, ratePpm: 0 }
    if (this.#loader.hasFailed) return { ...still, state: 'failed' }
    if (this.#blocked) return { ...still, state: 'blocked' }
    if (this.#isRunning && this.#clock.positionAt(nowMs) !== null)
      return { state: 'playing', positionMs: positionMs - this.#lateMs, errorMs: this.#lateMs, ratePpm: this.#ppm }
    return { ...still, state: this.#startsInMs(this.#segment, nowMs) > 0 ? 'silent' : 'waiting' }
  }

  /** Looks where the room is and where the element is, and does what brings them together. */
  look(): void {
    const segment = this.#segment
    if (segment === null || !this.#loader.isReady || this.#blocked) return
    const { scheduler } = this.#options
    if (this.element.error !== null) {
      this.#hush()
      return this.#loader.retry()
    }
    if (this.element.readyState < HAVE_METADATA) return
    const nowMs = scheduler.nowMs()
    const endMs = segment.positionMs + segment.endsAtMs - segment.startsAtMs
    if (this.#targetMs(segment, nowMs) >= endMs) return this.#hush()
    if (this.#phase.kind === 'idle') this.#aim(segment, nowMs)
    if (this.#phase.kind === 'landing') this.#land(this.#phase, nowMs)
    if (this.#phase.kind === 'poised') this.#start(this.#phase, segment, nowMs)
    if (this.#phase.kind === 'running') this.#follow(this.#phase, segment, nowMs)
  }

  #onLoader(): void {
    if (this.#loader.hasFailed) this.#options.onChange()
    else this.look()
  }

  get #isRunning(): boolean {
    return this.#phase.kind === 'running'
  }

  /** Position that has to leave this device at `localMs`, so that it is heard at the room's time. May lie before the segment. */
  #targetMs(segment: PlayerSegment, localMs: number): number {
    return segment.positionMs + this.#options.roomTime.at(localMs + this.#offsetMs) - segment.startsAtMs
  }

  #startsInMs(segment: PlayerSegment, nowMs: number): number {
    return segment.positionMs - this.#targetMs(segment, nowMs)
  }

  #aim(segment: PlayerSegment, nowMs: number): void {
    const { landings } = this.#options
    const leadMs = this.#startsInMs(segment, nowMs)
    // Kept ready there: what is left to do is to start.
    const isThere = Math.abs(this.element.currentTime * 1000 - segment.positionMs) <= 1
    const positionMs =
      isThere && leadMs - landings.startMs > -HARDLY_LATE_MS
        ? segment.positionMs
        : segment.positionMs + Math.max(0, landings.aheadMs * (1 + this.#tries) - leadMs)
    const sought = Math.abs(this.element.currentTime * 1000 - positionMs) > 1
    if (sought) this.element.currentTime = positionMs / 1000
    this.#phase = { kind: 'landing', positionMs, sinceMs: nowMs, sought }
  }

  #land({ positionMs, sinceMs, sought }: Phase & { kind: 'landing' }, nowMs: number): void {
    if (this.element.seeking || this.element.readyState < HAVE_FUTURE_DATA) return
    if (sought) this.#options.landings.sought(nowMs - sinceMs)
    this.#phase = { kind: 'poised', positionMs }
  }

  #start({ positionMs }: Phase & { kind: 'poised' }, segment: PlayerSegment, nowMs: number): void {
    const { landings, scheduler } = this.#options
    const leadMs = positionMs - this.#targetMs(segment, nowMs)
    const waitMs = leadMs - landings.startMs
    if (waitMs > 1) {
      this.#wake?.()
      this.#wake = waitMs < NEAR_MS ? scheduler.after(waitMs, () => this.look()) : null
      return
    }
    if (waitMs < -LATE_MS && this.#tries < MOST_TRIES) {
      this.#tries++
      this.#phase = { kind: 'idle' }
      return this.look()
    }
    this.#tries = 0
    this.#cameInMs = nowMs
    this.#setPace(0, nowMs)
    this.#clock.reset()
    this.#steering.reset()
    this.#lateMs = 0
    this.#phase = { kind: 'running', sinceMs: nowMs, fromMs: positionMs, leadMs }
    this.#play()
  }

  #follow(running: Phase & { kind: 'running' }, segment: PlayerSegment, nowMs: number): void {
    const { element } = this
    const { landings } = this.#options
    if (element.ended) return
    if (element.paused) return this.#play()
    // Not off yet, or out of data: what was read before says nothing of what comes.
    const positionMs = element.currentTime * 1000
    const unsteady = running.leadMs !== null && nowMs - running.sinceMs < landings.startMs + UNSTEADY_MS
    if (element.seeking || element.readyState < HAVE_FUTURE_DATA || positionMs <= running.fromMs || unsteady) {
      this.#clock.reset()
      return
    }
    this.#clock.observe(nowMs, positionMs)
    const heardMs = this.#clock.positionAt(nowMs)
    // Looked at too seldom, as on a hidden page: a stroke that nobody ends would carry it away.
    if (heardMs === null) return this.#setPace(0, nowMs)
    this.#lateMs = this.#targetMs(segment, nowMs) - heardMs
    if (running.leadMs !== null) {
      landings.landed(running.leadMs, this.#lateMs)
      running.leadMs = null
      this.#options.onChange()
    }
    if (landings.isWorthSeeking(this.#lateMs) && nowMs - this.#cameInMs >= REST_MS) {
      this.#hush()
      return this.look()
    }
    this.#setPace(this.#steering.steer(this.#lateMs, this.#clock.scatterMs, nowMs), nowMs)
  }

  #setPace(ppm: number, nowMs: number): void {
    if (ppm === this.#ppm) return
    this.#ppm = ppm
    const rate = 1 + ppm * 1e-6
    this.#clock.setRate(rate, nowMs)
    this.element.playbackRate = rate
  }

  #play(): void {
    this.element.play().catch((error: unknown) => {
      // Paused or loaded anew meanwhile: that was us.
      if (error instanceof DOMException && error.name === 'AbortError') return
      // Anything else than a missing gesture shows in `error` as well.
      if (!(error instanceof DOMException && error.name === 'NotAllowedError')) return
      this.#blocked = true
      this.#hush()
      this.#options.onChange()
    })
  }

  #hush(): void {
    this.#wake?.()
    this.#wake = null
    if (!this.element.paused) this.element.pause()
    this.#setPace(0, this.#options.scheduler.nowMs())
    this.#clock.reset()
    this.#phase = { kind: 'idle' }
  }
}
