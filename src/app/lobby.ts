import { LobbyBoard, type Posted } from '../domain/lobby/board.ts'
import { distanceKm } from '../domain/lobby/place.ts'
import { rank, type LobbyOrder } from '../domain/lobby/rank.ts'
import { matches, type LobbyFilter } from '../domain/lobby/search.ts'
import type { Taste } from '../domain/lobby/taste.ts'
import type { RoomId } from '../domain/ids.ts'
import { Listeners } from '../domain/listeners.ts'
import type { CoarsePlace, Mood } from '../domain/record.ts'
import { formatRoomFragment } from '../domain/address.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import type { CardReader } from '../replica/card-codec.ts'

export type { LobbyFilter } from '../domain/lobby/search.ts'
export { lobbyOrders, type LobbyOrder } from '../domain/lobby/rank.ts'

/** An open room as the lobby shows it. */
export interface LobbyRoom {
  readonly room: RoomId
  readonly fragment: string
  readonly title: string
  readonly tags: readonly string[]
  readonly mood?: Mood
  readonly language?: string
  readonly playing?: { readonly title: string; readonly artist?: string }
  readonly listeners: number
  /** Only when both sides said where they are. */
  readonly distanceKm?: number
}

/** Open rooms, as a page shows them. */
export interface LobbyPort {
  /** Listens to nodes until the result is called. */
  open(): Unsubscribe
  subscribe(listener: () => void): Unsubscribe
  rooms(order: LobbyOrder, filter: LobbyFilter): readonly LobbyRoom[]
  /** Languages that rooms say they talk in, for a choice. */
  readonly languages: readonly string[]
  /** Whether this page knows where it is. */
  readonly located: boolean
  /** Asks where this device is, coarsely, for `nearby`; it stays on the device. @throws EarshotError that a person can read. */
  locate(): Promise<void>
}

interface LobbyOptions {
  readonly scheduler: Scheduler
  readonly reader: Pick<CardReader, 'decode' | 'verify'>
  /** Connects to one node, or more; the result disconnects. */
  readonly connect: (onCard: (bytes: Uint8Array, node: string) => void) => Unsubscribe
  readonly taste: () => Promise<Taste>
  readonly askPlace: () => Promise<CoarsePlace>
  /** Hour of the day here, 0 to 23. */
  readonly hour: () => number
  readonly onProblem: (problem: unknown) => void
}

/** How often expired rooms are looked for, ms. */
const PRUNE_MS = 5_000
/** Cards come in bursts; what is shown changes at most this often, ms. */
const TELL_MS = 100

/** The lobby on this device: verifies cards, keeps those that stand, and orders them by rules of this device alone. */
export class Lobby implements LobbyPort {
  readonly #options: LobbyOptions
  readonly #listeners = new Listeners<[]>()
  readonly #board = new LobbyBoard()
  #taste: Taste = new Map()
  #place: CoarsePlace | null = null
  #pending: Unsubscribe | null = null

  constructor(options: LobbyOptions) {
    this.#options = options
  }

  open(): Unsubscribe {
    const { connect, scheduler, taste, onProblem } = this.#options
    taste().then((known) => {
      this.#taste = known
      this.#tellSoon()
    }, onProblem)
    const disconnect = connect((bytes, node) => void this.#take(bytes, node).catch(onProblem))
    const stopPruning = scheduler.every(PRUNE_MS, () => {
      if (this.#board.prune(scheduler.wallMs())) this.#tellSoon()
    })
    return () => {
      disconnect()
      stopPruning()
      this.#pending?.()
      this.#pending = null
    }
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  rooms(order: LobbyOrder, filter: LobbyFilter): readonly LobbyRoom[] {
    const wallMs = this.#options.scheduler.wallMs()
    this.#board.prune(wallMs)
    const found = this.#board.posted.filter(({ card }) => matches(card, filter))
    const context = { taste: this.#taste, place: this.#place, wallMs, hour: this.#options.hour() }
    return rank(found, order, context).map((posted) => this.#view(posted))
  }

  get languages(): readonly string[] {
    return [...new Set(this.#board.posted.flatMap(({ card }) => card.language ?? []))].toSorted()
  }

  get located(): boolean {
    return this.#place !== null
  }

  async locate(): Promise<void> {
    this.#place = await this.#options.askPlace()
    this.#tellSoon()
  }

  async #take(bytes: Uint8Array, node: string): Promise<void> {
    const { reader, scheduler } = this.#options
    const decoded = await reader.decode(bytes)
    if (decoded === null || !this.#board.wants(decoded.card, scheduler.wallMs())) return
    if (!(await reader.verify(decoded))) return
    if (this.#board.put(decoded.card, node, scheduler.wallMs())) this.#tellSoon()
  }

  #tellSoon(): void {
    this.#pending ??= this.#options.scheduler.after(TELL_MS, () => {
      this.#pending = null
      this.#listeners.tell()
    })
  }

  #view({ card }: Posted): LobbyRoom {
    const { room, title, tags, mood, language, playing, listeners, place } = card
    return {
      ...{ room, title, tags, listeners, fragment: formatRoomFragment({ room }) },
      ...(mood === undefined ? {} : { mood }),
      ...(language === undefined ? {} : { language }),
      ...(playing === undefined ? {} : { playing }),
      ...(place === undefined || this.#place === null ? {} : { distanceKm: distanceKm(this.#place, place) }),
    }
  }
}
