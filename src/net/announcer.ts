import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'

export const firstAnnounceMs = 1_000
export const slowestAnnounceMs = 30_000
/** How often a peer with enough neighbours looks for another one all the same, so that two satisfied cliques find each other. */
export const rewireMs = 60_000

/**
 * Decides when to announce: nothing in y-webrtc announces again, so without this a room that fell apart would stay apart. While neighbours
 * lack, after 1, 2, 4, … 30 s; when there are enough, about once a minute. All times are jittered by half, so that a room does not speak in
 * chorus after its node came back.
 */
export class Announcer {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #lacks: () => boolean
  readonly #rewireMs: () => number
  readonly #announce: (reason: 'lacking' | 'rewiring') => void
  #backoffMs = firstAnnounceMs
  #cancel: Unsubscribe = () => {}
  #waitsAsLacking = false
  #stopped = false

  constructor(
    scheduler: Scheduler,
    random: Random,
    lacks: () => boolean,
    announce: (reason: 'lacking' | 'rewiring') => void,
    rewireEveryMs: () => number = () => rewireMs,
  ) {
    this.#scheduler = scheduler
    this.#random = random
    this.#lacks = lacks
    this.#announce = announce
    this.#rewireMs = rewireEveryMs
  }

  /** A node was reached: announce at once. */
  now(): void {
    this.#backoffMs = firstAnnounceMs
    this.#announce('lacking')
    this.#schedule()
  }

  /** A link or an attempt ended: be quick again. */
  soon(): void {
    this.#backoffMs = firstAnnounceMs
    this.#schedule()
  }

  /** A link that was on its way came to nothing: who waited as one with enough waits no longer than who lacks. */
  reconsider(): void {
    if (!this.#waitsAsLacking && this.#lacks()) this.#schedule()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #schedule(): void {
    this.#cancel()
    if (!this.#stopped) this.#wait(0.5 + this.#random(), 0)
  }

  #wait(jitter: number, waitedMs: number): void {
    this.#waitsAsLacking = this.#lacks()
    const wholeMs = jitter * (this.#waitsAsLacking ? this.#backoffMs : this.#rewireMs())
    this.#cancel = this.#scheduler.after(wholeMs - waitedMs, () => {
      const lacks = this.#lacks()
      // The room has turned out to be larger meanwhile.
      if (!lacks && !this.#waitsAsLacking && jitter * this.#rewireMs() > wholeMs) return this.#wait(jitter, wholeMs)
      this.#announce(lacks ? 'lacking' : 'rewiring')
      this.#backoffMs = lacks ? Math.min(2 * this.#backoffMs, slowestAnnounceMs) : firstAnnounceMs
      this.#schedule()
    })
  }
}
