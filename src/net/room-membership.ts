import type { Crypto, Signer } from '../domain/crypto.ts'
import { Listeners, type ReportError } from '../domain/listeners.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { Announcer, rewireMs } from './announcer.ts'
import { Attempt, type AttemptOptions } from './attempt.ts'
import { outranks, type ProvenPeer } from './hello.ts'
import type { CloseReason, Link } from './link.ts'
import { excess, type NeighbourCaps } from './neighbours.ts'
import { avoidMs, PeerMemory } from './peer-memory.ts'
import { goodbyeMs, type ProvenLink } from './proven-link.ts'
import type { RoomTopic } from './topic.ts'
import type { Membership, TransportStatus } from './transport.ts'

/** How long a relayed link stands beside the direct one that takes its place, ms: all that is in its buffers comes through, and no heartbeat is missed. */
const handoverMs = 2_000

/** A link that stands, or would. */
export type Way = Pick<ProvenLink, 'proven' | 'relayed'>

export interface RoomMembershipOptions {
  readonly signer: Signer
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly caps: NeighbourCaps
  readonly report: ReportError
  readonly onUnload: (task: () => void) => Unsubscribe
  /** 16 random bytes of this page load. */
  readonly session: Uint8Array
  readonly generation: number
}

/**
 * One room over a network where peers meet through nodes: its status, its links, one to each page and within the caps, and who is refused.
 * How peers find each other is the network's own.
 */
export abstract class RoomMembership<Options extends RoomMembershipOptions> implements Membership {
  protected readonly options: Options
  protected readonly memory: PeerMemory
  protected readonly announcer: Announcer
  readonly #onLink: Listeners<[link: Link]>
  readonly #onStatus: Listeners<[status: TransportStatus]>
  /** Links that stand, oldest first, each with its peer's name on this network. */
  readonly #links = new Map<ProvenLink, string>()
  readonly #undo: Unsubscribe[]
  #linkSet: ReadonlySet<ProvenLink> = new Set()
  #status: TransportStatus = { state: 'connecting' }
  #leaving: Promise<void> | null = null

  constructor(options: Options) {
    this.options = options
    const { scheduler, random, report, onUnload } = options
    this.#onLink = new Listeners(report)
    this.#onStatus = new Listeners(report)
    this.memory = new PeerMemory(scheduler)
    this.announcer = new Announcer(
      scheduler,
      random,
      () => this.lacking > 0,
      (reason) => this.announce(reason),
      () => this.rewireEveryMs,
    )
    this.#undo = [onUnload(() => this.#closeLinks())]
  }

  abstract get attempts(): number

  get links(): ReadonlySet<ProvenLink> {
    return this.#linkSet
  }

  get status(): TransportStatus {
    return this.#status
  }

  onLink(listener: (link: Link) => void): Unsubscribe {
    if (this.hasLeft) return () => {}
    const unsubscribe = this.#onLink.add(listener)
    for (const link of this.#linkSet) listener(link)
    return unsubscribe
  }

  onStatus(listener: (status: TransportStatus) => void): Unsubscribe {
    return this.#onStatus.add(listener)
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave()
    return this.#leaving
  }

  /** How many further links to ask for. */
  protected abstract get lacking(): number
  /** How often to look for another neighbour when there are enough, ms. */
  protected get rewireEveryMs(): number {
    return rewireMs
  }

  /** Links that are told to others. */
  protected abstract get degree(): number
  protected abstract announce(reason: 'lacking' | 'rewiring'): void
  /** The room is being left: nothing begins any more. Called once, while the links still stand. */
  protected abstract fallSilent(): void
  /** All goodbyes are out: lets go of the network. */
  protected abstract release(): Promise<void>

  protected get hasLeft(): boolean {
    return this.#leaving !== null
  }

  /** Names of those that a link stands to. */
  protected get linked(): ReadonlySet<string> {
    return new Set(this.#links.values())
  }

  protected undoOnLeave(...undo: readonly Unsubscribe[]): void {
    this.#undo.push(...undo)
  }

  protected setStatus(status: TransportStatus): void {
    if (status.state === this.#status.state || this.#status.state === 'left') return
    this.#status = status
    this.#onStatus.tell(status)
  }

  /** Says hello over a fresh connection. */
  protected greet(
    { topic, proof }: RoomTopic,
    how: Pick<AttemptOptions, 'wires' | 'destroy' | 'onLinked' | 'onFailed' | 'patienceMs'>,
  ): Attempt {
    const { crypto, signer, scheduler, report, session, generation } = this.options
    return new Attempt({
      ...{ ...how, scheduler, report },
      hello: {
        ...{ crypto, signer, scheduler, generation, session, topic, proof },
        refuse: (proven) => this.refuse(proven, how.wires.relayed),
      },
      degree: () => this.degree,
    })
  }

  /** Why there shall be no link to a peer that was just proven, or null. */
  protected refuse(proven: ProvenPeer, relayed: boolean): CloseReason | null {
    if (this.memory.avoids(proven.peer)) return 'misbehaved'
    return this.#twinsOf(proven).some((twin) => this.keeps(twin, { proven, relayed })) ? 'replaced' : null
  }

  /** Of two links to one page, whether `a` is the one that both sides keep. */
  protected keeps(a: Way, b: Way): boolean {
    return outranks(a.proven, b.proven)
  }

  /** A link came about to whom this network knows by `name`. */
  protected admit(link: ProvenLink, name: string): void {
    const { caps, random, scheduler } = this.options
    const twins = this.#twinsOf(link.proven)
    if (this.hasLeft) return link.close('left')
    if (twins.some((twin) => this.keeps(twin, link))) return link.close('replaced')
    // What is on its way over a relay still arrives when a direct link takes its place.
    const outgoing = twins.filter((twin) => twin.relayed && !link.relayed)
    for (const twin of twins) if (!outgoing.includes(twin)) twin.close('replaced')
    for (const twin of outgoing) scheduler.after(handoverMs, () => twin.close('replaced'))
    this.memory.succeeded(name)
    this.#links.set(link, name)
    this.#linkSet = new Set(this.#links.keys())
    link.onClose((reason) => this.#unlinked(link, name, reason))
    this.#onLink.tell(link)
    link.open()
    const staying = [...this.#links.keys()].filter((other) => !outgoing.includes(other))
    excess(staying, link, caps, random)?.close('crowded')
  }

  /** Other links to the same page of the same person. */
  #twinsOf({ peer, session, id }: ProvenPeer): readonly ProvenLink[] {
    return [...this.#linkSet].filter((link) => link.peer === peer && link.session === session && link.id !== id)
  }

  #unlinked(link: ProvenLink, name: string, reason: CloseReason): void {
    this.#links.delete(link)
    this.#linkSet = new Set(this.#links.keys())
    if (reason === 'misbehaved') this.memory.avoid(link.peer, reason)
    if (reason === 'misbehaved' || reason === 'crowded') this.memory.avoid(name, reason)
    if (this.hasLeft) return
    this.announcer.soon()
    // Both leave each other alone for a while. Who lacks links then asks at once: by then it may ask only every half minute.
    if (reason === 'crowded') this.options.scheduler.after(avoidMs.crowded, () => this.#askAgain())
  }

  #askAgain(): void {
    if (!this.hasLeft && this.lacking > 0) this.announcer.soon()
  }

  async #leave(): Promise<void> {
    const hadLinks = this.#links.size > 0
    this.announcer.stop()
    for (const undo of this.#undo) undo()
    this.fallSilent()
    this.#closeLinks()
    this.setStatus({ state: 'left' })
    this.#onLink.clear()
    this.#onStatus.clear()
    if (hadLinks) await new Promise<void>((resolve) => void this.options.scheduler.after(goodbyeMs, resolve))
    await this.release()
  }

  #closeLinks(): void {
    for (const link of this.#linkSet) link.close('left')
  }
}
