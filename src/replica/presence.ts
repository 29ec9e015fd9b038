import type { RoomAddress } from '../domain/address.ts'
import type { Crypto, Signer } from '../domain/crypto.ts'
import { LimitError } from '../domain/errors.ts'
import type { PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { uint32From } from './bytes.ts'
import { BroadcastTree } from './broadcast-tree.ts'
import { GossipLine } from './gossip-line.ts'
import { IngressQueue } from './ingress-queue.ts'
import { Listeners } from '../domain/listeners.ts'
import { FLOOD_POINTS, REFUSED_POINTS, type MisbehaviourListener } from './misbehaviour.ts'
import { Outbox } from './outbox.ts'
import type { BroadcastPort, MessagePort, Verdict } from './port.ts'
import {
  AUTHORS,
  decodePresenceMessage,
  encodePresenceMessage,
  isPresenceState,
  signNote,
  verifyNote,
  type PresenceMessage,
  type PresenceState,
  type SignedNote,
} from './presence-codec.ts'
import { createSeal, type Seal } from './seal.ts'
import { Sessions, type PersonHere } from './sessions.ts'
import { HEARTBEAT_MS, OVERDUE_MS, PRESENCE_TTL_MS, TEND_MS } from './timing.ts'

export interface PresenceOptions {
  readonly address: RoomAddress
  readonly signer: Signer
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly initial: PresenceState
  readonly onProblem?: (problem: Error) => void
}

interface PresenceLink {
  readonly peer: PeerId
  readonly outbox: Outbox
}

/**
 * Who is here: signed notes on change and with every heartbeat, passed on along a broadcast tree of their own, never stored. The tree needs no
 * advertisements: heartbeats repeat everything, and whoever misses one makes all links eager again.
 */
export class Presence {
  readonly #signer: Signer
  readonly #crypto: Crypto
  readonly #scheduler: Scheduler
  readonly #address: RoomAddress
  readonly #seal: Seal
  readonly #onProblem: (problem: Error) => void
  readonly #session: number
  readonly #sessions = new Sessions()
  readonly #tree = new BroadcastTree<PresenceLink, PeerId>()
  readonly #queue: IngressQueue<PresenceLink | GossipLine>
  readonly #gossip = new Set<GossipLine>()
  readonly #onChange = new Listeners<[]>()
  readonly #onMisbehaviour = new Listeners<Parameters<MisbehaviourListener>>()
  readonly #timers: readonly Unsubscribe[]
  #people: ReadonlyMap<PeerId, PersonHere> = new Map()
  #state: PresenceState
  #counter = 0
  #sending: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(options: PresenceOptions, seal: Seal) {
    this.#signer = options.signer
    this.#crypto = options.crypto
    this.#scheduler = options.scheduler
    this.#address = options.address
    this.#seal = seal
    this.#onProblem = options.onProblem ?? (() => undefined)
    this.#session = uint32From(options.crypto.randomBytes(4))
    this.#state = options.initial
    this.#tree.originate(options.signer.peer)
    this.#queue = new IngressQueue(
      (sender, message) => (sender instanceof GossipLine ? sender.handle(message) : this.#receive(sender, message)),
      (error) => this.#problem(error),
    )
    this.#queue.start()
    this.#timers = [
      options.scheduler.every(HEARTBEAT_MS, () => void this.#announce()),
      options.scheduler.every(TEND_MS, () => this.#tend()),
    ]
  }

  static async open(options: PresenceOptions): Promise<Presence> {
    return new Presence(options, await createSeal(options.address, 'presence', options.crypto))
  }

  /** Everyone here but this key. A new map with every change. */
  get people(): ReadonlyMap<PeerId, PersonHere> {
    return this.#people
  }

  /** What this session shows. */
  get state(): PresenceState {
    return this.#state
  }

  /** Shows something else from now on. @throws LimitError when a name or face is not within limits. */
  set(change: Partial<PresenceState>): void {
    const state = { ...this.#state, ...change }
    if (!isPresenceState(state)) throw new LimitError(`A name is one line of 1 to ${limits.nameChars} characters.`)
    const same = Object.entries(state).every(([key, value]) => this.#state[key as keyof PresenceState] === value)
    this.#state = state
    if (!same) void this.#announce()
  }

  onChange(listener: () => void): Unsubscribe {
    return this.#onChange.add(listener)
  }

  onMisbehaviour(listener: MisbehaviourListener): Unsubscribe {
    return this.#onMisbehaviour.add(listener)
  }

  /** Exchanges presence with a neighbour until the result is called. */
  connect(peer: PeerId, port: MessagePort): Unsubscribe {
    if (this.#closed) return () => undefined
    const link = { peer, outbox: new Outbox(port, this.#seal, (error) => this.#problem(error)) }
    const stopListening = port.onMessage((message) => {
      const fits = message.length <= limits.presenceBytes + limits.sealBytes
      if (!fits) this.#onMisbehaviour.tell(peer, 'oversized presence', REFUSED_POINTS)
      else if (!this.#queue.push(link, message)) this.#onMisbehaviour.tell(peer, 'too much presence', FLOOD_POINTS)
    })
    this.#tree.add(link)
    // A newcomer sees everyone at once, oneself too, not after their next heartbeats.
    for (const message of this.#sessions.latest()) this.#send(link, message)
    if (this.#counter === 0) void this.#announce()
    return () => {
      if (!this.#tree.has(link)) return
      stopListening()
      this.#queue.remove(link)
      link.outbox.close()
      // Who came along this link must find another way.
      this.#graft(this.#tree.remove(link))
    }
  }

  /** Whether a neighbour gets this person's notes by another way than from here: other news of theirs go the same ways. Undefined while nobody knows. */
  saidElsewhere(neighbour: PeerId, person: PeerId): boolean | undefined {
    const links = this.#tree.links.filter(({ peer }) => peer === neighbour)
    if (links.length === 0 || !this.#tree.knows(person)) return undefined
    return !links.some((link) => this.#tree.isEager(link, person))
  }

  /** Says everything to the whole room as well, and hears what others say so, until the result is called. */
  gossip(port: BroadcastPort): Unsubscribe {
    if (this.#closed) return () => undefined
    const judge = (bytes: Uint8Array) => this.#judge(decodePresenceMessage(bytes))
    const line = new GossipLine(port, this.#seal, this.#queue, judge, (error) => this.#problem(error))
    this.#gossip.add(line)
    return () => {
      this.#gossip.delete(line)
      line.close()
      this.#graft(this.#tree.loseGossip())
    }
  }

  /** Says farewell and falls silent; resolves when it was handed to the links, which must stay open until then. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const stop of this.#timers) stop()
    this.#queue.stop()
    await this.#say(null)
    const outboxes = [...this.#tree.links, ...this.#gossip].map(({ outbox }) => outbox)
    await Promise.all(outboxes.map((outbox) => outbox.flushed()))
    for (const link of this.#tree.links) link.outbox.close()
    for (const line of this.#gossip) line.close()
  }

  async #announce(): Promise<void> {
    if (!this.#closed) await this.#say(this.#state)
  }

  /** Signs and sends; one at a time, so that counters leave in their order. */
  #say(state: PresenceState | null): Promise<void> {
    const counter = this.#counter++
    const note = { room: this.#address.room, author: this.#signer.peer, session: this.#session, counter, state }
    this.#sending = this.#sending
      .then(async () => {
        const message = await signNote(note, this.#signer)
        // Known to oneself, so that it does not go round when a neighbour sends it back.
        this.#sessions.take(message, this.#scheduler.nowMs())
        this.#spread(message, null)
        for (const line of this.#gossip) line.outbox.send(encodePresenceMessage(message))
      })
      .catch((error: unknown) => this.#problem(error))
    return this.#sending
  }

  async #receive(link: PresenceLink, sealed: Uint8Array): Promise<void> {
    const bytes = await this.#seal.open(sealed)
    const message = bytes === null ? null : decodePresenceMessage(bytes)
    if (message === null) this.#onMisbehaviour.tell(link.peer, 'malformed presence', REFUSED_POINTS)
    else if (message.type === 'note') await this.#take(link, message)
    else if (message.type === 'prune') this.#tree.pruned(link, message.authors)
    else {
      this.#tree.grafted(link, message.authors)
      for (const note of this.#sessions.latest(message.authors)) this.#send(link, note)
    }
  }

  /** Gossip carries notes, and nothing else. */
  async #judge(message: PresenceMessage | null): Promise<Verdict> {
    if (message?.type !== 'note' || message.note.room !== this.#address.room) return 'reject'
    // A link may have brought it first: others still want it by this way. Older ones nobody wants.
    if (!this.#sessions.isNews(message.note)) return this.#sessions.isLatest(message.note) ? 'accept' : 'ignore'
    if (!(await verifyNote(message.note, message.sig, this.#crypto))) return 'reject'
    this.#tree.cameByGossip(message.note.author)
    this.#news(message, null)
    return 'accept'
  }

  async #take(link: PresenceLink, message: SignedNote): Promise<void> {
    const { note, sig } = message
    if (note.room !== this.#address.room) {
      this.#onMisbehaviour.tell(link.peer, 'presence of another room', REFUSED_POINTS)
      return
    }
    if (!this.#sessions.isNews(note)) {
      const repeated = this.#sessions.isLatest(note) && this.#tree.cameBy(link, note.author, false)
      if (repeated) this.#send(link, { type: 'prune', authors: [note.author] })
      return
    }
    if (!(await verifyNote(note, sig, this.#crypto))) {
      this.#onMisbehaviour.tell(link.peer, 'forged presence', REFUSED_POINTS)
      return
    }
    this.#tree.cameBy(link, note.author, true)
    this.#news(message, link)
  }

  #news(message: SignedNote, from: PresenceLink | null): void {
    const changed = this.#sessions.take(message, this.#scheduler.nowMs())
    this.#spread(message, from)
    if (changed) this.#told()
  }

  /** A farewell goes out on all links: the tree may be broken, and no later note mends it. */
  #spread(message: SignedNote, from: PresenceLink | null): void {
    const { author, state } = message.note
    const bytes = encodePresenceMessage(message)
    for (const link of this.#tree.links) {
      if (link !== from && (state === null || this.#tree.isEager(link, author))) link.outbox.send(bytes)
    }
  }

  #send(link: PresenceLink, message: PresenceMessage): void {
    link.outbox.send(encodePresenceMessage(message))
  }

  /** Lets the silent go, and mends the tree when a heartbeat is missing. */
  #tend(): void {
    const nowMs = this.#scheduler.nowMs()
    this.#graft(this.#sessions.silentBetween(nowMs - OVERDUE_MS - TEND_MS, nowMs - OVERDUE_MS))
    if (this.#sessions.expire(nowMs - PRESENCE_TTL_MS)) this.#told()
  }

  /** Asks all neighbours for these people: those who come by several ways are pruned again. */
  #graft(authors: readonly PeerId[]): void {
    for (let at = 0; at < authors.length; at += AUTHORS) {
      const some = authors.slice(at, at + AUTHORS)
      for (const link of this.#tree.links) this.#send(link, { type: 'graft', authors: some })
    }
  }

  #told(): void {
    this.#people = this.#sessions.people(this.#signer.peer)
    this.#onChange.tell()
  }

  #problem(error: unknown): void {
    this.#onProblem(error instanceof Error ? error : new Error(String(error)))
  }
}
