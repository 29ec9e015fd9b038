import type { RoomAddress } from '../../domain/address.ts'
import type { Crypto, Signer } from '../../domain/crypto.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { outranks, type ProvenPeer } from '../hello.ts'
import type { CloseReason, Link } from '../link.ts'
import { Listeners, type ReportError } from '../../domain/listeners.ts'
import { deriveTopic, type RoomTopic } from '../topic.ts'
import type { Membership, TransportStatus } from '../transport.ts'
import { Announcer } from '../announcer.ts'
import { Attempt, type AttemptFailure } from '../attempt.ts'
import { Greeter } from './greeter.ts'
import { excess, lacking, richest, spare, type Held, type NeighbourCaps } from '../neighbours.ts'
import { PeerMemory } from '../peer-memory.ts'
import { Rendezvous } from './rendezvous.ts'
import type { RtcConnection, RtcPeerConnectionClass } from './rtc-connection.ts'
import { goodbyeMs, type ProvenLink } from '../proven-link.ts'
import { rtcWires } from './rtc-wires.ts'
import { SealedTopic } from './sealed-topic.ts'

/** How often nodes are looked at, ms: y-webrtc tells when one comes and goes, but not when one cannot be reached. */
const nodeWatchMs = 500

export interface MembershipOptions {
  readonly address: RoomAddress
  readonly signer: Signer
  readonly signalUrls: readonly string[]
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly PeerConnection: RtcPeerConnectionClass
  readonly iceServers: () => readonly RTCIceServer[]
  readonly caps: NeighbourCaps
  readonly report: ReportError
  readonly onUnload: (task: () => void) => Unsubscribe
  /** 16 random bytes of this page load. */
  readonly session: Uint8Array
  readonly generation: number
  /** Resolves when an earlier membership of this room has let go of it. */
  readonly ready: Promise<unknown>
}

/** One room over WebRTC. Connections are kept by the other's name in signals. */
export class WebRtcMembership implements Membership {
  readonly #options: MembershipOptions
  readonly #onLink: Listeners<[link: Link]>
  readonly #onStatus: Listeners<[status: TransportStatus]>
  readonly #memory: PeerMemory
  readonly #greeter: Greeter
  readonly #announcer: Announcer
  /** All that y-webrtc holds, from its first signal until it is gone. */
  readonly #connections = new Map<string, Attempt>()
  /** Connections on their way to a link. */
  readonly #trying = new Set<string>()
  readonly #links = new Map<string, ProvenLink>()
  readonly #undo: Unsubscribe[]
  #linkSet: ReadonlySet<ProvenLink> = new Set()
  #status: TransportStatus = { state: 'connecting' }
  #rendezvous: Rendezvous | null = null
  #leaving: Promise<void> | null = null

  constructor(options: MembershipOptions) {
    this.#options = options
    const { scheduler, random, report, onUnload, caps } = options
    this.#onLink = new Listeners(report)
    this.#onStatus = new Listeners(report)
    this.#memory = new PeerMemory(scheduler)
    this.#greeter = new Greeter({
      ...{ scheduler, random, caps, memory: this.#memory },
      held: () => this.#held,
      self: () => this.#rendezvous?.session ?? '',
      has: (session) => this.#rendezvous?.has(session) ?? false,
      publish: (signal) => this.#rendezvous?.publish(signal),
      onDeclined: (session) => this.#onDeclined(session),
    })
    this.#announcer = new Announcer(scheduler, random, () => lacking(this.#held, caps) > 0, this.#announce)
    this.#undo = [onUnload(() => this.#closeLinks()), scheduler.every(nodeWatchMs, () => this.#followNodes())]
    this.#open().catch((error: unknown) => {
      report(error)
      this.#setStatus({ state: 'unreachable', why: 'This browser could not prepare the room for meeting others.' })
    })
  }

  get links(): ReadonlySet<ProvenLink> {
    return this.#linkSet
  }

  get status(): TransportStatus {
    return this.#status
  }

  get attempts(): number {
    return this.#trying.size + this.#memory.failures(new Set([...this.#trying, ...this.#links.keys()]))
  }

  onLink(listener: (link: Link) => void): Unsubscribe {
    if (this.#leaving !== null) return () => {}
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

  get #held(): Held {
    const links = [...this.#links.values()]
    return { links: links.length, attempts: this.#trying.size, richest: richest(links, this.#options.caps) }
  }

  async #open(): Promise<void> {
    const { address, crypto, signalUrls, PeerConnection, iceServers, report, ready, scheduler, random } = this.#options
    const [topic] = await Promise.all([deriveTopic(address, crypto), ready])
    if (this.#leaving !== null) return
    this.#rendezvous = new Rendezvous({
      ...{ signalUrls, PeerConnection, iceServers, scheduler, random, topic: topic.topic },
      sealed: new SealedTopic(crypto, topic.sealKey, report),
      links: () => this.#links.size,
      onSignal: (signal, deliver) => this.#leaving === null && this.#greeter.receive(signal, deliver),
      onPeer: (session, connection) => this.#onPeer(session, connection, topic),
      onGone: (session) => this.#onGone(session),
      onNode: (reached) => {
        this.#followNodes()
        if (reached) this.#announcer.now()
      },
    })
  }

  async #leave(): Promise<void> {
    const hadLinks = this.#links.size > 0
    this.#announcer.stop()
    this.#greeter.stop()
    for (const undo of this.#undo) undo()
    this.#closeLinks()
    for (const session of this.#trying) this.#greeter.decline(session)
    this.#trying.clear()
    this.#setStatus({ state: 'left' })
    this.#onLink.clear()
    this.#onStatus.clear()
    if (hadLinks) await new Promise<void>((resolve) => void this.#options.scheduler.after(goodbyeMs, resolve))
    await this.#rendezvous?.leave()
  }

  #closeLinks(): void {
    for (const link of [...this.#links.values()]) link.close('left')
  }

  #followNodes(): void {
    const { signalUrls } = this.#options
    const rendezvous = this.#rendezvous
    if (rendezvous === null || this.#leaving !== null) return
    if (rendezvous.nodesReached > 0) return this.#setStatus({ state: 'meeting' })
    if (signalUrls.length === 0) return this.#setStatus({ state: 'unreachable', why: 'No meeting point is set up.' })
    if (this.#status.state === 'connecting' && !rendezvous.triedInVain) return
    const why = 'The meeting point does not answer. What is connected stays connected, and it is tried again by itself.'
    this.#setStatus({ state: 'unreachable', why })
  }

  #setStatus(status: TransportStatus): void {
    if (status.state === this.#status.state) return
    this.#status = status
    this.#onStatus.tell(status)
  }

  readonly #announce = (reason: 'lacking' | 'rewiring'): void => {
    const { caps, random } = this.#options
    const rendezvous = this.#rendezvous
    if (rendezvous === null || rendezvous.nodesReached === 0 || this.#leaving !== null) return
    const full = this.#links.size >= caps.wanted + caps.slack
    if (reason === 'rewiring' && full) {
      if (!this.#memory.knowsStrangers(new Set(this.#links.keys()))) return
      spare([...this.#links.values()], caps, random)?.close('crowded')
    }
    const wanted = Math.max(1, lacking(this.#held, caps))
    rendezvous.publish({ type: 'announce', from: rendezvous.session, links: this.#links.size, wanted })
  }

  #onPeer(session: string, connection: RtcConnection, topic: RoomTopic): void {
    const { crypto, signer, scheduler, report, session: ownSession, generation } = this.#options
    const attempt = new Attempt({
      ...{ wires: rtcWires(connection), scheduler, report },
      hello: {
        ...{ crypto, signer, scheduler, generation, session: ownSession, topic: topic.topic, proof: topic.proof },
        refuse: (proven) => this.#refuse(proven),
      },
      degree: () => this.#links.size,
      destroy: () => this.#rendezvous?.drop(session),
      onLinked: (link) => this.#onLinked(session, link),
      onFailed: (failure) => this.#onFailed(session, failure),
    })
    this.#connections.set(session, attempt)
    this.#trying.add(session)
  }

  #refuse(proven: ProvenPeer): CloseReason | null {
    if (this.#memory.avoids(proven.peer)) return 'misbehaved'
    const twin = this.#twinOf(proven)
    return twin !== undefined && outranks(twin.proven, proven) ? 'replaced' : null
  }

  /** Another link to the same page of the same person. */
  #twinOf({ peer, session, id }: ProvenPeer): ProvenLink | undefined {
    const isTwin = (proven: ProvenPeer) => proven.peer === peer && proven.session === session && proven.id !== id
    return [...this.#links.values()].find(({ proven }) => isTwin(proven))
  }

  #onLinked(session: string, link: ProvenLink): void {
    const { caps, random } = this.#options
    const twin = this.#twinOf(link.proven)
    if (!this.#trying.delete(session)) return link.close('left')
    if (twin !== undefined && outranks(twin.proven, link.proven)) return link.close('replaced')
    twin?.close('replaced')
    this.#memory.succeeded(session)
    this.#links.set(session, link)
    this.#linkSet = new Set(this.#links.values())
    link.onClose((reason) => this.#onUnlinked(session, link, reason))
    this.#onLink.tell(link)
    link.open()
    excess([...this.#links.values()], link, caps, random)?.close('crowded')
  }

  #onUnlinked(session: string, link: ProvenLink, reason: CloseReason): void {
    this.#links.delete(session)
    this.#linkSet = new Set(this.#links.values())
    if (reason === 'misbehaved') this.#memory.avoid(link.peer, reason)
    if (reason === 'misbehaved' || reason === 'crowded') this.#memory.avoid(session, reason)
    if (this.#leaving === null) this.#announcer.soon()
  }

  #onFailed(session: string, failure: AttemptFailure): void {
    // Who refused us, or is ourselves, was reached.
    if (this.#trying.delete(session) && failure.why !== 'refused' && failure.why !== 'self')
      this.#memory.failed(session)
    this.#greeter.decline(session)
    this.#rendezvous?.drop(session)
  }

  #onDeclined(session: string): void {
    // A node can replay an old refusal: it must not touch a link that stands.
    if (!this.#trying.delete(session)) return
    this.#memory.avoid(session, 'busy')
    this.#rendezvous?.drop(session)
  }

  #onGone(session: string): void {
    const attempt = this.#connections.get(session)
    this.#connections.delete(session)
    attempt?.connectionGone()
  }
}
