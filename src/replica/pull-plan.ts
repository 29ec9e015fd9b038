import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import type { RoomDocument, Vector } from './room-document.ts'
import type { SyncLink } from './sync-link.ts'
import { WANT_TIMEOUT_MS } from './timing.ts'

/** Clients whose further records no longer fit are remembered up to this number. */
const IGNORED = 10_000

/** Who was asked for what: each client's records are asked of one neighbour at a time, and of the next when that one does not deliver. */
export class PullPlan {
  readonly #document: RoomDocument
  readonly #scheduler: Scheduler
  /** Client to the neighbour that was asked. */
  readonly #asked = new Map<number, SyncLink>()
  readonly #timeouts = new Map<SyncLink, Unsubscribe>()
  readonly #ignored = new Set<number>()

  constructor(document: RoomDocument, scheduler: Scheduler) {
    this.#document = document
    this.#scheduler = scheduler
  }

  /** What to ask of whom now; `retry` is called when one of them has not answered in time. */
  plan(links: readonly SyncLink[], retry: () => void): ReadonlyMap<SyncLink, Vector> {
    const plan = new Map<SyncLink, Vector>()
    for (const link of links) {
      if (this.#timeouts.has(link)) continue // one question at a time: its answer ends it
      const vector = new Map<number, number>()
      for (const [client, count] of link.known) {
        if (this.#lacks(client, count) && !this.#asked.has(client)) vector.set(client, this.#document.clock(client))
      }
      if (vector.size === 0) continue
      for (const client of vector.keys()) this.#asked.set(client, link)
      plan.set(link, vector)
      this.#timeouts.set(
        link,
        this.#scheduler.after(WANT_TIMEOUT_MS, () => {
          this.answered(link, true)
          retry()
        }),
      )
    }
    return plan
  }

  /** The answer of a neighbour ended. `complete`: what is still missing it does not have, whatever it said. */
  answered(link: SyncLink, complete: boolean): void {
    const asked = this.release(link)
    if (!complete) return
    for (const client of asked) {
      if (this.#lacks(client, link.known.get(client) ?? 0)) link.forget(client)
    }
  }

  /** Frees what was asked of a neighbour for others; returns it. */
  release(link: SyncLink): readonly number[] {
    this.#timeouts.get(link)?.()
    this.#timeouts.delete(link)
    const asked = [...this.#asked].filter(([, of]) => of === link).map(([client]) => client)
    for (const client of asked) this.#asked.delete(client)
    return asked
  }

  /** Of these clients no more is asked: their records do not fit. */
  ignore(clients: readonly number[]): void {
    for (const client of clients) if (this.#ignored.size < IGNORED) this.#ignored.add(client)
  }

  close(): void {
    for (const cancel of this.#timeouts.values()) cancel()
  }

  #lacks(client: number, count: number): boolean {
    const mine = this.#document.clock(client)
    return mine < count && mine < this.#document.voidFrom(client) && !this.#ignored.has(client)
  }
}
