import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { BlobRef } from '../domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { TokenBucket } from '../domain/token-bucket.ts'
import type { Interest } from './interest.ts'
import { pieceCount } from './manifest.ts'
import { pickRarest, pickSequential } from './pick.ts'
import { isComplete, type Holding } from './holding.ts'
import type { Shelf } from './shelf.ts'
import type { SwarmPeer } from './swarm-peer.ts'
import { tuning } from './tuning.ts'

interface FetchingParts {
  readonly shelf: Shelf
  readonly interest: Interest
  readonly peers: ReadonlySet<SwarmPeer>
  readonly scheduler: Scheduler
  readonly random: Random
}

/** Decides who is asked for what. All events end in `pump`, which brings the asked pieces in line with what is wanted. */
export class Fetching {
  readonly #parts: FetchingParts
  readonly #manifestAsks = new Map<BlobId, { readonly peer: SwarmPeer; readonly atMs: number }>()
  /** Blobs whose manifest has come and is being verified and given room. */
  readonly #verifying = new Set<BlobId>()
  /** Blobs that found no room here; tried again when the wants change. */
  readonly #blocked = new Set<BlobId>()
  /** For what nobody waits for, bytes. */
  readonly #allowance: TokenBucket
  #stopPausing: Unsubscribe | null = null

  constructor(parts: FetchingParts) {
    this.#parts = parts
    this.#allowance = new TokenBucket(parts.scheduler, tuning.calmBytesPerSecond, tuning.calmBurstBytes)
  }

  close(): void {
    this.#stopPausing?.()
  }

  block(id: BlobId): void {
    this.#blocked.add(id)
  }

  unblockAll(): void {
    this.#blocked.clear()
  }

  isBlocked(id: BlobId): boolean {
    return this.#blocked.has(id)
  }

  /** Takes note of a manifest's arrival; false when this link was not asked for it. */
  manifestCame(id: BlobId, from: SwarmPeer): boolean {
    if (this.#manifestAsks.get(id)?.peer !== from) return false
    this.#manifestAsks.delete(id)
    this.#verifying.add(id)
    return true
  }

  /** The manifest that came was taken or refused. */
  manifestSettled(id: BlobId): void {
    this.#verifying.delete(id)
  }

  /** Forgets a link that has closed; what it owed is free for others. */
  forget(peer: SwarmPeer): void {
    for (const [id, ask] of this.#manifestAsks) if (ask.peer === peer) this.#manifestAsks.delete(id)
  }

  /** Finds stalls and gives up what nobody is after any more, then pumps. */
  tick(): void {
    for (const peer of this.#parts.peers) {
      if (!peer.downloads.stalled) continue
      this.#cancel(peer, () => true)
      peer.downloads.rest()
    }
    this.pump()
  }

  /** Takes back what is no longer wanted. */
  prune(): void {
    for (const peer of this.#parts.peers) this.#cancel(peer, ({ id }) => !this.#parts.interest.has(id))
    for (const id of this.#manifestAsks.keys()) if (!this.#parts.interest.has(id)) this.#manifestAsks.delete(id)
  }

  /** The piece has come from one link: the others need not send it. */
  cancelElsewhere(id: BlobId, piece: number): void {
    for (const peer of this.#parts.peers) this.#cancel(peer, (asked) => asked.id === id && asked.piece === piece)
  }

  pump(): void {
    const { interest, peers, shelf } = this.#parts
    const refs = interest.refs.filter((ref) => !this.#blocked.has(ref.id))
    for (const ref of refs) {
      if (shelf.get(ref.id) === undefined && !this.#verifying.has(ref.id)) this.#askManifest(ref)
    }
    // One piece each in turn, the quickest link first, so that the load spreads and what is urgent comes soonest.
    for (let asked = true; asked;) {
      asked = false
      const ready = [...peers].filter((peer) => peer.downloads.room > -tuning.urgentExtra)
      ready.sort((a, b) => a.downloads.delaySeconds - b.downloads.delaySeconds)
      for (const peer of ready) if (this.#askPiece(peer, refs)) asked = true
    }
  }

  #cancel(peer: SwarmPeer, which: Parameters<SwarmPeer['downloads']['giveUp']>[0]): void {
    for (const { id, piece } of peer.downloads.giveUp(which)) peer.send({ kind: 'cancel', id, piece })
  }

  #askManifest(ref: BlobRef): void {
    const pending = this.#manifestAsks.get(ref.id)
    const now = this.#parts.scheduler.nowMs()
    if (pending !== undefined && now - pending.atMs < tuning.manifestMs) return
    const holders = [...this.#parts.peers].filter((peer) => peer.has.has(ref.id) && !peer.banned.has(ref.id))
    const others = holders.filter((peer) => peer !== pending?.peer)
    const candidates = others.length > 0 ? others : holders
    const peer = candidates[Math.floor(this.#parts.random() * candidates.length)]
    if (peer !== undefined && peer.send({ kind: 'ask-manifest', id: ref.id })) {
      this.#manifestAsks.set(ref.id, { peer, atMs: now })
    }
  }

  #askPiece(peer: SwarmPeer, refs: readonly BlobRef[]): boolean {
    for (const [rank, ref] of refs.entries()) {
      const holding = this.#parts.shelf.get(ref.id)
      if (holding === undefined || isComplete(holding) || holding.manifest.sizeBytes !== ref.sizeBytes) continue
      const piece = this.#pick(peer, ref.id, holding, rank < tuning.sequentialBlobs)
      if (piece === null) continue
      if (!peer.send({ kind: 'ask', id: ref.id, piece })) return false
      peer.downloads.add(ref.id, piece)
      return true
    }
    return false
  }

  #pick(peer: SwarmPeer, id: BlobId, holding: Holding, inOrder: boolean): number | null {
    const { interest, peers, random } = this.#parts
    const theirs = peer.has.get(id)
    if (theirs?.length !== pieceCount(holding.manifest.sizeBytes) || peer.banned.has(id)) return null
    const others = [...peers].filter((other) => other !== peer)
    const leaveToOthers = (piece: number): boolean =>
      peer.downloads.resting && others.some((other) => !other.downloads.resting && other.holds(id, piece))
    const urgent = interest
      .urgent(id)
      .find(
        (piece) =>
          holding.held[piece] === 0 && theirs[piece] === 1 && !leaveToOthers(piece) && this.#mayDouble(peer, id, piece),
      )
    if (urgent !== undefined) return urgent
    // While it pauses there is nothing to look for: of a large field that alone takes its time.
    if (peer.downloads.room <= 0 || this.#stopPausing !== null) return null
    const taken = (piece: number): boolean =>
      leaveToOthers(piece) || [...peers].some((other) => other.downloads.get(id, piece) !== undefined)
    const field = { held: holding.held, theirs, taken }
    const sequential = inOrder || interest.urgent(id).length > 0
    const next = sequential
      ? pickSequential(field, interest.cursor(id))
      : pickRarest(
          field,
          [...peers].map((other) => other.has.get(id)).filter((held) => held !== undefined),
          random,
        )
    if (next === null || this.#allowance.take(limits.pieceBytes)) return next
    this.#pause()
    return null
  }

  /** Nobody waits for the next piece, and a link that brought all at its full speed would take the processor from the sound. */
  #pause(): void {
    this.#stopPausing ??= this.#parts.scheduler.after((1000 * limits.pieceBytes) / tuning.calmBytesPerSecond, () => {
      this.#stopPausing = null
      this.pump()
    })
  }

  /** Whether an urgent piece may be asked of this link: nobody has been asked yet, or one other, who is late. */
  #mayDouble(peer: SwarmPeer, id: BlobId, piece: number): boolean {
    if (peer.downloads.get(id, piece) !== undefined) return false
    const asks = [...this.#parts.peers].flatMap((other) => other.downloads.get(id, piece) ?? [])
    const [first] = asks
    if (first === undefined) return true
    const lateMs = this.#parts.scheduler.nowMs() - first.askedAtMs
    return asks.length === 1 && !first.arrived && lateMs >= tuning.doubleMs
  }
}
