import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { outranks } from '../hello.ts'
import type { Link } from '../link.ts'
import type { Way } from '../room-membership.ts'
import type { Caller } from './caller.ts'
import type { Announcement } from './envelope.ts'
import type { StreamWires } from './stream-wires.ts'

/** Before the first try, ms: doubled each time, varied by half. */
const firstTryMs = 8_000
/** A direct connection that failed by bad luck comes about within so many further tries (8, 16, 32, 64 s), or the network lets none through. */
const mostTries = 4
/** From a change of the network to the next try, ms, varied by half: addresses need a moment to settle, and two sides shall not try at once. */
const settleMs = 2_000

/** Of two links between the same two joins the direct one is kept: both sides see the same of a connection. */
export function keepsDirect(a: Way, b: Way): boolean {
  const upgrade = a.proven.generation === b.proven.generation && a.relayed !== b.relayed
  return upgrade ? b.relayed : outranks(a.proven, b.proven)
}

export interface UpgraderOptions {
  readonly caller: Pick<Caller, 'callDirectly' | 'isCalledBy'>
  readonly scheduler: Pick<Scheduler, 'after'>
  readonly random: Random
  /** A direct connection came about; the hello over it is still to be said. */
  readonly onWires: (wires: StreamWires, announcement: Announcement) => void
}

interface Followed {
  readonly announcement: Announcement
  /** Tries that are left by themselves. */
  left: number
  trying: boolean
  cancel: Unsubscribe
}

/**
 * Tries to reach those directly who are linked through a relay: some times soon after, in case that it was bad luck, and then only when the
 * network has changed. The relayed link stands until the direct one has taken its place.
 */
export class Upgrader {
  readonly #options: UpgraderOptions
  readonly #followed = new Map<Link, Followed>()

  constructor(options: UpgraderOptions) {
    this.#options = options
  }

  /** @param called whether this side made the relayed link: it alone tries without a reason, so that two calls do not cross */
  follow(link: Link, announcement: Announcement, called: boolean): void {
    const followed: Followed = { announcement, left: called ? mostTries : 0, trying: false, cancel: () => {} }
    this.#followed.set(link, followed)
    link.onClose(() => {
      followed.cancel()
      this.#followed.delete(link)
    })
    this.#schedule(link, followed)
  }

  /** This device has come to another network, or its own is back: what failed before may succeed now. */
  networkChanged(): void {
    for (const [link, followed] of this.#followed) {
      followed.left = mostTries
      this.#after(settleMs, link, followed)
    }
  }

  stop(): void {
    for (const { cancel } of this.#followed.values()) cancel()
    this.#followed.clear()
  }

  #schedule(link: Link, followed: Followed): void {
    if (followed.left > 0) this.#after(firstTryMs * 2 ** (mostTries - followed.left), link, followed)
  }

  #after(waitMs: number, link: Link, followed: Followed): void {
    const { scheduler, random } = this.#options
    followed.cancel()
    followed.cancel = scheduler.after(waitMs * (0.5 + random()), () => void this.#try(link, followed))
  }

  async #try(link: Link, followed: Followed): Promise<void> {
    const { caller, onWires } = this.#options
    const { announcement } = followed
    if (followed.trying) return
    // The other side has just opened a connection to us: that may be it.
    if (caller.isCalledBy(announcement.host)) return this.#after(settleMs, link, followed)
    followed.trying = true
    followed.left -= 1
    try {
      const wires = await caller.callDirectly(announcement)
      if (this.#followed.get(link) === followed) onWires(wires, announcement)
      else wires.destroy()
    } catch {
      // No direct way, now: the relayed link serves on.
    }
    followed.trying = false
    if (this.#followed.get(link) === followed) this.#schedule(link, followed)
  }
}
