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
  readonly #announce: (reason: 'lacking' | 'rewiring') => void
  #backoffMs = firstAnnounceMs
  #cancel: Unsubscribe = () => {}
  #stopped = false

  constructor(
    scheduler: Scheduler,
    random: Random,
    lacks: () => boolean,
    announce: (reason: 'lacking' | 'rewiring') => void,
  ) {
    this.#scheduler = scheduler
    this.#random = random
    this.#lacks = lacks
    this.#announce = announce
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

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #schedule(): void {
    this.#cancel()
    if (this.#stopped) return
    const baseMs = this.#lacks() ? this.#backoffMs : rewireMs
    this.#cancel = this.#scheduler.after(baseMs * (0.5 + this.#random()), () => {
      const lacks = this.#lacks()
      this.#announce(lacks ? 'lacking' : 'rewiring')
      this.#backoffMs = lacks ? Math.min(2 * this.#backoffMs, slowestAnnounceMs) : firstAnnounceMs
      this.#schedule()
    })
  }
}
