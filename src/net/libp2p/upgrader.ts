import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { outranks } from '../hello.ts'
import type { Link } from '../link.ts'
import type { Way } from '../room-membership.ts'
import type { Caller } from './caller.ts'
import type { Announcement } from './envelope.ts'
import type { StreamWires } from './stream-wires.ts'

/** Waits before each try, ms, varied by half. A direct connection that failed by bad luck comes about within so many, or the network lets none through. */
const waitsMs = [8_000, 16_000, 32_000, 64_000] as const
/** From a change of the network to the next try, ms, varied by half: addresses need a moment to settle, and two sides shall not try at once. */
const settleMs = 2_000

/** Of two links between the same two joins the direct one is kept: both sides see the same of a connection. */
export function keepsDirect(a: Way, b: Way): boolean {
  const upgrade = a.proven.generation === b.proven.generation && a.relayed !== b.relayed
  return upgrade ? b.relayed : outranks(a.proven, b.proven)
}

export interface UpgraderOptions {
  readonly caller: Pick<Caller, 'callDirectly' | 'isCalledDirectlyBy'>
  readonly scheduler: Pick<Scheduler, 'after'>
  readonly random: Random
  /** A direct connection came about; the hello over it is still to be said. */
  readonly onWires: (wires: StreamWires, announcement: Announcement) => void
}

interface Followed {
  readonly announcement: Announcement
  /** Waits before the tries that are left, ms. */
  waitsMs: readonly number[]
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
    const followed: Followed = { announcement, waitsMs: called ? waitsMs : [], trying: false, cancel: () => {} }
    this.#followed.set(link, followed)
    link.onClose(() => {
      followed.cancel()
      this.#followed.delete(link)
    })
    this.#tryNext(link, followed)
  }

  /** This device has come to another network, or its own is back: what failed before may succeed now. */
  networkChanged(): void {
    for (const [link, followed] of this.#followed) {
      followed.waitsMs = [settleMs, ...waitsMs.slice(0, -1)]
      // What is being tried began in the old network, and the next try comes soon after its end.
      if (!followed.trying) this.#tryNext(link, followed)
    }
  }

  stop(): void {
    for (const { cancel } of this.#followed.values()) cancel()
    this.#followed.clear()
  }

  #tryNext(link: Link, followed: Followed): void {
    const [waitMs, ...left] = followed.waitsMs
    if (waitMs === undefined) return
    followed.waitsMs = left
    this.#after(waitMs, link, followed)
  }

  #after(waitMs: number, link: Link, followed: Followed): void {
    const { scheduler, random } = this.#options
    followed.cancel()
    followed.cancel = scheduler.after(waitMs * (0.5 + random()), () => void this.#try(link, followed))
  }

  async #try(link: Link, followed: Followed): Promise<void> {
    const { caller, onWires } = this.#options
    const { announcement } = followed
    // The other side has just opened a direct connection to us: that may be it.
    if (caller.isCalledDirectlyBy(announcement.host)) return this.#after(settleMs, link, followed)
    followed.trying = true
    try {
      const wires = await caller.callDirectly(announcement)
      if (this.#followed.get(link) === followed) onWires(wires, announcement)
      else wires.destroy()
    } catch {
      // No direct way, now: the relayed link serves on.
    }
    followed.trying = false
    if (this.#followed.get(link) === followed) this.#tryNext(link, followed)
  }
}
