import type { Crypto } from '../domain/crypto.ts'
import { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import type { BlobRef } from '../domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import type { Link } from '../net/link.ts'
import { Fetching } from './fetching.ts'
import { Interest } from './interest.ts'
import { verifyManifest, type Manifest } from './manifest.ts'
import { RateMeter } from './rate.ts'
import { Serving } from './serving.ts'
import type { Shelf } from './shelf.ts'
import { SwarmPeer } from './swarm-peer.ts'
import { penalties, tuning, type OnMisbehaviour } from './tuning.ts'
import { decodeMessage, type MediaMessage } from './wire.ts'

export interface SwarmParts {
  readonly shelf: Shelf
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onMisbehaviour: OnMisbehaviour
  /** The disk failed or is full: what a person should read. The blob rests until the wants change. */
  readonly onProblem: (error: StorageError) => void
  /** Blobs that must not go to make room, besides the wanted ones. */
  readonly keep: () => Iterable<BlobId>
}

/** Fetches what is wanted from all linked peers at once, and gives them what is here. */
export class Swarm {
  readonly #parts: SwarmParts
  readonly #peers = new Set<SwarmPeer>()
  /** Take one link out again, each. */
  readonly #removes = new Set<Unsubscribe>()
  readonly #interest = new Interest()
  readonly #fetching: Fetching
  readonly #serving: Serving
  readonly #in: RateMeter
  readonly #out: RateMeter
  readonly #listeners = new Set<(id: BlobId) => void>()
  readonly #stops: Unsubscribe[]
  #sentWants = ''

  constructor(parts: SwarmParts) {
    this.#parts = parts
    const { shelf, scheduler, random } = parts
    this.#fetching = new Fetching({ shelf, interest: this.#interest, peers: this.#peers, scheduler, random })
    this.#serving = new Serving(shelf, scheduler, parts.onProblem)
    this.#in = new RateMeter(scheduler)
    this.#out = new RateMeter(scheduler)
    this.#stops = [
      shelf.onChange((id) => this.#shelfChanged(id)),
      scheduler.every(tuning.tickMs, () => this.#fetching.tick()),
    ]
  }

  get inBytesPerSecond(): number {
    return this.#in.bytesPerSecond
  }
  get outBytesPerSecond(): number {
    return this.#out.bytesPerSecond
  }
  get wants(): readonly BlobRef[] {
    return this.#interest.wants
  }

  addLink(link: Link): Unsubscribe {
    const peer = new SwarmPeer(link, this.#parts.scheduler, (request) => this.#serving.answer(request), this.#out)
    this.#peers.add(peer)
    const stopMessages = peer.channel.onMessage((bytes) => this.#receive(peer, bytes))
    const remove = (): void => {
      if (!this.#peers.delete(peer)) return
      this.#removes.delete(remove)
      stopMessages()
      stopClose()
      peer.uploads.close()
      this.#serving.forget(peer)
      this.#fetching.forget(peer)
      for (const id of peer.has.keys()) this.#tell(id)
      this.#fetching.pump()
    }
    this.#removes.add(remove)
    const stopClose = link.onClose(() => queueMicrotask(remove))
    const ids = this.#interest.refs.map((ref) => ref.id)
    if (ids.length > 0) peer.send({ kind: 'want', ids })
    return remove
  }

  want(refs: readonly BlobRef[]): void {
    this.#interest.wants = refs
    this.#fetching.unblockAll()
    this.#interestChanged()
  }

  /** Names all that linked peers may be given. */
  share(ids: ReadonlySet<BlobId>): void {
    this.#serving.share(ids, this.#peers)
  }

  /** Linked people that hold some of what is missing here. */
  holders(id: BlobId): number {
    const held = this.#parts.shelf.get(id)?.held
    const useful = [...this.#peers].filter((peer) =>
      peer.has.get(id)?.some((one, piece) => one === 1 && held?.[piece] !== 1),
    )
    return new Set(useful.map((peer) => peer.link.peer)).size
  }

  /** Resolves when the piece is here, and has it fetched before all others. Rejects with AbortError. */
  async waitFor(ref: BlobRef, piece: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#parts.shelf.get(ref.id)?.held[piece] === 1) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stopWaiting = this.#interest.wait(ref, piece, (error) => (error === undefined ? resolve() : reject(error)))
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      this.#interestChanged()
      await promise
    } finally {
      signal.removeEventListener('abort', abort)
      stopWaiting()
      this.#interestChanged()
    }
  }

  moveCursor(id: BlobId, piece: number): void {
    this.#interest.moveCursor(id, piece)
  }

  onProgress(listener: (id: BlobId) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    for (const stop of this.#stops) stop()
    for (const remove of [...this.#removes]) remove()
    // Last: each link that goes looks once more what to ask of the others, and may wait with it.
    this.#fetching.close()
  }

  #interestChanged(): void {
    const ids = this.#interest.refs.map((ref) => ref.id)
    const wants = ids.toSorted().join()
    if (wants !== this.#sentWants) {
      this.#sentWants = wants
      for (const peer of this.#peers) {
        peer.send({ kind: 'want', ids })
        for (const id of peer.has.keys()) if (!this.#interest.has(id)) peer.has.delete(id)
      }
      this.#fetching.prune()
    }
    this.#fetching.pump()
  }

  #shelfChanged(id: BlobId): void {
    const holding = this.#parts.shelf.get(id)
    this.#interest.wake(id, (piece) => holding?.held[piece] === 1)
    this.#serving.changed(id, this.#peers)
    this.#tell(id)
    this.#fetching.pump()
  }

  #tell(id: BlobId): void {
    for (const listener of this.#listeners) listener(id)
  }

  #receive(peer: SwarmPeer, bytes: Uint8Array): void {
    if (!peer.bucket.take()) return this.#blame(peer, 'sends more media messages than anyone needs', penalties.flood)
    const message = decodeMessage(bytes)
    if (message === null) return this.#blame(peer, 'sent a malformed media message', penalties.malformed)
    this.#handle(peer, message)
  }

  #handle(peer: SwarmPeer, message: MediaMessage): void {
    switch (message.kind) {
      case 'want':
        return this.#serving.wanted(peer, message.ids)
      case 'have':
        return this.#heardHave(peer, message.id, message.sizeBytes, message.held)
      case 'ask-manifest':
      case 'ask': {
        const piece = message.kind === 'ask' ? message.piece : 'manifest'
        if (this.#serving.ask(peer, { id: message.id, piece })) return
        return this.#blame(peer, 'asks for more than it can use', penalties.flood)
      }
      case 'cancel':
        return peer.uploads.cancel(message.id, message.piece)
      case 'refuse':
        peer.downloads.settle(message.id, message.piece)
        peer.has.get(message.id)?.fill(0, message.piece, message.piece + 1)
        return this.#fetching.pump()
      case 'manifest':
        return void this.#heardManifest(peer, message.manifest)
      case 'piece':
        return void this.#heardPiece(peer, message.id, message.piece, message.bytes)
    }
  }

  #heardHave(peer: SwarmPeer, id: BlobId, sizeBytes: number, held: Uint8Array): void {
    // Another size than the signed record's: one of the two lies, and only a manifest could tell. Of no use here.
    if (this.#interest.get(id)?.sizeBytes !== sizeBytes) return
    peer.has.set(id, held)
    this.#tell(id)
    this.#fetching.pump()
  }

  async #heardManifest(peer: SwarmPeer, manifest: Manifest): Promise<void> {
    if (!this.#fetching.manifestCame(manifest.id, peer))
      return this.#blame(peer, 'sent a manifest nobody asked for', penalties.unsolicited)
    try {
      await this.#adopt(peer, manifest)
    } catch (error) {
      this.#rest(manifest.id, error)
    } finally {
      this.#fetching.manifestSettled(manifest.id)
    }
    this.#fetching.pump()
  }

  async #adopt(peer: SwarmPeer, manifest: Manifest): Promise<void> {
    if (!(await verifyManifest(this.#parts.crypto, manifest)))
      return this.#ban(peer, manifest.id, 'sent a false manifest')
    if (!this.#interest.has(manifest.id)) return
    const refs = this.#interest.refs
    const rank = refs.findIndex((ref) => ref.id === manifest.id)
    // What is wanted more must not go for what is wanted less.
    const keep = new Set([...this.#parts.keep(), ...refs.slice(0, rank + 1).map((ref) => ref.id)])
    await this.#parts.shelf.adopt(manifest, keep)
  }

  async #heardPiece(peer: SwarmPeer, id: BlobId, piece: number, bytes: Uint8Array): Promise<void> {
    const arrival = peer.downloads.arrive(id, piece, bytes.length)
    if (arrival === 'unasked' || arrival === 'twice') {
      return this.#blame(peer, 'sent a piece nobody asked for', penalties.unsolicited)
    }
    this.#in.add(bytes.length)
    try {
      const outcome = await this.#parts.shelf.put(id, piece, bytes)
      if (outcome === 'corrupt') this.#ban(peer, id, 'sent a corrupt piece')
      else this.#fetching.cancelElsewhere(id, piece)
    } catch (error) {
      this.#rest(id, error)
    } finally {
      peer.downloads.settle(id, piece)
    }
    this.#fetching.pump()
  }

  /** The disk would not take it: the person is told, and the blob is left alone until the wants change. */
  #rest(id: BlobId, error: unknown): void {
    if (!(error instanceof StorageError)) throw error
    this.#fetching.block(id)
    this.#interest.fail(id, error)
    this.#parts.onProblem(error)
  }

  #ban(peer: SwarmPeer, id: BlobId, why: string): void {
    peer.banned.add(id)
    peer.has.delete(id)
    peer.downloads.giveUp((asked) => asked.id === id)
    this.#blame(peer, why, penalties.corrupt)
    this.#tell(id)
    this.#fetching.pump()
  }

  #blame(peer: SwarmPeer, why: string, points: number): void {
    this.#parts.onMisbehaviour(peer.link.peer, why, points)
  }
}
