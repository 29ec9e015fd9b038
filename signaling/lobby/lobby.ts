import { LobbyBoard } from '../../src/domain/lobby/board.ts'
import { rank } from '../../src/domain/lobby/rank.ts'
import type { Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { CardReader } from '../../src/replica/card-codec.ts'
import { nodeCrypto } from '../node-crypto.ts'

/** Whether a card is passed on, dropped without blame, or of a kind that no honest member sends. */
export type CardVerdict = 'accept' | 'ignore' | 'reject'

/** How often what has expired is let go, ms. */
const PRUNE_MS = 10_000

/** Who wants to know of cards. */
export type CardListener = (bytes: Uint8Array) => void

/** The open rooms that this node has heard of, in memory and for as long as their cards stand. Which of them matter is up to each browser. */
export class Lobby {
  readonly #scheduler: Scheduler
  readonly #board = new LobbyBoard()
  readonly #reader = new CardReader(nodeCrypto)
  /** The bytes of each card that stands, by its room. */
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #listeners = new Set<CardListener>()
  readonly #stop: Unsubscribe
  /** Passes what clients bring on to other nodes. */
  onCard: CardListener = () => {}

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
    this.#stop = scheduler.every(PRUNE_MS, () => {
      if (this.#board.prune(scheduler.wallMs())) this.#forget()
    })
  }

  /** Open rooms that stand. */
  get rooms(): number {
    return this.#board.posted.length
  }

  /** All that stand, such that the first of them are of many founders and sources. */
  cards(): readonly Uint8Array[] {
    const wallMs = this.#scheduler.wallMs()
    const ranked = rank(this.#board.posted, 'trending', { taste: new Map(), place: null, wallMs, hour: 0 })
    return ranked.flatMap(({ card }) => this.#bytes.get(card.room) ?? [])
  }

  listen(listener: CardListener): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Judges a card of a client; what is new is told to all who listen and to other nodes. */
  async post(bytes: Uint8Array, source: string): Promise<CardVerdict> {
    const verdict = await this.hear(bytes, source)
    if (verdict === 'accept') this.onCard(bytes)
    return verdict
  }

  /** Judges a card that another node or a gossiping peer brought. */
  async hear(bytes: Uint8Array, source: string): Promise<CardVerdict> {
    const decoded = await this.#reader.decode(bytes)
    if (decoded === null) return 'reject'
    if (!this.#board.wants(decoded.card, this.#scheduler.wallMs())) return 'ignore'
    if (!(await this.#reader.verify(decoded))) return 'reject'
    if (!this.#board.put(decoded.card, source, this.#scheduler.wallMs())) return 'ignore'
    this.#bytes.set(decoded.card.room, bytes)
    this.#forget()
    for (const listener of this.#listeners) listener(bytes)
    return 'accept'
  }

  close(): void {
    this.#stop()
  }

  #forget(): void {
    const standing = new Set<string>(this.#board.posted.map(({ card }) => card.room))
    for (const room of this.#bytes.keys()) if (!standing.has(room)) this.#bytes.delete(room)
  }
}
