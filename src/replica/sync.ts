import type { PeerId } from '../domain/ids.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { equalBytes } from './bytes.ts'
import { BroadcastTree } from './broadcast-tree.ts'
import { compareHashes, headsOf } from './fork-search.ts'
import type { Gate, GateResult } from './gate.ts'
import type { GossipLine } from './gossip-line.ts'
import type { Verdict } from './port.ts'
import type { ForkProof } from './proof.ts'
import { PullPlan } from './pull-plan.ts'
import { sameVector, type CheckedPiece, type RoomDocument, type Vector } from './room-document.ts'
import type { Seal } from './seal.ts'
import { spread } from './spread.ts'
import { decodeSyncMessage, encodeSyncMessage, type SyncMessage } from './sync-message.ts'
import type { SyncLink } from './sync-link.ts'
import { ANTI_ENTROPY_MS, GRAFT_AFTER_MS, STATE_REPLY_MS } from './timing.ts'
import { encodeUpdate, pieceBytes, type Piece } from './y-update.ts'

/** Records that came by `want` are pushed on when they are few, else only advertised, so that receivers set the pace. */
const PUSH_ON_BYTES = 64 * 1024
/** Proofs in answer to one message. */
const PROOFS = 50

type AcceptedUpdate = Extract<GateResult, { kind: 'accepted' }>

/** What synchronisation asks of the replica that owns it. */
export interface SyncHost {
  readonly document: RoomDocument
  readonly gate: Gate
  readonly recordSeal: Seal
  /** Applies, stores and tells: the pieces were examined. Resolves with what was new. */
  accept(pieces: readonly CheckedPiece[]): Promise<readonly Piece[]>
  /** True when the proof is valid and new; it is stored then. Null when it proves nothing. */
  acceptProof(proof: ForkProof): Promise<boolean | null>
  refuse(peer: PeerId, why: string): void
}

/** Replication among neighbours: a broadcast tree for what is new, vectors with a random neighbour for what was missed. */
export class Sync {
  readonly #host: SyncHost
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #tree = new BroadcastTree<SyncLink, number>((link, client) => this.#saidElsewhere(link, client))
  readonly #pulls: PullPlan
  readonly #stopTimer: Unsubscribe
  readonly #gossip = new Set<GossipLine>()
  #cancelGraft: Unsubscribe | null = null
  #cancelCatchUp: Unsubscribe | null = null

  constructor(host: SyncHost, scheduler: Scheduler, random: Random) {
    this.#host = host
    this.#scheduler = scheduler
    this.#random = random
    this.#pulls = new PullPlan(host.document, scheduler)
    this.#stopTimer = scheduler.every(ANTI_ENTROPY_MS, () => this.#compareWithOne())
  }

  add(link: SyncLink): void {
    this.#tree.add(link)
    void this.#sendState(link, false)
  }

  remove(link: SyncLink): void {
    this.#tree.remove(link)
    this.#pulls.release(link)
    this.#pull(false)
  }

  close(): void {
    this.#stopTimer()
    this.#cancelGraft?.()
    this.#cancelCatchUp?.()
    this.#pulls.close()
  }

  /** Sends records of one's own to everyone. */
  publish(pieces: readonly Piece[]): void {
    for (const { client } of pieces) this.#tree.originate(client)
    this.#spread(pieces, null, true)
    const message = encodeSyncMessage({ type: 'update', update: encodeUpdate(pieces), as: 'push' })
    for (const line of this.#gossip) line.outbox.send(message)
  }

  addGossip(line: GossipLine): void {
    this.#gossip.add(line)
  }

  removeGossip(line: GossipLine): void {
    this.#gossip.delete(line)
    this.#tree.loseGossip()
    if (this.#gossip.size === 0) for (const link of this.#tree.links) link.hearsGossip = false
  }

  /** One message of somebody's gossip, already opened: new records, and nothing else. Links get them too, unless gossip is faster there. */
  async receiveGossip(bytes: Uint8Array): Promise<Verdict> {
    const message = decodeSyncMessage(bytes)
    if (message?.type !== 'update' || message.as !== 'push') return 'reject'
    const result = await this.#host.gate.examine(message.update)
    if (result.kind === 'refused') return 'reject'
    for (const proof of result.forks) await this.#takeProof(proof, null)
    const added = await this.#host.accept(result.pieces)
    for (const { client } of added) this.#tree.cameByGossip(client)
    this.#spread(added, null, true)
    // What came before these records is missing here; gossip will not bring it, a neighbour does.
    if (result.behind.length > 0)
      this.#cancelCatchUp ??= this.#scheduler.after(GRAFT_AFTER_MS, () => {
        this.#cancelCatchUp = null
        this.#compareWithOne()
      })
    return 'accept'
  }

  /** An update from a copy that is kept elsewhere: used whole, and offered to neighbours, or refused. */
  async receiveCopy(update: Uint8Array): Promise<boolean> {
    const result = await this.#host.gate.examine(update)
    if (result.kind === 'refused') return false
    for (const proof of result.forks) await this.#takeProof(proof, null)
    this.#spread(await this.#host.accept(result.pieces), null, false)
    return true
  }

  /** One message of a neighbour, already opened. Resolves when it has had its effect. */
  async receive(link: SyncLink, bytes: Uint8Array): Promise<void> {
    const message = decodeSyncMessage(bytes)
    if (message === null) this.#host.refuse(link.peer, 'malformed message')
    else if (this.#tree.has(link)) await this.#on(link, message)
  }

  async #on(link: SyncLink, message: SyncMessage): Promise<void> {
    switch (message.type) {
      case 'state':
        return this.#onState(link, message)
      case 'heads':
        return this.#onHeads(link, message)
      case 'hashes': {
        const piece = compareHashes(this.#host.document, message.client, message.hashes)
        if (piece !== null) link.send({ type: 'update', update: encodeUpdate([piece]), as: 'part' })
        return
      }
      case 'update':
        return this.#onUpdate(link, message)
      case 'have':
        link.raiseKnown(message.vector)
        this.#cancelGraft ??= this.#scheduler.after(GRAFT_AFTER_MS, () => {
          this.#cancelGraft = null
          this.#pull(true)
        })
        return
      case 'want':
        if (message.graft) {
          link.hearsGossip = false
          this.#tree.grafted(link, message.vector.keys())
        }
        return this.#serve(link, message.vector)
      case 'prune':
        link.hearsGossip = this.#gossip.size > 0
        return this.#tree.pruned(link, message.clients)
      case 'proof':
        return this.#onProof(link, message)
    }
  }

  async #onState(link: SyncLink, { vector, digest, ask }: Extract<SyncMessage, { type: 'state' }>): Promise<void> {
    const { document } = this.#host
    link.replaceKnown(vector)
    const ignorant = [...vector].filter(([client, count]) => count > document.voidFrom(client))
    await this.#sendProofs(
      link,
      ignorant.map(([client]) => client),
    )
    this.#pull(false)
    if (ask && this.#scheduler.nowMs() - link.stateSentAtMs >= STATE_REPLY_MS) await this.#sendState(link, false)
    if (sameVector(vector, document.vector()) && digest !== (await document.digest())) {
      link.send({ type: 'heads', ...(await headsOf(document)), ask: true })
    }
  }

  async #onHeads(link: SyncLink, { heads, voids, ask }: Extract<SyncMessage, { type: 'heads' }>): Promise<void> {
    const { document } = this.#host
    const ignorant = [...document.voids()].filter(([client, clock]) => clock < (voids.get(client) ?? Infinity))
    await this.#sendProofs(
      link,
      ignorant.map(([client]) => client),
    )
    for (const [client, count, digest] of heads) {
      if (count === 0 || document.counted(client) !== count) continue
      if (equalBytes(digest, await document.clientDigest(client))) continue
      // One client at a time: the proof it leads to changes the digests, and the next comparison finds the next.
      link.send({ type: 'hashes', client, hashes: document.hashesOf(client) })
      break
    }
    if (ask) link.send({ type: 'heads', ...(await headsOf(document)), ask: false })
  }

  async #onUpdate(link: SyncLink, { update, as }: Extract<SyncMessage, { type: 'update' }>): Promise<void> {
    const result = await this.#host.gate.examine(update)
    if (result.kind === 'refused') {
      this.#pulls.release(link)
      this.#host.refuse(link.peer, result.why)
      return
    }
    link.raiseKnown(result.reach)
    this.#pulls.ignore(result.overfull)
    for (const proof of result.forks) await this.#takeProof(proof, null)
    await this.#sendProofs(link, result.voided)
    const added = await this.#host.accept(result.pieces)
    this.#spread(added, link, as === 'push' || sizeOf(added) <= PUSH_ON_BYTES)
    if (as === 'push') this.#shapeTree(link, added, result)
    // A cut answer with nothing new would be asked for again for ever.
    else if (as !== 'part') this.#pulls.answered(link, as === 'end' || added.length === 0)
    if (as === 'cut' || as === 'end' || result.behind.length > 0) this.#pull(false)
  }

  /** Tells a neighbour to push no more of what comes by another way too. */
  #shapeTree(link: SyncLink, added: readonly Piece[], { reach, behind }: AcceptedUpdate): void {
    const fresh = new Set(added.map((piece) => piece.client))
    const clients = [...reach.keys()].filter(
      (client) => !behind.includes(client) && this.#tree.cameBy(link, client, fresh.has(client)),
    )
    if (clients.length > 0) link.send({ type: 'prune', clients })
  }

  async #onProof(link: SyncLink, { a, b }: Extract<SyncMessage, { type: 'proof' }>): Promise<void> {
    const { recordSeal } = this.#host
    const plainA = await recordSeal.open(a)
    const plainB = await recordSeal.open(b)
    const valid = plainA !== null && plainB !== null && (await this.#takeProof({ a: plainA, b: plainB }, link))
    if (!valid) this.#host.refuse(link.peer, 'false proof')
  }

  /** Stores a proof and passes it on when it is new. False when it proves nothing. */
  async #takeProof(proof: ForkProof, from: SyncLink | null): Promise<boolean> {
    const isNew = await this.#host.acceptProof(proof)
    if (isNew === null) return false
    if (isNew) for (const link of this.#tree.links) if (link !== from) await this.#sendProof(link, proof)
    return true
  }

  async #sendProofs(link: SyncLink, clients: readonly number[]): Promise<void> {
    for (const client of clients.slice(0, PROOFS)) {
      const proof = this.#host.document.proofAgainst(client)
      if (proof !== undefined) await this.#sendProof(link, proof)
    }
  }

  async #sendProof(link: SyncLink, { a, b }: ForkProof): Promise<void> {
    const { recordSeal } = this.#host
    link.send({ type: 'proof', a: await recordSeal.seal(a), b: await recordSeal.seal(b) })
  }

  async #sendState(link: SyncLink, ask: boolean): Promise<void> {
    link.stateSentAtMs = this.#scheduler.nowMs()
    const { document } = this.#host
    const digest = await document.digest()
    link.send({ type: 'state', vector: document.vector(), digest, ask })
  }

  #compareWithOne(): void {
    const { links } = this.#tree
    const link = links[Math.floor(this.#random() * links.length)]
    if (link !== undefined) void this.#sendState(link, true)
    this.#pull(false)
  }

  #serve(link: SyncLink, vector: Vector): void {
    // One answer waits at most, the latest asked for.
    link.cancelServe?.()
    link.cancelServe = null
    const delayMs = link.serveDelayMs(this.#scheduler.nowMs())
    const serve = () => link.serve(vector, this.#host.document, this.#scheduler.nowMs())
    if (delayMs === 0) serve()
    else link.cancelServe = this.#scheduler.after(delayMs, serve)
  }

  #spread(pieces: readonly Piece[], from: SyncLink | null, push: boolean): void {
    const context = { tree: this.#tree, scheduler: this.#scheduler, random: this.#random }
    if (pieces.length > 0) spread(pieces, from, push, context)
  }

  /** Heartbeats teach presence the ways of everyone here, before they first write and while links come and go: records go the same ways. */
  #saidElsewhere(link: SyncLink, client: number): boolean | undefined {
    const author = this.#host.document.recordAt(client, 0)?.author
    const known = author === undefined ? undefined : link.saidElsewhere(author)
    return known ?? (link.hearsGossip ? true : undefined)
  }

  /** Asks neighbours for what they have and this replica lacks; nothing is asked of two at once. */
  #pull(graft: boolean): void {
    for (const [link, vector] of this.#pulls.plan(this.#tree.links, () => this.#pull(false))) {
      if (graft) for (const client of vector.keys()) this.#tree.adopt(link, client)
      link.send({ type: 'want', vector, graft })
    }
  }
}

const sizeOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + pieceBytes(piece), 0)
