import type * as Y from 'yjs'
import type { RoomAddress } from '../domain/address.ts'
import { LimitError } from '../domain/errors.ts'
import type { PeerId, RecordHash } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { bodyProblem, mapOfKind } from '../domain/record-schema.ts'
import type { RecordBodies, VerifiedRecord } from '../domain/record.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import { uint32From } from './bytes.ts'
import { createClientDerivation, type DeriveClient } from './client-id.ts'
import { Gate } from './gate.ts'
import { createGenesis } from './genesis.ts'
import { GossipLine } from './gossip-line.ts'
import { IngressQueue } from './ingress-queue.ts'
import { Keeper } from './keeper.ts'
import { loadKept } from './load.ts'
import type { FoundOptions, OpenOptions, ReplicaContext, WritableKind } from './options.ts'
import { Outbox } from './outbox.ts'
import { Listeners } from '../domain/listeners.ts'
import { FLOOD_POINTS, REFUSED_POINTS, type MisbehaviourListener } from './misbehaviour.ts'
import type { BroadcastPort, MessagePort } from './port.ts'
import { verifyFork, type ForkProof } from './proof.ts'
import { decodeRecord, hashRecord, signRecord } from './record-codec.ts'
import { RoomCopy } from './room-copy.ts'
import { RoomDocument, type CheckedPiece } from './room-document.ts'
import { createSeal, type Seal } from './seal.ts'
import { Sync, type SyncHost } from './sync.ts'
import { SyncLink, type SaidElsewhere } from './sync-link.ts'
import type { Piece } from './y-update.ts'

type Seals = Readonly<Record<'record' | 'sync', Seal>>

/** One room's records on this device: keeps them, writes one's own, and makes them the same everywhere. */
export class Replica {
  readonly address: RoomAddress
  /** Resolves when the kept records are loaded; links may be connected and records written before. Rejects with StorageError. */
  readonly ready: Promise<void>
  /** For whoever keeps a copy of the room elsewhere. */
  readonly copy: RoomCopy
  readonly #context: ReplicaContext
  readonly #session: number
  readonly #derive: DeriveClient
  readonly #document: RoomDocument
  readonly #seals: Seals
  readonly #gate: Gate
  readonly #keeper: Keeper
  readonly #sync: Sync
  readonly #queue: IngressQueue<SyncLink | GossipLine>
  readonly #onRecords = new Listeners<[records: readonly VerifiedRecord[]]>()
  readonly #onVoided = new Listeners<[hashes: readonly RecordHash[]]>()
  readonly #onMisbehaviour = new Listeners<Parameters<MisbehaviourListener>>()
  readonly #disconnects = new Map<SyncLink | GossipLine, Unsubscribe>()
  #writes: Promise<unknown>
  #closed = false

  private constructor(options: OpenOptions, seals: Seals) {
    this.address = options.address
    this.#context = options
    this.#session = uint32From(options.crypto.randomBytes(4))
    this.#derive = createClientDerivation(options.crypto)
    this.#document = new RoomDocument(options.crypto)
    this.#seals = seals
    this.#gate = new Gate(options.address.room, options.crypto, this.#derive, seals.record, this.#document)
    this.#keeper = new Keeper(options.store, this.#document, seals.record)
    this.#sync = new Sync(this.#syncHost(), options.scheduler, options.random)
    const takeIn = (update: Uint8Array) => this.#sync.receiveCopy(update)
    this.copy = new RoomCopy(this.#document, seals.record, options.crypto, takeIn)
    this.#queue = new IngressQueue(
      (sender, message) => (sender instanceof GossipLine ? sender.handle(message) : this.#receive(sender, message)),
      (error) => this.#problem(error),
    )
    this.ready = this.#load()
    this.#writes = this.ready
    // Told by `ready` itself to those who await it.
    this.#writes.catch(() => undefined)
  }

  /** Opens a room that this device may or may not know yet. */
  static async open(options: OpenOptions): Promise<Replica> {
    const seal = (purpose: 'record' | 'sync') => createSeal(options.address, purpose, options.crypto)
    return new Replica(options, { record: await seal('record'), sync: await seal('sync') })
  }

  /** Starts a new room: its genesis, which names it, and its charter. @throws LimitError for a name that cannot be. */
  static async found(options: FoundOptions): Promise<{ readonly address: RoomAddress; readonly replica: Replica }> {
    const { signer, crypto, visibility, name, control } = options
    const problem = bodyProblem('charter', { name, control })
    if (problem !== null) throw new LimitError(`The room cannot be started: ${problem}.`)
    const { bytes, address } = await createGenesis(visibility, options.roomNow(), signer, crypto)
    const replica = await Replica.open({ ...options, address, store: options.storeFor(address.room) })
    await replica.ready
    await replica.#takeOwn(bytes)
    await replica.write('charter', { name, control })
    return { address, replica }
  }

  /** All records that count, by hash. The same map for the replica's life; it changes before listeners are told. */
  get records(): ReadonlyMap<RecordHash, VerifiedRecord> {
    return this.#document.records
  }

  /** The Yjs document, for reading. */
  get doc(): Y.Doc {
    return this.#document.doc
  }

  /** False until the room's first record has come: nothing is known of the room but its id. */
  get hasGenesis(): boolean {
    return this.#document.records.has(this.address.room as string as RecordHash)
  }

  /** Called with each batch of new records, after `records` has them. */
  onRecords(listener: (records: readonly VerifiedRecord[]) => void): Unsubscribe {
    return this.#onRecords.add(listener)
  }

  /** Called, rarely, when records that were told count no more: their author was proven to have signed two histories. Fold `records` anew. */
  onVoided(listener: (hashes: readonly RecordHash[]) => void): Unsubscribe {
    return this.#onVoided.add(listener)
  }

  /** Called when a peer sent what no honest peer sends; whoever counts the points closes its links in the end. */
  onMisbehaviour(listener: MisbehaviourListener): Unsubscribe {
    return this.#onMisbehaviour.add(listener)
  }

  /**
   * Signs, keeps and sends a record, in this order. Works without links: they get it later.
   * @throws LimitError when the body is not within limits; StorageError when it cannot be kept (it is not sent then).
   */
  write<K extends WritableKind>(kind: K, body: RecordBodies[K]): Promise<VerifiedRecord> {
    // One at a time: the Yjs clock is inside the signature.
    const written = this.#writes.then(() => this.#write(kind, body))
    this.#writes = written.catch(() => undefined)
    return written
  }

  /** Replicates with a neighbour until the result is called. One peer may have several links. */
  connect(peer: PeerId, port: MessagePort, saidElsewhere: SaidElsewhere = () => undefined): Unsubscribe {
    if (this.#closed) return () => undefined
    const outbox = new Outbox(port, this.#seals.sync, (error) => this.#problem(error))
    const link = new SyncLink({ peer, outbox, hintsFirst: this.#context.signer.peer < peer, saidElsewhere })
    const stopListening = port.onMessage((message) => {
      if (!this.#queue.push(link, message)) this.#penalise(peer, 'too much at once', FLOOD_POINTS)
    })
    const disconnect = () => {
      if (!this.#disconnects.delete(link)) return
      stopListening()
      this.#queue.remove(link)
      this.#sync.remove(link)
      link.close()
    }
    this.#disconnects.set(link, disconnect)
    void this.ready.then(
      () => this.#disconnects.has(link) && this.#sync.add(link),
      () => undefined, // told by `ready`
    )
    return disconnect
  }

  /** Sends what is written here to the whole room as well, and takes what others send so, until the result is called. */
  gossip(port: BroadcastPort): Unsubscribe {
    if (this.#closed) return () => undefined
    const judge = (message: Uint8Array) => this.#sync.receiveGossip(message)
    const line = new GossipLine(port, this.#seals.sync, this.#queue, judge, (error) => this.#problem(error))
    const stop = () => {
      this.#disconnects.delete(line)
      this.#sync.removeGossip(line)
      line.close()
    }
    this.#disconnects.set(line, stop)
    this.#sync.addGossip(line)
    return stop
  }

  /** Equal exactly when two replicas count the same records (SHA-256, base64url). */
  digest(): Promise<string> {
    return this.#document.digest()
  }

  /** `digest` is for people who compare replicas they trust, at once and without cryptography: another than `digest()`. */
  diagnostics(): { readonly records: number; readonly digest: string; readonly bytes: number } {
    return { records: this.#document.records.size, digest: this.#document.checksum, bytes: this.#document.bytes }
  }

  /** Ends all links and timers; resolves when everything is kept. */
  async close(): Promise<void> {
    this.#closed = true
    for (const disconnect of [...this.#disconnects.values()]) disconnect()
    this.#queue.stop()
    this.#sync.close()
    await this.#writes.catch(() => undefined) // told to whoever wrote
    await this.#keeper.settled()
  }

  async #load(): Promise<void> {
    const kept = await this.#keeper.load()
    const added = await loadKept(kept, this.#gate, this.#document, this.#seals.record, (why) => this.#problem(why))
    for (const proof of added.proofs) {
      const fork = await verifyFork(proof, this.#gate.verifier)
      if (fork !== null) this.#document.addFork(fork)
    }
    this.#told(added.records.filter((record) => this.records.has(record.hash)))
    if (!this.#closed) this.#queue.start()
  }

  async #write<K extends WritableKind>(kind: K, body: RecordBodies[K]): Promise<VerifiedRecord> {
    const problem = bodyProblem(kind, body)
    if (problem !== null) throw new LimitError(`This cannot be written: ${problem}.`)
    const { signer, roomNow } = this.#context
    const { room } = this.address
    const author = signer.peer
    const full = this.#document.countOf(author) >= limits.recordsPerAuthor
    if (full || this.#document.stored >= limits.recordsPerRoom) {
      throw new LimitError('This room is full: nothing more can be written here. Start a new room to go on.')
    }
    const yClient = await this.#derive(room, author, this.#session)
    const yClock = this.#document.clock(yClient)
    // A room clock before 1970 is a device without a battery: 0 is the earliest that a record can say.
    const at = Math.max(0, roomNow())
    const record = { room, author, session: this.#session, at, kind, body, yClient, yClock }
    return this.#takeOwn(await signRecord(record, signer))
  }

  async #takeOwn(bytes: Uint8Array): Promise<VerifiedRecord> {
    const hash = await hashRecord(bytes, this.#context.crypto)
    const record = decodeRecord(bytes, hash)?.record
    if (record === undefined) throw new LimitError(`This is too long: a record holds ${limits.recordBytes} bytes.`)
    const value = await this.#seals.record.seal(bytes)
    const piece = { client: record.yClient, clock: record.yClock, map: mapOfKind(record.kind), key: hash, value }
    await this.#keeper.keep([piece])
    this.#document.add([{ piece, record }])
    this.#told([record])
    this.#sync.publish([piece])
    this.#tidy()
    return record
  }

  #syncHost(): SyncHost {
    return {
      document: this.#document,
      gate: this.#gate,
      recordSeal: this.#seals.record,
      accept: (pieces) => this.#accept(pieces),
      acceptProof: (proof) => this.#acceptProof(proof),
      refuse: (peer, why) => this.#penalise(peer, why, REFUSED_POINTS),
    }
  }

  async #accept(checked: readonly CheckedPiece[]): Promise<readonly Piece[]> {
    const added = this.#document.add(checked)
    if (added.length === 0) return []
    const pieces = added.map((entry) => entry.piece)
    this.#told(added.map((entry) => entry.record).filter((record) => this.records.has(record.hash)))
    // Not waited for: what came from others can come from them again.
    this.#keeper.keep(pieces).then(
      () => this.#tidy(),
      (error: unknown) => this.#problem(error),
    )
    return pieces
  }

  async #acceptProof(proof: ForkProof): Promise<boolean | null> {
    const fork = await verifyFork(proof, this.#gate.verifier)
    if (fork === null) return null
    const voided = this.#document.addFork(fork)
    if (voided === null) return false
    this.#told([], voided)
    this.#keeper.keepProof(proof).catch((error: unknown) => this.#problem(error))
    return true
  }

  async #receive(link: SyncLink, sealed: Uint8Array): Promise<void> {
    if (sealed.length > limits.messageBytes) return this.#penalise(link.peer, 'oversized message', REFUSED_POINTS)
    const bytes = await this.#seals.sync.open(sealed)
    if (bytes === null) this.#penalise(link.peer, 'message sealed with another key', REFUSED_POINTS)
    else await this.#sync.receive(link, bytes)
  }

  #penalise(peer: PeerId, why: string, points: number): void {
    this.#onMisbehaviour.tell(peer, why, points)
  }

  #told(records: readonly VerifiedRecord[], voided: readonly RecordHash[] = []): void {
    if (records.length > 0) this.#onRecords.tell(records)
    if (voided.length > 0) this.#onVoided.tell(voided)
  }

  #tidy(): void {
    this.#keeper.tidy().catch((error: unknown) => this.#problem(error))
  }

  #problem(error: unknown): void {
    this.#context.onProblem?.(error instanceof Error ? error : new Error(String(error)))
  }
}
