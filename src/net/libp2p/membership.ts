import { base64urlnopad } from '@scure/base'
import type { RoomAddress } from '../../domain/address.ts'
import type { Crypto, Signer } from '../../domain/crypto.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { Announcer, firstAnnounceMs } from '../announcer.ts'
import { Attempt } from '../attempt.ts'
import { outranks, type ProvenPeer } from '../hello.ts'
import type { CloseReason, Link } from '../link.ts'
import { excess, type NeighbourCaps } from '../neighbours.ts'
import { PeerMemory } from '../peer-memory.ts'
import { goodbyeMs, type ProvenLink } from '../proven-link.ts'
import { deriveTopic, type RoomTopic } from '../topic.ts'
import type { Elsewhere, Membership, TransportStatus } from '../transport.ts'
import { Acquaintances } from './acquaintances.ts'
import { Caller } from './caller.ts'
import type { Announcement } from './envelope.ts'
import { createHost, type DirectTransport, type Host } from './host.ts'
import { Incoming } from './incoming.ts'
import { MeetingPoint } from './meeting-point.ts'
import { RoomGossip } from './room-gossip.ts'
import { lackingLinks, mayCall, type Neighbourhood } from './strangers.ts'
import type { StreamWires } from './stream-wires.ts'

export interface MembershipOptions {
  readonly address: RoomAddress
  readonly signer: Signer
  readonly relayUrls: readonly string[]
  readonly otherRelays: () => Promise<ReadonlyMap<string, string>>
  readonly direct: DirectTransport | null
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly report: ReportError
  readonly caps: NeighbourCaps
  readonly elsewhere: Elsewhere
  readonly onUnload: (task: () => void) => Unsubscribe
  /** 16 random bytes of this page load. */
  readonly session: Uint8Array
  readonly generation: number
}

/** Everything that runs once the host is up. */
interface Running {
  readonly host: Host
  readonly topic: RoomTopic
  readonly points: readonly MeetingPoint[]
  readonly incoming: Incoming
  readonly caller: Caller
}

/** One room over libp2p: gossip through relays, and links to members that no preferred network reaches. */
export class Libp2pMembership implements Membership {
  readonly gossip: RoomGossip
  readonly #options: MembershipOptions
  readonly #session: string
  readonly #onLink: Listeners<[link: Link]>
  readonly #onStatus: Listeners<[status: TransportStatus]>
  readonly #memory: PeerMemory
  readonly #announcer: Announcer
  readonly #known = new Acquaintances()
  /** Links on their way, with the libp2p PeerId at the other end. */
  readonly #attempts = new Map<Attempt, string>()
  readonly #links = new Set<ProvenLink>()
  readonly #undo: Unsubscribe[]
  #running: Running | null = null
  #status: TransportStatus = { state: 'connecting' }
  #leaving: Promise<void> | null = null
  readonly #opened: Promise<void>

  constructor(options: MembershipOptions) {
    this.#options = options
    const { crypto, scheduler, random, report, elsewhere, onUnload } = options
    this.#session = base64urlnopad.encode(options.session)
    this.#onLink = new Listeners(report)
    this.#onStatus = new Listeners(report)
    this.#memory = new PeerMemory(scheduler)
    this.gossip = new RoomGossip({
      ...{ crypto, report },
      onAnnouncement: (announcement) => this.#heard(announcement),
      onSubscriber: () => this.#announcer.now(),
    })
    this.#announcer = new Announcer(
      scheduler,
      random,
      () => this.#lacking > 0,
      () => this.#announce(),
    )
    this.#undo = [
      onUnload(() => this.#closeLinks()),
      elsewhere.onFreed((session) => {
        this.#announcer.soon()
        const known = this.#known.get(session)
        if (known !== undefined) this.#callInTurn(known)
      }),
    ]
    this.#opened = this.#open().catch((error: unknown) => {
      report(error)
      this.#setStatus({ state: 'unreachable', why: 'This browser could not start libp2p.' })
    })
  }

  get links(): ReadonlySet<ProvenLink> {
    return new Set(this.#links)
  }

  get status(): TransportStatus {
    return this.#status
  }

  get attempts(): number {
    const linked = new Set([...this.#links].map(({ session }) => session))
    return this.#attempts.size + (this.#running?.caller.calling ?? 0) + this.#memory.failures(linked)
  }

  onLink(listener: (link: Link) => void): Unsubscribe {
    if (this.#leaving !== null) return () => {}
    const unsubscribe = this.#onLink.add(listener)
    for (const link of this.links) listener(link)
    return unsubscribe
  }

  onStatus(listener: (status: TransportStatus) => void): Unsubscribe {
    return this.#onStatus.add(listener)
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave()
    return this.#leaving
  }

  get #neighbourhood(): Neighbourhood {
    const { elsewhere, caps } = this.#options
    const strangers = this.#known.strangers((session) => this.#isNeighbour(session))
    const links = this.#links.size
    return { links, attempts: this.#attempts.size, elsewhere: elsewhere.count, strangers, caps }
  }

  get #lacking(): number {
    return lackingLinks(this.#neighbourhood)
  }

  #isNeighbour(session: string): boolean {
    return this.#options.elsewhere.has(session) || [...this.#links].some((link) => link.session === session)
  }

  async #open(): Promise<void> {
    const { address, crypto, relayUrls, otherRelays, direct, scheduler, random } = this.#options
    const [topic, host] = await Promise.all([deriveTopic(address, crypto), createHost(relayUrls.length, direct)])
    if (this.#leaving !== null) return host.stop()
    const incoming = new Incoming(host, scheduler, (wires) => this.#try(wires))
    await incoming.listen()
    await this.gossip.start(host.services.pubsub, topic)
    const points = relayUrls.map(
      (url) => new MeetingPoint({ ...{ url, libp2p: host, scheduler, random }, onChange: () => this.#followRelays() }),
    )
    const caller = new Caller({ ...{ host, points, otherRelays, scheduler, crypto, direct: direct !== null } })
    this.#running = { host, topic, points, incoming, caller }
    // Now others can call: a relay has reserved a place.
    host.addEventListener('self:peer:update', () => this.#announcer.now())
    this.#followRelays()
  }

  async #leave(): Promise<void> {
    const hadLinks = this.#links.size > 0
    this.#announcer.stop()
    for (const undo of this.#undo) undo()
    this.#closeLinks()
    this.#setStatus({ state: 'left' })
    this.#onLink.clear()
    this.#onStatus.clear()
    if (hadLinks) await new Promise<void>((resolve) => void this.#options.scheduler.after(goodbyeMs, resolve))
    await this.#opened
    await this.gossip.flushed()
    this.gossip.stop()
    for (const point of this.#running?.points ?? []) point.stop()
    this.#running?.incoming.stop()
    for (const attempt of this.#attempts.keys()) attempt.connectionGone()
    await this.#running?.host.stop()
  }

  #closeLinks(): void {
    for (const link of this.links) link.close('left')
  }

  #followRelays(): void {
    const points = this.#running?.points
    if (points === undefined || this.#leaving !== null) return
    if (points.some(({ peer }) => peer !== null)) return this.#setStatus({ state: 'meeting' })
    if (points.length > 0 && !points.every(({ triedInVain }) => triedInVain)) return
    const why = 'No node here speaks libp2p. What is connected stays connected, and it is tried again by itself.'
    this.#setStatus({ state: 'unreachable', why })
  }

  #setStatus(status: TransportStatus): void {
    if (status.state === this.#status.state || this.#status.state === 'left') return
    this.#status = status
    this.#onStatus.tell(status)
  }

  #announce(): void {
    const running = this.#running
    if (running === null || this.#leaving !== null) return
    const relays = running.caller.reserved
    if (relays.length === 0) return
    const host = running.host.peerId.toString()
    const links = this.#links.size + this.#options.elsewhere.count
    this.gossip.announce({ host, relays, session: this.#session, links, wanted: this.#lacking })
  }

  #heard(announcement: Announcement): void {
    const { session } = announcement
    if (this.#leaving !== null || session === this.#session) return
    this.#known.hear(announcement)
    const running = this.#running
    if (running === null || !mayCall(this.#neighbourhood, announcement, this.#options.random)) return
    this.#callInTurn(announcement)
  }

  /** Of two that could call each other the lower name does; the other waits until that must have failed. */
  #callInTurn(announcement: Announcement): void {
    const { scheduler, random } = this.#options
    const mine = this.#running?.host.peerId.toString()
    if (mine === undefined) return
    if (mine < announcement.host) this.#call(announcement)
    else scheduler.after(politeMs * (1 + random()), () => this.#call(announcement))
  }

  #call(announcement: Announcement): void {
    const { session, host } = announcement
    const running = this.#running
    if (running === null || this.#leaving !== null || this.#isNeighbour(session)) return
    if (this.#memory.avoids(session) || running.caller.isCalling(host)) return
    // A second link to one page would replace the first, and what is on its way there would be lost.
    if (running.caller.isCalledBy(host) || [...this.#attempts.values()].includes(host)) {
      this.#options.scheduler.after(politeMs, () => this.#call(announcement))
      return
    }
    running.caller.call(announcement).then(
      (wires) => this.#try(wires, session),
      // Counted in `attempts`, and called again when it announces itself again.
      () => {
        this.#memory.failed(session)
        this.#known.forget(session)
      },
    )
  }

  #try(wires: StreamWires, session: string | null = null): void {
    const running = this.#running
    if (running === null || this.#leaving !== null) return wires.destroy()
    const { crypto, signer, scheduler, report, session: ownSession, generation } = this.#options
    const { topic, proof } = running.topic
    const done = () => void this.#attempts.delete(attempt)
    const attempt: Attempt = new Attempt({
      ...{ wires, scheduler, report },
      hello: {
        ...{ crypto, signer, scheduler, generation, session: ownSession, topic, proof },
        refuse: (proven) => this.#refuse(proven),
      },
      degree: () => this.#links.size + this.#options.elsewhere.count,
      destroy: () => wires.destroy(),
      onLinked: (link) => {
        done()
        this.#linked(link)
      },
      onFailed: ({ why }) => {
        done()
        if (session !== null && why !== 'refused' && why !== 'self') this.#memory.failed(session)
        wires.destroy()
      },
    })
    this.#attempts.set(attempt, wires.remote)
    wires.onGone(() => attempt.connectionGone())
  }

  #refuse(proven: ProvenPeer): CloseReason | null {
    if (this.#memory.avoids(proven.peer)) return 'misbehaved'
    // A better way leads there. If the other side has lost it, this side will notice soon, and the other will call again.
    if (this.#options.elsewhere.has(proven.session)) return 'replaced'
    const twin = this.#twinOf(proven)
    return twin !== undefined && outranks(twin.proven, proven) ? 'replaced' : null
  }

  /** Another link to the same page. */
  #twinOf({ session, id }: ProvenPeer): ProvenLink | undefined {
    return [...this.#links].find((link) => link.session === session && link.id !== id)
  }

  #linked(link: ProvenLink): void {
    const { caps, random } = this.#options
    const twin = this.#twinOf(link.proven)
    if (this.#leaving !== null) return link.close('left')
    if (twin !== undefined && outranks(twin.proven, link.proven)) return link.close('replaced')
    twin?.close('replaced')
    this.#memory.succeeded(link.session)
    this.#links.add(link)
    link.onClose((reason) => this.#unlinked(link, reason))
    this.#onLink.tell(link)
    link.open()
    excess([...this.#links], link, caps, random)?.close('crowded')
  }

  #unlinked(link: ProvenLink, reason: CloseReason): void {
    this.#links.delete(link)
    if (reason === 'misbehaved') this.#memory.avoid(link.peer, reason)
    if (reason === 'misbehaved' || reason === 'crowded') this.#memory.avoid(link.session, reason)
    if (this.#leaving === null) this.#announcer.soon()
  }
}

/** How long the higher name waits before it calls, ms; up to twice as long. In that time who lacks links announces itself twice. */
const politeMs = 3 * firstAnnounceMs
