import type { PeerId, RoomId } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Card } from './card.ts'

/** A card on a board. */
export interface Posted {
  readonly card: Card
  /** By whom it came: at a node an address or another node, in a browser the node. */
  readonly source: string
  /** Listeners when the room was seen first here. */
  readonly firstListeners: number
}

/**
 * The cards that stand at an instant; pure, the time is handed in. One card per room, few rooms per founder, and when all places are taken
 * the loudest source gives one up, so that neither a room, nor a founder, nor a source crowds out the rest.
 */
export class LobbyBoard {
  readonly #posted = new Map<RoomId, Posted>()
  readonly #places: number

  constructor(places: number = limits.lobbyCards) {
    this.#places = places
  }

  /** Cards that stand, in no order that means anything. */
  get posted(): readonly Posted[] {
    return [...this.#posted.values()]
  }

  /** Whether a card would change anything: asked before its signatures are verified. */
  wants(card: Card, wallMs: number): boolean {
    const held = this.#posted.get(card.room)?.card
    if (!isInTime(card, wallMs)) return false
    return held === undefined ? !card.ended : supersedes(card, held, wallMs)
  }

  /** Takes a verified card; false when it changes nothing. */
  put(card: Card, source: string, wallMs: number): boolean {
    this.prune(wallMs)
    if (!this.wants(card, wallMs)) return false
    const held = this.#posted.get(card.room)
    this.#posted.delete(card.room)
    if (card.ended) return true
    const ofFounder = this.posted.filter((each) => each.card.founder === card.founder)
    if (held === undefined && ofFounder.length >= limits.lobbyRoomsPerFounder) this.#drop(oldest(ofFounder))
    this.#posted.set(card.room, { card, source, firstListeners: held?.firstListeners ?? card.listeners })
    if (this.#posted.size > this.#places) this.#drop(oldest(loudest(this.posted)))
    return this.#posted.has(card.room)
  }

  /** Lets go of what has expired; the result tells whether there was any. */
  prune(wallMs: number): boolean {
    const gone = this.posted.filter(({ card }) => !isInTime(card, wallMs))
    for (const posted of gone) this.#drop(posted)
    return gone.length > 0
  }

  #drop({ card }: Posted): void {
    this.#posted.delete(card.room)
  }
}

/** Written a short while ago; not so far ahead that it would stand for long. */
const isInTime = ({ atMs }: Card, wallMs: number): boolean =>
  atMs > wallMs - limits.cardLifeMs && atMs <= wallMs + limits.cardAheadMs

/**
 * Of two cards of one room: of one author the later counts. The founder's comes before others'. Somebody else's takes the place of one that was
 * not repeated in its time, and cannot end what others say is going on.
 */
export function supersedes(card: Card, held: Card, wallMs: number): boolean {
  if (card.author === held.author) return card.atMs > held.atMs
  if (card.author === card.founder) return true
  return !card.ended && wallMs > held.atMs + 1.5 * limits.cardPeriodMs
}

/** The cards of the source that has most. */
function loudest(posted: readonly Posted[]): readonly Posted[] {
  const bySource = Map.groupBy(posted, ({ source }) => source)
  return [...bySource.values()].reduce((most, each) => (each.length > most.length ? each : most))
}

const oldest = (posted: readonly Posted[]): Posted =>
  posted.reduce((first, each) => (each.card.atMs < first.card.atMs ? each : first))

/** Founder of a card, as a name to count by. */
export const founderOf = ({ card }: Posted): PeerId => card.founder
