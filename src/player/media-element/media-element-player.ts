import type { RoomTime } from '../../clock/room-time.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { Player, PlayerSegment, PlayerStatus } from '../player.ts'
import { NOTHING } from '../player-status.ts'
import { Deck } from './deck.ts'
import type { OpenElementSource } from './element-source.ts'
import { Landings } from './landings.ts'
import { LevelMeter } from './level-meter.ts'

/** How often positions are read; `ElementClock` makes one of thirty of them. */
const LOOK_PERIOD_MS = 50
const STATUS_PERIOD_MS = 250
/** One plays, one stands ready for what follows. */
const DECKS = 2
/** After these something may have to be done at once. */
const EVENTS = ['loadedmetadata', 'canplay', 'seeked', 'playing', 'pause', 'error'] as const

/** What is left of the sound while somebody tunes the own offset by the other engine's clicks. */
const DUCKED_VOLUME = 0.06

const LOCKED: PlayerStatus = { ...NOTHING, engine: 'media-element', state: 'locked' }

export interface MediaElementPlayerOptions {
  readonly roomTime: RoomTime
  readonly scheduler: Scheduler
  readonly open: OpenElementSource
}

/** Engine B: the browser's own player, for what the audio graph cannot have. Its sound takes the element's own way out. */
export class MediaElementPlayer implements Player {
  readonly #roomTime: RoomTime
  readonly #scheduler: Scheduler
  readonly #open: OpenElementSource
  readonly #meter = new LevelMeter()
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  /** Null while there is nothing to look after. */
  #stopLooking: Unsubscribe | null = null
  #decks: readonly Deck[] = []
  #segments: readonly PlayerSegment[] = []
  /** The deck that played last. */
  #shown: Deck | null = null
  #landings = new Landings()
  #volume = 1
  #muted = false
  #clicks = false
  #offsetMs = 0
  #status: PlayerStatus = LOCKED
  #toldAtMs = -Infinity

  constructor({ roomTime, scheduler, open }: MediaElementPlayerOptions) {
    this.#roomTime = roomTime
    this.#scheduler = scheduler
    this.#open = open
  }

  unlock(): Promise<void> {
    if (this.#decks.length === 0) this.#begin()
    else for (const deck of this.#decks) deck.unblock()
    return Promise.resolve()
  }

  setSegments(segments: readonly PlayerSegment[]): void {
    this.#segments = segments
    this.#assign()
    this.#tell()
  }

  setVolume(volume: number): void {
    this.#volume = Math.max(0, Math.min(1, volume))
    this.#applyVolume()
  }

  setMuted(muted: boolean): void {
    this.#muted = muted
    for (const { element } of this.#decks) element.muted = muted
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs
    for (const deck of this.#decks) deck.setOffset(offsetMs)
  }

  resync(): void {
    this.#landings.forget()
    for (const deck of this.#decks) deck.restart()
  }

  /** Elements follow the system's device by themselves; what they take there has to be learned. */
  outputChanged(): void {
    this.resync()
  }

  setClicks(on: boolean): void {
    this.#clicks = on
    this.#applyVolume()
  }

  get status(): PlayerStatus {
    return this.#status
  }

  /** The element that shows a track's pictures, or the one at which it stands in a pause; null while there are none. */
  pictureOf(track: string): HTMLVideoElement | null {
    const deck = this.#shown?.loaded === track ? this.#shown : this.#decks.find(({ loaded }) => loaded === track)
    return deck !== undefined && deck.element.videoWidth > 0 ? deck.element : null
  }

  spectrum(): Uint8Array {
    return this.#status.state === 'playing' ? this.#meter.spectrum() : new Uint8Array(0)
  }

  onStatus(listener: (status: PlayerStatus) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#stopLooking?.()
    this.#stopLooking = null
    for (const deck of this.#decks) deck.close()
    this.#decks = []
    this.#shown = null
    this.#listeners.clear()
    await this.#meter.close()
  }

  /** Inside of the gesture: elements that were loaded in one may start by themselves later. */
  #begin(): void {
    this.#decks = Array.from({ length: DECKS }, () => {
      const element = createElement()
      element.muted = this.#muted
      element.load()
      const deck = new Deck({
        element,
        roomTime: this.#roomTime,
        scheduler: this.#scheduler,
        open: this.#open,
        landings: this.#landings,
        onChange: () => this.#tell(),
      })
      deck.setOffset(this.#offsetMs)
      for (const event of EVENTS) element.addEventListener(event, () => deck.look())
      return deck
    })
    this.#assign()
    this.#tell()
  }

  /** Each segment keeps its deck; a new one gets one that holds its track already, else any that is free. */
  #assign(): void {
    const wanted = this.#segments.slice(0, this.#decks.length)
    const free = new Set(this.#decks.filter((deck) => !wanted.some(({ id }) => id === deck.segment?.id)))
    const chosen = new Map<Deck, PlayerSegment>()
    for (const segment of wanted) {
      const deck =
        this.#decks.find((one) => one.segment?.id === segment.id) ??
        [...free].find(({ loaded }) => loaded === segment.track.ref.id) ??
        [...free][0]
      if (deck === undefined) continue
      free.delete(deck)
      chosen.set(deck, segment)
    }
    for (const deck of this.#decks) deck.setSegment(chosen.get(deck) ?? null)
    this.#applyVolume()
    if (chosen.size > 0) this.#stopLooking ??= this.#scheduler.every(LOOK_PERIOD_MS, () => this.#look())
    else {
      this.#stopLooking?.()
      this.#stopLooking = null
    }
  }

  #applyVolume(): void {
    const volume = this.#volume * (this.#clicks ? DUCKED_VOLUME : 1)
    // An element can turn down, not up.
    for (const { element, segment } of this.#decks) element.volume = Math.min(1, volume * (segment?.gain ?? 1))
  }

  #look(): void {
    for (const deck of this.#decks) deck.look()
    this.#tell()
  }

  /** The deck of what sounds now, else of what comes first. */
  #current(): Deck | undefined {
    const roomMs = this.#roomTime.at()
    const segment =
      this.#segments.find(({ startsAtMs, endsAtMs }) => startsAtMs <= roomMs && endsAtMs > roomMs) ?? this.#segments[0]
    return this.#decks.find((deck) => deck.segment !== null && deck.segment.id === segment?.id)
  }

  #tell(): void {
    const status = this.#read()
    const changed = status.state !== this.#status.state || status.segment !== this.#status.segment
    const nowMs = this.#scheduler.nowMs()
    if (!changed && (status.state === 'silent' || nowMs - this.#toldAtMs < STATUS_PERIOD_MS)) return
    this.#toldAtMs = nowMs
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }

  #read(): PlayerStatus {
    if (this.#decks.length === 0) return LOCKED
    const deck = this.#current()
    const reading = deck?.read()
    const plays = deck !== undefined && reading?.state === 'playing'
    if (plays) this.#shown = deck
    this.#meter.hear(plays ? deck.element : null)
    const shared = { engine: 'media-element' as const, outputLatencyMs: this.#meter.outputLatencyMs }
    if (deck === undefined || reading === undefined) return { ...NOTHING, ...shared, state: 'silent' }
    const { positionMs, errorMs, ratePpm } = reading
    const timing = !plays ? 'learning' : ratePpm === 0 ? 'steady' : 'resampling'
    const at = {
      ...shared,
      segment: deck.segment!.id,
      positionMs,
      errorMs,
      ratePpm,
      timing,
      level: this.#meter.level,
    } as const
    if (reading.state === 'blocked') return { ...at, state: 'locked' }
    if (reading.state !== 'failed') return { ...at, state: reading.state }
    return { ...at, state: 'failed', message: deck.problem ?? refusal(deck) }
  }
}

function createElement(): HTMLVideoElement {
  const element = document.createElement('video')
  element.preload = 'auto'
  // Else iPhones show it in a player of their own.
  element.playsInline = true
  element.disableRemotePlayback = true
  return element
}

function refusal({ element: { error }, segment }: Deck): string {
  const url = segment?.track.url
  if (url !== undefined)
    return `${new URL(url).host} does not answer, or this browser cannot play what it sends. The others may hear it.`
  const why = error?.message === undefined || error.message === '' ? '' : ` (${error.message})`
  return `This browser’s own player cannot play it either${why}. Another browser on this device may.`
}
