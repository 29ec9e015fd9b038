import { createHash, timingSafeEqual } from 'node:crypto'
import type { RoomId } from '../../src/domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import type { KeepRefusal, Shelf } from '../../src/net/keep/keep-wire.ts'
import { encodeUpdate, pieceBytes, type Piece } from '../../src/replica/y-update.ts'
import { limits } from '../../src/domain/limits.ts'
import { judgeSealed, judgeSigned, type KeepablePiece } from './judge.ts'
import { KeepStore, type ShelfRow } from './keep-store.ts'
import type { KeepQuota } from './quota.ts'

/** Updates that come within this time are made safe together, ms: a disk does so a few hundred times a second at most. */
const COMMIT_MS = 10
/** How often rooms are looked for that nobody opens any more, ms. */
const SWEEP_MS = 3_600_000

export type Kept<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: KeepRefusal }

interface Pending {
  readonly name: string
  readonly pieces: readonly KeepablePiece[]
  readonly settle: (result: Kept<number>) => void
}

const ok = <T>(value: T): Kept<T> => ({ ok: true, value })
const refused = (why: KeepRefusal): Kept<never> => ({ ok: false, why })
const hashOf = (secret: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(secret).digest())

/** The rooms that this node was asked to keep. It knows each by the hash of a token that only who has the link can make. */
export class Keeper {
  readonly #store: KeepStore
  readonly #quota: KeepQuota
  readonly #scheduler: Scheduler
  readonly #onFailure: (error: unknown) => void
  readonly #stopSweeping: Unsubscribe
  readonly #pending: Pending[] = []
  #cancelCommit: Unsubscribe | null = null
  #closed = false

  /** Opens the folder; throws when that cannot be. `onFailure` hears what the disk says when it does not take something. */
  constructor(dir: string, quota: KeepQuota, scheduler: Scheduler, onFailure: (error: unknown) => void) {
    this.#store = new KeepStore(dir, quota)
    this.#quota = quota
    this.#scheduler = scheduler
    this.#onFailure = onFailure
    const sweep = (): void => void this.#try(() => ok(this.#store.sweep(scheduler.wallMs())))
    sweep()
    this.#stopSweeping = scheduler.every(SWEEP_MS, sweep)
  }

  /** Rooms, and bytes of their records. */
  get totals(): { readonly rooms: number; readonly bytes: number } {
    return this.#store.totals
  }

  static nameOf(token: Uint8Array): string {
    return Buffer.from(hashOf(token)).toString('base64url')
  }

  /** What is known of a room; one that is kept is kept for longer. */
  open(name: string): Kept<Shelf> {
    return this.#try(() => {
      const shelf = this.#store.shelf(name)
      if (shelf !== null) this.#store.seen(shelf, this.#scheduler.wallMs())
      return ok(this.#describe(shelf))
    })
  }

  /** Keeps a room from now on; one that is kept already stays with who asked first. `mayMake`: whether a new one may be made. */
  keep(name: string, claim: Uint8Array, room: RoomId | null, mayMake: () => boolean): Kept<Shelf> {
    return this.#try(() => {
      const held = this.#store.shelf(name)
      if (held !== null) return ok(this.#describe(held))
      if (!mayMake()) return refused('often')
      const made = this.#store.make(name, room, hashOf(claim), this.#scheduler.wallMs())
      return made === null ? refused('rooms') : ok(this.#describe(made))
    })
  }

  /** Throws a room's records away, for who asked to keep it. */
  forget(name: string, claim: Uint8Array): Kept<Shelf> {
    return this.#try(() => {
      const shelf = this.#store.shelf(name)
      if (shelf === null) return ok(this.#describe(null))
      if (!timingSafeEqual(shelf.claim, hashOf(claim))) return refused('claimed')
      this.#store.remove(shelf)
      return ok(this.#describe(null))
    })
  }

  /** Judges an update and resolves, once it is safe, with the number of records that were left out. */
  async put(name: string, update: Uint8Array): Promise<Kept<number>> {
    const found = this.#try(() => ok(this.#store.shelf(name)))
    if (!found.ok) return found
    const shelf = found.value
    if (shelf === null) return refused('bad')
    const pieces = await (shelf.room === null ? judgeSealed : judgeSigned(shelf.room))(update)
    if (pieces === null) return refused('bad')
    const { promise, resolve } = Promise.withResolvers<Kept<number>>()
    this.#pending.push({ name, pieces, settle: resolve })
    this.#cancelCommit ??= this.#scheduler.after(COMMIT_MS, () => this.#commit())
    return promise
  }

  /** A client's records from a clock on, as updates of at most about `serveUpdateBytes`. */
  *updates(name: string, client: number, from: number): Generator<Uint8Array> {
    let place = { clock: from, key: '' }
    for (let shelf = this.#store.shelf(name); shelf !== null; shelf = this.#store.shelf(name)) {
      const page = this.#store.page(shelf, client, place)
      const last = page.at(-1)
      if (last === undefined) return
      yield* runs(page)
      place = { clock: last.clock, key: last.key }
    }
  }

  close(): void {
    this.#cancelCommit?.()
    this.#commit()
    this.#closed = true
    this.#stopSweeping()
    this.#store.close()
  }

  #commit(): void {
    this.#cancelCommit = null
    const batch = this.#pending.splice(0)
    if (batch.length === 0) return
    const results = this.#try(() =>
      ok(
        this.#store.transaction(() =>
          batch.map(({ name, pieces }) => {
            const shelf = this.#store.shelf(name)
            return shelf === null ? refused('bad') : ok(this.#store.put(shelf, pieces))
          }),
        ),
      ),
    )
    batch.forEach(({ settle }, i) => settle(results.ok ? (results.value[i] ?? refused('failed')) : results))
  }

  #describe(shelf: ShelfRow | null): Shelf {
    const { roomBytes, days } = this.#quota
    if (shelf === null) return { kept: false, vector: new Map(), forked: [], usedBytes: 0, roomBytes, days }
    const [vector, forked] = [this.#store.vector(shelf), this.#store.forked(shelf)]
    return { kept: true, vector, forked, usedBytes: shelf.bytes, roomBytes, days }
  }

  /** A disk that fails must not take the node along. */
  #try<T>(work: () => Kept<T>): Kept<T> {
    if (this.#closed) return refused('failed')
    try {
      return work()
    } catch (error) {
      this.#onFailure(error)
      return refused('failed')
    }
  }
}

/** Cuts records of one client into updates: in each, clocks rise by one, so two records of one place never share one. */
function* runs(page: readonly Piece[]): Generator<Uint8Array> {
  let run: Piece[] = []
  let bytes = 0
  for (const piece of page) {
    const last = run.at(-1)
    if (last !== undefined && (piece.clock !== last.clock + 1 || bytes + pieceBytes(piece) > limits.serveUpdateBytes)) {
      yield encodeUpdate(run)
      run = []
      bytes = 0
    }
    run.push(piece)
    bytes += pieceBytes(piece)
  }
  if (run.length > 0) yield encodeUpdate(run)
}
