import { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { pieceCount, pieceLength } from './manifest.ts'
import type { Holding } from './holding.ts'
import type { Shelf } from './shelf.ts'
import type { SwarmPeer } from './swarm-peer.ts'
import { tuning } from './tuning.ts'
import type { Request } from './uploads.ts'
import type { MediaMessage } from './wire.ts'

/** Gives to others what is here, also while it is still coming in: any verified piece. */
export class Serving {
  readonly #shelf: Shelf
  readonly #scheduler: Scheduler
  readonly #onProblem: (error: StorageError) => void
  readonly #gossip = new Map<SwarmPeer, Unsubscribe>()
  #shared: ReadonlySet<BlobId> = new Set()

  constructor(shelf: Shelf, scheduler: Scheduler, onProblem: (error: StorageError) => void) {
    this.#shelf = shelf
    this.#scheduler = scheduler
    this.#onProblem = onProblem
  }

  /** What may be given, and even be known of: the device may hold blobs of other rooms, private ones too. */
  share(ids: ReadonlySet<BlobId>, peers: ReadonlySet<SwarmPeer>): void {
    const fresh = [...ids].filter((id) => !this.#shared.has(id))
    this.#shared = ids
    for (const id of fresh) this.changed(id, peers)
  }

  /** They say what they are after: they hear at once what we have of it. */
  wanted(peer: SwarmPeer, ids: readonly BlobId[]): void {
    const news = ids.filter((id) => !peer.wants.has(id))
    peer.wants = new Set(ids)
    for (const id of news) this.#tellHave(peer, id)
  }

  /** Something of a blob has come: those who are after it hear of it soon, many pieces in one message. */
  changed(id: BlobId, peers: ReadonlySet<SwarmPeer>): void {
    for (const peer of peers) {
      if (!peer.wants.has(id)) continue
      peer.stale.add(id)
      if (this.#gossip.has(peer)) continue
      this.#gossip.set(
        peer,
        this.#scheduler.after(tuning.haveMs, () => this.#flush(peer)),
      )
    }
  }

  forget(peer: SwarmPeer): void {
    this.#gossip.get(peer)?.()
    this.#gossip.delete(peer)
  }

  /** Queues a request. False when it is one too many: waiting ones, or copies of the same blob. */
  ask(peer: SwarmPeer, request: Request): boolean {
    const holding = this.#holding(request.id)
    const given = peer.given.get(request.id) ?? 0
    if (holding !== undefined) {
      if (given >= limits.mediaCopiesPerLink * (pieceCount(holding.manifest.sizeBytes) + 1)) return false
      peer.given.set(request.id, given + 1)
    }
    return peer.uploads.add(request)
  }

  async answer({ id, piece }: Request): Promise<MediaMessage | null> {
    const holding = this.#holding(id)
    if (holding === undefined) return null
    if (piece === 'manifest') return { kind: 'manifest', manifest: holding.manifest }
    if (holding.held[piece] !== 1) return null
    const start = piece * limits.pieceBytes
    try {
      const bytes = await this.#shelf.read(id, start, start + pieceLength(holding.manifest.sizeBytes, piece))
      return bytes === null ? null : { kind: 'piece', id, piece, bytes }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#onProblem(error)
      return null
    }
  }

  #holding(id: BlobId): Holding | undefined {
    return this.#shared.has(id) ? this.#shelf.get(id) : undefined
  }

  #flush(peer: SwarmPeer): void {
    this.#gossip.delete(peer)
    for (const id of peer.stale) if (peer.wants.has(id)) this.#tellHave(peer, id)
    peer.stale.clear()
  }

  #tellHave(peer: SwarmPeer, id: BlobId): void {
    const holding = this.#holding(id)
    if (holding === undefined || holding.heldBytes === 0) return
    peer.send({ kind: 'have', id, sizeBytes: holding.manifest.sizeBytes, held: holding.held })
  }
}
