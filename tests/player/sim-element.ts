import type { Scheduler } from '../../src/domain/scheduler.ts'
import type { DeckElement } from '../../src/player/media-element/deck.ts'

export interface SimDevice {
  readonly loadMs: number
  /** A seek takes this long. */
  readonly seekMs: number
  /** From `play()` to the first sound. */
  readonly startMs: number
  /** Pace of its sound card against the scheduler's clock. */
  readonly driftPpm: number
  /** `currentTime` is brought up to date this often; 0: always. */
  readonly coarseMs: number
}

/** A media element of a simulated device, with what browsers do to a player: slow seeks, late starts, coarse positions, a drifting card. */
export class SimElement implements DeckElement {
  readonly #time: Scheduler
  readonly #device: SimDevice
  readonly seeks: number[] = []
  readonly rates = new Set<number>()
  error: MediaError | null = null
  seeking = false
  readyState = 0
  preservesPitch = true
  paused = true
  /** Moves on while it is late. */
  stalled = false
  #src = ''
  #rate = 1
  #positionMs = 0
  #movesAtMs: number | null = null
  #shown = { atMs: -Infinity, positionMs: 0 }
  #load = 0
  readonly durationMs: number

  constructor(time: Scheduler, device: SimDevice, durationMs = 3_600_000) {
    this.#time = time
    this.#device = device
    this.durationMs = durationMs
  }

  /** What really sounds now; null while nothing does. */
  get heardMs(): number | null {
    return this.#isMoving ? this.#moved() : null
  }

  get src(): string {
    return this.#src
  }
  set src(url: string) {
    this.#src = url
    this.readyState = 0
    this.error = null
    this.#positionMs = 0
    const load = ++this.#load
    this.#time.after(this.#device.loadMs, () => {
      if (load === this.#load) this.readyState = 4
    })
  }

  get currentTime(): number {
    const nowMs = this.#time.nowMs()
    if (nowMs - this.#shown.atMs >= this.#device.coarseMs) this.#shown = { atMs: nowMs, positionMs: this.#moved() }
    return this.#shown.positionMs / 1000
  }
  set currentTime(seconds: number) {
    this.#settle()
    this.seeks.push(seconds * 1000)
    this.seeking = true
    this.#positionMs = seconds * 1000
    this.#shown = { atMs: -Infinity, positionMs: this.#positionMs }
    this.#movesAtMs = null
    this.#time.after(this.#device.seekMs, () => {
      this.seeking = false
      if (!this.paused) this.#movesAtMs = this.#time.nowMs() + this.#device.startMs
    })
  }

  get playbackRate(): number {
    return this.#rate
  }
  set playbackRate(rate: number) {
    this.#settle()
    this.rates.add(rate)
    this.#rate = rate
  }

  get ended(): boolean {
    return this.#moved() >= this.durationMs
  }

  play(): Promise<void> {
    if (this.paused && !this.seeking) this.#movesAtMs = this.#time.nowMs() + this.#device.startMs
    this.paused = false
    return Promise.resolve()
  }

  pause(): void {
    this.#settle()
    this.paused = true
    this.#movesAtMs = null
    this.#shown = { atMs: -Infinity, positionMs: this.#positionMs }
  }

  removeAttribute(): void {
    this.#src = ''
  }
  load(): void {
    this.#load++
    this.readyState = 0
    this.error = null
    this.pause()
  }

  /** Loses sound, as a starved machine does: what follows comes that much later. */
  lose(ms: number): void {
    this.#settle()
    this.#positionMs -= ms
  }

  break(): void {
    this.error = { code: 2, message: 'gone' } as MediaError
  }

  get #isMoving(): boolean {
    return !this.paused && this.#movesAtMs !== null && this.#time.nowMs() >= this.#movesAtMs
  }

  #moved(): number {
    if (!this.#isMoving) return this.#positionMs
    const pace = this.#rate * (1 + this.#device.driftPpm * 1e-6)
    return Math.min(this.durationMs, this.#positionMs + (this.#time.nowMs() - this.#movesAtMs!) * pace)
  }

  #settle(): void {
    this.#positionMs = this.#moved()
    if (this.#isMoving) this.#movesAtMs = this.#time.nowMs()
  }
}
