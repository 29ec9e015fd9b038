import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { answerDelayMs, welcomes, type Held, type NeighbourCaps } from '../neighbours.ts'
import type { PeerMemory } from '../peer-memory.ts'
import type { AnnounceSignal, SessionSignal, Signal } from './signal.ts'

export interface GreeterOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly caps: NeighbourCaps
  readonly memory: PeerMemory
  readonly held: () => Held
  /** Our name in signals. */
  readonly self: () => string
  /** Whether a connection to `session` stands or is being made. */
  readonly has: (session: string) => boolean
  readonly publish: (signal: Signal) => void
  /** The other gave our attempt up. */
  readonly onDeclined: (session: string) => void
}

/**
 * Decides for each signal whether y-webrtc shall see it. Of each pair of names the lower makes the offer, so that two offers never cross
 * (y-webrtc's own answer to crossed offers renegotiates a half-made connection); the higher asks for it with an announcement to it.
 */
export class Greeter {
  readonly #options: GreeterOptions
  readonly #delayed = new Set<Unsubscribe>()

  constructor(options: GreeterOptions) {
    this.#options = options
  }

  /** `deliver` lets y-webrtc act on the signal. */
  receive(signal: Signal, deliver: () => void): void {
    const { self, memory, onDeclined } = this.#options
    if (signal.to !== undefined && signal.to !== self()) return overhear(signal, signal.to, memory)
    switch (signal.type) {
      case 'decline':
        return onDeclined(signal.from)
      case 'announce':
        return this.#answer(signal, deliver)
      case 'signal':
        return this.#negotiate(signal, deliver)
    }
  }

  decline(session: string): void {
    this.#options.publish({ type: 'decline', from: this.#options.self(), to: session })
  }

  stop(): void {
    for (const cancel of this.#delayed) cancel()
    this.#delayed.clear()
  }

  #negotiate({ from, links, signal }: SessionSignal, deliver: () => void): void {
    const { self, has, memory, held, caps } = this.#options
    const theyOffer = from < self()
    if (signal.type === 'candidate') {
      if (has(from)) deliver()
    } else if (signal.type === 'answer') {
      if (has(from) && !theyOffer) deliver()
    } else if (theyOffer && !has(from)) {
      if (memory.avoids(from) || !welcomes(held(), links, caps)) this.decline(from)
      else deliver()
    }
  }

  #answer(announce: AnnounceSignal, deliver: () => void): void {
    const { memory, scheduler, random, caps, held } = this.#options
    memory.announced(announce.from)
    if (!this.#mayMeet(announce)) return
    // Who was asked in person answers at once: nobody else will.
    const waitMs = announce.to === undefined ? answerDelayMs(held(), caps, random) : 0
    if (waitMs === 0) return this.#meet(announce, deliver)
    const cancel = scheduler.after(waitMs, () => {
      this.#delayed.delete(cancel)
      if (this.#mayMeet(announce) && memory.answersTo(announce.from) < announce.wanted) this.#meet(announce, deliver)
    })
    this.#delayed.add(cancel)
  }

  #mayMeet({ from, links }: AnnounceSignal): boolean {
    const { has, memory, held, caps } = this.#options
    return !has(from) && !memory.avoids(from) && welcomes(held(), links, caps)
  }

  #meet({ from, to }: AnnounceSignal, deliver: () => void): void {
    const { self, held, publish } = this.#options
    // Small, and to everyone: others count who was answered. The offer, twenty times as large, goes to one. Who was asked itself was heard already,
    // or has the higher name: then the other broke the rule, and asking back would go on for ever.
    if (to === undefined) publish({ type: 'announce', from: self(), to: from, links: held().links, wanted: 1 })
    if (self() < from) deliver()
  }
}

/** A signal between two others: a node without inboxes sends every member all of them. */
function overhear(signal: Signal, to: string, memory: PeerMemory): void {
  if (signal.type === 'announce') memory.answered(to)
}
