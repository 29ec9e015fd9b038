import type { PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import type { Outbox } from './outbox.ts'
import type { RoomDocument, Vector } from './room-document.ts'
import { encodeSyncMessage, type SyncMessage } from './sync-message.ts'
import { HAVE_BESIDE_GOSSIP_MS, HAVE_DELAY_MS, HAVE_TURN_MS } from './timing.ts'
import { batchPieces, encodeUpdate, pieceBytes, type Piece } from './y-update.ts'

/** `Presence.saidElsewhere` of one neighbour; undefined while nobody knows. */
export type SaidElsewhere = (author: PeerId) => boolean | undefined

export interface SyncLinkOptions {
  readonly peer: PeerId
  readonly outbox: Outbox
  /** This end hints at once what the neighbour may lack; the other end waits whether that is needed. */
  readonly hintsFirst: boolean
  readonly saidElsewhere: SaidElsewhere
}

/** One neighbour as replication sees it. */
export class SyncLink {
  readonly peer: PeerId
  readonly saidElsewhere: SaidElsewhere
  readonly #outbox: Outbox
  readonly #hintsFirst: boolean
  /** What the neighbour has, as far as it told or was sent. A lie here harms the liar only. */
  #known = new Map<number, number>()
  /** What it will be told lazily. */
  #advertise = new Map<number, number>()
  #cancelHave: Unsubscribe | null = null
  /** Local ms before which no more is served, so that asking cannot take all of the upload. */
  #serveAtMs = 0
  stateSentAtMs = -Infinity
  /** The neighbour's last word was that it gets by another way what gossip carries too: it hears gossip. */
  hearsGossip = false
  cancelServe: Unsubscribe | null = null

  constructor({ peer, outbox, hintsFirst, saidElsewhere }: SyncLinkOptions) {
    this.peer = peer
    this.saidElsewhere = saidElsewhere
    this.#outbox = outbox
    this.#hintsFirst = hintsFirst
  }

  get known(): Vector {
    return this.#known
  }

  send(message: SyncMessage): void {
    this.#outbox.send(encodeSyncMessage(message))
  }

  /** The neighbour said all that it has. */
  replaceKnown(vector: Vector): void {
    this.#known = new Map(vector)
  }

  /** The neighbour has at least this. */
  raiseKnown(vector: Vector): void {
    for (const [client, count] of vector) {
      if ((this.#known.get(client) ?? 0) >= count) continue
      if (this.#known.size < limits.vectorClients || this.#known.has(client)) this.#known.set(client, count)
    }
  }

  /** It did not deliver: it is asked no more for this client until it says again that it has some. */
  forget(client: number): void {
    this.#known.delete(client)
  }

  lacks(piece: Piece): boolean {
    return piece.clock >= (this.#known.get(piece.client) ?? 0)
  }

  close(): void {
    this.cancelServe?.()
    this.#cancelHave?.()
    this.#outbox.close()
  }

  push(pieces: readonly Piece[], as: 'push' | 'spare'): void {
    if (pieces.length === 0) return
    for (const batch of batchPieces(pieces, limits.serveUpdateBytes)) {
      this.send({ type: 'update', update: encodeUpdate(batch), as })
    }
    this.raiseKnown(reachOf(pieces))
  }

  /** Hints soon that these are here, unless the neighbour turns out to have them. */
  advertise(pieces: readonly Piece[], scheduler: Scheduler, random: Random): void {
    if (pieces.length === 0) return
    for (const [client, count] of reachOf(pieces)) this.#advertise.set(client, count)
    const turnMs = this.#hintsFirst ? 0 : HAVE_TURN_MS
    const delayMs = this.hearsGossip ? HAVE_BESIDE_GOSSIP_MS : HAVE_DELAY_MS
    this.#cancelHave ??= scheduler.after(turnMs + delayMs * (1 + random() / 2), () => {
      this.#cancelHave = null
      this.#flushHave()
    })
  }

  #flushHave(): void {
    const vector = new Map([...this.#advertise].filter(([client, count]) => (this.#known.get(client) ?? 0) < count))
    this.#advertise = new Map()
    if (vector.size > 0) this.send({ type: 'have', vector })
  }

  /** Ms until another answer may be sent. */
  serveDelayMs(nowMs: number): number {
    return Math.max(0, this.#serveAtMs - nowMs)
  }

  /** Sends what the document has beyond `vector`, up to `limits.serveBytes`; always at least one update, so that the asker knows the end. */
  serve(vector: Vector, document: RoomDocument, nowMs: number): void {
    const pieces: Piece[] = []
    let bytes = 0
    let more = false
    for (const piece of allFrom(vector, document)) {
      bytes += pieceBytes(piece)
      if (bytes > limits.serveBytes && pieces.length > 0) {
        more = true
        break
      }
      pieces.push(piece)
    }
    const batches = [...batchPieces(pieces, limits.serveUpdateBytes)]
    if (batches.length === 0) batches.push([])
    batches.forEach((batch, i) => {
      const last = i === batches.length - 1
      this.send({ type: 'update', update: encodeUpdate(batch), as: !last ? 'part' : more ? 'cut' : 'end' })
    })
    this.raiseKnown(reachOf(pieces))
    this.#serveAtMs = nowMs + (bytes / limits.serveBytesPerSecond) * 1000
  }
}

const reachOf = (pieces: readonly Piece[]): Vector => new Map(pieces.map((piece) => [piece.client, piece.clock + 1]))

function* allFrom(vector: Vector, document: RoomDocument): Generator<Piece> {
  for (const [client, from] of vector) yield* document.piecesFrom(client, from)
}
