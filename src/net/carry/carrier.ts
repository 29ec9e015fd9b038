import { limits } from '../../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'
import type { Channel, Link } from '../link.ts'
import { decodeCarry, encodeCarry, type CarryMessage } from './carry-wire.ts'

interface Neighbour {
  readonly channel: Channel
  readonly allowance: TokenBucket
  /** Where it takes what is for it alone; null until it has said so. */
  inbox: string | null
}

interface CarrierOptions {
  readonly scheduler: Scheduler
  /** A sealed signal of another member came over a link. */
  readonly onText: (text: string) => void
  /** A neighbour is there that can carry. */
  readonly onNeighbour: () => void
}

/**
 * Brings members together without a node: each is to its neighbours what a node would be. What one publishes goes to the neighbours of its
 * neighbours and no further, for there a newcomer finds as many as it may link to; from then on it carries for others itself.
 */
export class Carrier {
  readonly #options: CarrierOptions
  readonly #neighbours = new Map<Link, Neighbour>()
  #inbox: string | null = null

  constructor(options: CarrierOptions) {
    this.#options = options
  }

  /** Neighbours that carry. */
  get size(): number {
    return this.#neighbours.size
  }

  /** Where this member takes what is for it alone. */
  open(inbox: string): void {
    this.#inbox = inbox
    for (const { channel } of this.#neighbours.values()) say(channel, { kind: 'inbox', inbox })
  }

  attach(link: Link): Unsubscribe {
    const { scheduler } = this.#options
    const channel = link.channel('signals')
    const allowance = new TokenBucket(scheduler, limits.carriedPerSecond, limits.carriedBurst)
    const neighbour: Neighbour = { channel, allowance, inbox: null }
    this.#neighbours.set(link, neighbour)
    const stopListening = channel.onMessage((bytes) => {
      const message = decodeCarry(bytes)
      if (message === null) link.close('misbehaved')
      // Beyond its allowance a neighbour is not heard: whoever means well asks again.
      else if (allowance.take()) this.#receive(neighbour, message)
    })
    if (this.#inbox !== null) say(channel, { kind: 'inbox', inbox: this.#inbox })
    return () => {
      stopListening()
      this.#neighbours.delete(link)
    }
  }

  /** Hands a sealed text to all neighbours, who carry it on: to all of theirs, or to the inbox `to`. */
  publish(text: string, to: string | null): void {
    for (const { channel } of this.#neighbours.values()) say(channel, { kind: 'publish', text, to })
  }

  #receive(from: Neighbour, message: CarryMessage): void {
    switch (message.kind) {
      case 'inbox':
        from.inbox = message.inbox
        return this.#options.onNeighbour()
      case 'carried':
        return this.#options.onText(message.text)
      case 'publish':
        return this.#carry(from, message.text, message.to)
    }
  }

  #carry(from: Neighbour, text: string, to: string | null): void {
    if (to === null || to === this.#inbox) this.#options.onText(text)
    for (const neighbour of this.#neighbours.values())
      if (neighbour !== from && (to === null || neighbour.inbox === to))
        say(neighbour.channel, { kind: 'carried', text })
  }
}

/** A neighbour that does not drain misses it, and hears the next announcement. */
const say = (channel: Channel, message: CarryMessage): void => void channel.send(encodeCarry(message))
