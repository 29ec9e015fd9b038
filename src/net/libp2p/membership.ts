import { base64urlnopad } from '@scure/base'
import type { RoomAddress } from '../../domain/address.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Attempt } from '../attempt.ts'
import { firstAnnounceMs } from '../announcer.ts'
import type { ProvenPeer } from '../hello.ts'
import type { CloseReason } from '../link.ts'
import { weigh } from '../neighbours.ts'
import type { ProvenLink } from '../proven-link.ts'
import { RoomMembership, type RoomMembershipOptions, type Way } from '../room-membership.ts'
import { deriveTopic, type RoomTopic } from '../topic.ts'
import type { Elsewhere } from '../transport.ts'
import type { Urls } from '../../domain/urls.ts'
import { Acquaintances } from './acquaintances.ts'
import { Caller } from './caller.ts'
import type { Announcement } from './envelope.ts'
import { createHost, type DirectTransport, type Host } from './host.ts'
import { Incoming } from './incoming.ts'
import { MeetingPoints } from './meeting-points.ts'
import { RoomGossip } from './room-gossip.ts'
import { callChance, lackingLinks, rewireEveryMs, type Neighbourhood } from './strangers.ts'
import type { StreamWires } from './stream-wires.ts'
import { keepsDirect, Upgrader } from './upgrader.ts'

export interface MembershipOptions extends RoomMembershipOptions {
  readonly address: RoomAddress
  readonly relayUrls: Urls
  readonly otherRelays: () => Promise<ReadonlyMap<string, string>>
  readonly direct: DirectTransport | null
  readonly elsewhere: Elsewhere
  readonly onNetworkChange: (listener: () => void) => Unsubscribe
}

/** Everything that runs once the host is up. */
interface Running {
  readonly host: Host
  readonly topic: RoomTopic
  readonly points: MeetingPoints
  readonly incoming: Incoming
  readonly caller: Caller
  readonly upgrader: Upgrader
}

/** One room over libp2p: gossip through relays, and links to members that no preferred network reaches. */
export class Libp2pMembership extends RoomMembership<MembershipOptions> {
  readonly gossip: RoomGossip
  readonly #session: string
  readonly #known = new Acquaintances()
  /** Links on their way, with the libp2p PeerId at the other end. */
  readonly #attempts = new Map<Attempt, string>()
  #running: Running | null = null
  readonly #opened: Promise<void>

  constructor(options: MembershipOptions) {
    super(options)
    const { crypto, report, elsewhere, session } = options
    this.#session = base64urlnopad.encode(session)
    this.gossip = new RoomGossip({
      ...{ crypto, report },
      onAnnouncement: (announcement) => this.#heard(announcement),
      onSubscriber: (peer) => this.#subscribed(peer),
    })
    this.undoOnLeave(
      elsewhere.onFreed((freed) => {
        this.announcer.soon()
        const known = this.#known.get(freed)
        if (known !== undefined) this.#callInTurn(known, false)
      }),
    )
    this.#opened = this.#open().catch((error: unknown) => {
      report(error)
      this.setStatus({ state: 'unreachable', why: 'This browser could not start libp2p.' })
    })
  }

  get attempts(): number {
    return this.#underWay + this.memory.failures(this.linked)
  }

  protected get lacking(): number {
    return lackingLinks(this.#neighbourhood)
  }

  protected override get rewireEveryMs(): number {
    return rewireEveryMs(Math.max(this.#strangers, this.#known.mostStrangers))
  }

  protected get degree(): number {
    return weigh(this.links) + this.options.elsewhere.count
  }

  protected announce(): void {
    const running = this.#running
    if (running === null || this.hasLeft) return
    const relays = running.caller.reserved
    if (relays.length === 0) return
    const host = running.host.peerId.toString()
    const counts = { links: this.degree, wanted: this.lacking, strangers: this.#strangers }
    this.gossip.announce({ host, relays, session: this.#session, ...counts })
  }

  protected override refuse(proven: ProvenPeer, relayed: boolean): CloseReason | null {
    // A better way leads there. If the other side has lost it, this side will notice soon, and the other will call again.
    return (
      super.refuse(proven, relayed) ?? (this.options.elsewhere.has(proven.session, proven.peer) ? 'replaced' : null)
    )
  }

  protected override keeps(a: Way, b: Way): boolean {
    return keepsDirect(a, b)
  }

  protected fallSilent(): void {
    // Calls and announcements ask `hasLeft`.
  }

  protected async release(): Promise<void> {
    await this.#opened
    await this.gossip.flushed()
    this.gossip.stop()
    this.#running?.points.stop()
    this.#running?.upgrader.stop()
    this.#running?.incoming.stop()
    for (const attempt of this.#attempts.keys()) attempt.connectionGone()
    await this.#running?.host.stop()
  }

  get #neighbourhood(): Neighbourhood {
    const { elsewhere, caps } = this.options
    return {
      ...{ links: this.links.size, weight: weigh(this.links), attempts: this.#underWay, elsewhere: elsewhere.count },
      ...{ strangers: this.#strangers, caps, confined: this.#running?.caller.isConfined ?? false },
    }
  }

  get #strangers(): number {
    return this.#known.strangers((session) => this.#isNeighbour(session))
  }

  /** Links that are being made, from the first word to the relay on: who lacks links would else call the whole room before the first one stands. */
  get #underWay(): number {
    return this.#attempts.size + (this.#running?.caller.calling ?? 0)
  }

  #isNeighbour(session: string): boolean {
    return this.options.elsewhere.has(session) || this.linked.has(session)
  }

  async #open(): Promise<void> {
    const { address, crypto, relayUrls, otherRelays, direct, scheduler, random, onNetworkChange } = this.options
    const [topic, host] = await Promise.all([deriveTopic(address, crypto), createHost(direct)])
    if (this.hasLeft) return host.stop()
    const incoming = new Incoming(host, scheduler, (wires) => this.#try(wires))
    await incoming.listen()
    await this.gossip.start(host.services.pubsub, topic)
    const points = new MeetingPoints({
      ...{ urls: relayUrls, host, scheduler, random },
      onChange: () => this.#followRelays(),
    })
    const caller = new Caller({
      ...{ host, otherRelays, scheduler, crypto, direct: direct !== null },
      points: () => points.current,
    })
    const upgrader = new Upgrader({
      ...{ caller, scheduler, random },
      onWires: (wires, announcement) => this.#try(wires, announcement),
    })
    if (direct !== null && !this.hasLeft) this.undoOnLeave(onNetworkChange(() => upgrader.networkChanged()))
    this.#running = { host, topic, points, incoming, caller, upgrader }
    // Now others can call: a relay has reserved a place.
    host.addEventListener('self:peer:update', () => this.announcer.now())
    this.#followRelays()
  }

  #followRelays(): void {
    const points = this.#running?.points
    if (points === undefined || this.hasLeft) return
    if (points.state === 'connecting') return
    if (points.state === 'meeting') return this.setStatus({ state: 'meeting' })
    const why = 'No node here speaks libp2p. What is connected stays connected, and it is tried again by itself.'
    this.setStatus({ state: 'unreachable', why })
  }

  /** What is said from now on is heard by all behind a relay; one member more is news to who lacks links. */
  #subscribed(peer: string): void {
    const isRelay = this.#running?.points.current.some((point) => point.peer?.toString() === peer)
    if (isRelay === true || this.lacking > 0) this.announcer.now()
  }

  #heard(announcement: Announcement): void {
    if (this.hasLeft || announcement.session === this.#session) return
    this.#known.hear(announcement)
    if (this.#isNeighbour(announcement.session)) return
    if (this.options.random() < callChance(this.#neighbourhood, announcement)) this.#callInTurn(announcement, true)
  }

  /**
   * Of two that could call each other the lower name does; the other waits until that must have failed. `heard`: it has just announced itself,
   * so it is there; else it is known from before and may have gone.
   */
  #callInTurn(announcement: Announcement, heard: boolean): void {
    const { scheduler, random } = this.options
    const mine = this.#running?.host.peerId.toString()
    if (mine === undefined) return
    if (mine < announcement.host) this.#call(announcement, heard)
    else scheduler.after(politeMs * (1 + random()), () => this.#call(announcement, heard))
  }

  #call(announcement: Announcement, heard: boolean): void {
    const { session, host } = announcement
    const { caller } = this.#running ?? {}
    if (caller === undefined || this.hasLeft || this.#isNeighbour(session)) return
    if (this.memory.avoids(session) || caller.isCalling(host)) return
    // It may have had to wait, and others were found meanwhile. Where a preferred way has ended there is a gap, whoever else was found.
    if (heard && callChance(this.#neighbourhood, announcement) === 0) return
    // A second link to one page would replace the first, and what is on its way there would be lost.
    if (caller.isCalledBy(host) || [...this.#attempts.values()].includes(host)) {
      this.options.scheduler.after(politeMs, () => this.#call(announcement, heard))
      return
    }
    caller.call(announcement).then(
      (wires) => this.#try(wires, announcement, heard),
      // Called again when it announces itself again. Counted in `attempts` if it was there: a crash must not look like a closed network.
      () => {
        if (heard) this.memory.failed(session)
        this.#known.forget(session)
        this.announcer.reconsider()
      },
    )
  }

  /** `called`: whom this side called; null when it was called. `heard` as in `#callInTurn`. */
  #try(wires: StreamWires, called: Announcement | null = null, heard = false): void {
    if (this.#running === null || this.hasLeft) return wires.destroy()
    const attempt: Attempt = this.greet(this.#running.topic, {
      wires,
      destroy: () => wires.destroy(),
      onLinked: (link) => {
        this.#attempts.delete(attempt)
        this.admit(link, link.session)
        if (!link.closed) this.#mayUpgrade(link, called)
      },
      onFailed: ({ why }) => {
        this.#attempts.delete(attempt)
        if (called !== null && heard && why !== 'refused' && why !== 'self') this.memory.failed(called.session)
        wires.destroy()
        this.announcer.reconsider()
      },
    })
    this.#attempts.set(attempt, wires.remote)
    wires.onGone(() => attempt.connectionGone())
  }

  #mayUpgrade(link: ProvenLink, called: Announcement | null): void {
    const announcement = called ?? this.#known.get(link.session)
    if (this.options.direct === null || !link.relayed || announcement === undefined) return
    this.#running?.upgrader.follow(link, announcement, called !== null)
  }
}

/** How long the higher name waits before it calls, ms; up to twice as long. In that time who lacks links announces itself twice. */
const politeMs = 3 * firstAnnounceMs
