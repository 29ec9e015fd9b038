import { EarshotError } from '../../domain/errors.ts'
import type { PeerId, RoomId } from '../../domain/ids.ts'
import { Listeners } from '../../domain/listeners.ts'
import type { VerifiedRecord } from '../../domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { CopyPart, RoomCopy } from '../../replica/room-copy.ts'
import { KeeperConnection, KeeperGone, KeeperRefusal, type OpenSocket } from './keeper-connection.ts'
import type { Shelf } from './keep-wire.ts'

/** One's own records wait this long for others of the same moment, ms. */
const OWN_MS = 50
/** How often page and keeper compare what they have, ms, varied by a quarter: brings what others wrote and could not send. */
const COMPARE_MS = 60_000
/** How often it is asked whether the room is kept by now, ms, varied by a quarter. */
const RECHECK_MS = 300_000
/** Between attempts to reach the keeper, ms: doubled each time, varied by half. */
const FIRST_RETRY_MS = 2_000
const SLOWEST_RETRY_MS = 120_000

/**
 * - `unknown`: the keeper has not answered yet
 * - `off`: it does not keep this room
 * - `kept`: what is here is there too, or on its way
 * - `full`: part of what is here has no room there
 * - `away`: it kept the room and is out of reach
 */
export type KeptState = 'unknown' | 'off' | 'kept' | 'full' | 'away'

export interface KeptRoomOptions {
  /** Where the keeper is: `wss://host/keep`. */
  readonly url: string
  readonly token: Uint8Array
  /** Of a public or unlisted room: the keeper then judges records as a peer does. */
  readonly room: RoomId | undefined
  readonly me: PeerId
  readonly replica: {
    readonly ready: Promise<void>
    readonly copy: Pick<RoomCopy, 'wanted' | 'lacking' | 'proofs' | 'take'>
    onRecords(listener: (records: readonly VerifiedRecord[]) => void): Unsubscribe
  }
  readonly openSocket: OpenSocket
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onProblem: (problem: unknown) => void
}

/** Keeps one room equal at one keeper and here, for as long as the keeper keeps it. */
export class KeptRoom {
  readonly #options: KeptRoomOptions
  readonly #onChange = new Listeners<[]>()
  readonly #stopListening: Unsubscribe
  /** One thing at a time between page and keeper. */
  #tail: Promise<unknown>
  #connection: KeeperConnection | null = null
  #known = new Map<number, number>()
  /** Clients under which this person has written since the keeper was last told. */
  #fresh = new Set<number>()
  #cancelPush: Unsubscribe | null = null
  #cancelNext: Unsubscribe | null = null
  #failures = 0
  #closed = false
  #state: KeptState = 'unknown'
  #days = 0

  constructor(options: KeptRoomOptions) {
    this.#options = options
    const { replica } = options
    this.#stopListening = replica.onRecords((records) => this.#written(records))
    this.#tail = replica.ready.catch(() => undefined) // told by `ready` itself
    this.#compareSoon(0)
  }

  get state(): KeptState {
    return this.#state
  }

  /** How long the keeper keeps the room after somebody was last there; 0 before it has said so. */
  get days(): number {
    return this.#days
  }

  onChange(listener: () => void): Unsubscribe {
    return this.#onChange.add(listener)
  }

  /** Asks the keeper to keep the room; resolves when all that is here is there. @throws EarshotError with the keeper's reason. */
  keep(claim: Uint8Array): Promise<void> {
    return this.#inTurn(async () => this.#equalise(await (await this.#opened()).keep(claim, this.#options.room)))
  }

  /** Asks it to throw its copy away. @throws EarshotError with the keeper's reason. */
  forget(claim: Uint8Array): Promise<void> {
    return this.#inTurn(async () => this.#equalise(await (await this.#opened()).forget(claim)))
  }

  /** Ends the connection; what waits to be sent is sent before. */
  async close(): Promise<void> {
    if (this.#closed) return
    if (this.#fresh.size > 0) await this.#inTurn(() => this.#pushFresh()).catch(this.#report)
    this.#closed = true
    this.#stopListening()
    this.#cancelPush?.()
    this.#cancelNext?.()
    this.#connection?.close()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work)
    this.#tail = done.catch(() => undefined) // told to whoever asked
    return done
  }

  readonly #report = (error: unknown): void => {
    if (!(error instanceof KeeperGone)) this.#options.onProblem(error)
  }

  /** A connection that knows which room this is about. */
  async #opened(): Promise<KeeperConnection> {
    const connection = this.#connect()
    await connection.open(this.#options.token)
    return connection
  }

  #connect(): KeeperConnection {
    if (this.#closed) throw new EarshotError('This room was left. Open it again and ask once more.')
    if (this.#connection !== null) return this.#connection
    const { url, openSocket, scheduler } = this.#options
    const connection = new KeeperConnection(url, openSocket, scheduler)
    this.#connection = connection
    void connection.closed.then(() => {
      if (this.#connection !== connection) return
      this.#connection = null
      if (this.#closed || this.#state === 'off') return
      if (this.#state !== 'unknown') this.#become('away')
      const { random } = this.#options
      this.#compareSoon(Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, SLOWEST_RETRY_MS) * (0.5 + random()))
    })
    return connection
  }

  /** Both sides have the same afterwards, as far as the keeper has room. */
  async #equalise(shelf: Shelf): Promise<void> {
    const connection = this.#connect()
    const { copy } = this.#options.replica
    this.#failures = 0
    this.#days = shelf.days
    if (!shelf.kept) {
      this.#become('off')
      // A connection is a place at the node: it is asked again now and then, or when somebody wishes for it.
      this.#connection = null
      connection.close()
      return this.#compareSoon(RECHECK_MS * this.#jitter())
    }
    const wanted = copy.wanted(shelf.vector, shelf.forked)
    let bad = 0
    if (wanted.size > 0) await connection.get(wanted, async (update) => void (bad += await copy.take(update)))
    if (bad > 0) this.#options.onProblem(new Error(`${bad} of the records that the node keeps are no good`))
    this.#known = new Map(shelf.vector)
    this.#fresh.clear()
    let left = 0
    for (const update of await copy.proofs()) left += await connection.put(update)
    left += await this.#push(connection, copy.lacking(this.#known))
    this.#become(left > 0 ? 'full' : 'kept')
    this.#compareSoon((left > 0 ? RECHECK_MS : COMPARE_MS) * this.#jitter())
  }

  async #push(connection: KeeperConnection, parts: Iterable<CopyPart>): Promise<number> {
    let left = 0
    for (const { update, reach } of parts) {
      left += await connection.put(update)
      for (const [client, count] of reach) this.#known.set(client, count)
    }
    return left
  }

  #written(records: readonly VerifiedRecord[]): void {
    if (this.#state !== 'kept' || this.#connection === null) return
    for (const { author, yClient } of records) if (author === this.#options.me) this.#fresh.add(yClient)
    if (this.#fresh.size === 0) return
    this.#cancelPush ??= this.#options.scheduler.after(OWN_MS, () => {
      this.#cancelPush = null
      this.#inTurn(() => this.#pushFresh()).catch(this.#report)
    })
  }

  async #pushFresh(): Promise<void> {
    const clients = [...this.#fresh]
    this.#fresh.clear()
    if (this.#connection === null) return
    const left = await this.#push(this.#connection, this.#options.replica.copy.lacking(this.#known, clients))
    if (left > 0) this.#compareSoon(0)
  }

  #compareSoon(delayMs: number): void {
    this.#cancelNext?.()
    this.#cancelNext = this.#options.scheduler.after(delayMs, () => {
      if (this.#closed) return
      this.#inTurn(async () => this.#equalise(await this.#connect().open(this.#options.token))).catch((error) => {
        this.#report(error)
        // A refusal leaves the connection open; it is worth another try, but not soon.
        if (error instanceof KeeperRefusal) this.#compareSoon(RECHECK_MS * this.#jitter())
      })
    })
  }

  #become(state: KeptState): void {
    if (state === this.#state) return
    this.#state = state
    this.#onChange.tell()
  }

  #jitter(): number {
    return 0.75 + 0.5 * this.#options.random()
  }
}
