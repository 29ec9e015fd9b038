import type { RoomAddress } from '../../domain/address.ts'
import { CodeError } from '../../domain/errors.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Attempt, AttemptFailure } from '../attempt.ts'
import { Carrier } from '../carry/carrier.ts'
import type { Link } from '../link.ts'
import { lacking, richest, spare, type Held } from '../neighbours.ts'
import type { ProvenLink } from '../proven-link.ts'
import { RoomMembership, type RoomMembershipOptions } from '../room-membership.ts'
import { deriveTopic, type RoomTopic } from '../topic.ts'
import { urlsNow, type Urls } from '../../domain/urls.ts'
import type { ByHand } from '../transport.ts'
import { RtcByHand } from './by-hand/by-hand.ts'
import { Greeter } from './greeter.ts'
import { Rendezvous } from './rendezvous.ts'
import type { RtcConnection, RtcPeerConnectionClass } from './rtc-connection.ts'
import { rtcWires } from './rtc-wires.ts'
import { SealedTopic } from './sealed-topic.ts'

export interface MembershipOptions extends RoomMembershipOptions {
  readonly address: RoomAddress
  readonly signalUrls: Urls
  readonly onReach: (url: string, reached: boolean) => void
  readonly PeerConnection: RtcPeerConnectionClass
  readonly ice: () => RTCConfiguration
  /** Resolves when an earlier membership of this room has let go of it. */
  readonly ready: Promise<unknown>
}

/** One room over WebRTC. Peers are known by their names in signals. */
export class WebRtcMembership extends RoomMembership<MembershipOptions> {
  readonly byHand: ByHand
  readonly #byHand: RtcByHand
  readonly #carrier: Carrier
  readonly #greeter: Greeter
  readonly #opened: Promise<{ readonly topic: RoomTopic; readonly rendezvous: Rendezvous } | null>
  /** All that y-webrtc holds, from its first signal until it is gone. */
  readonly #connections = new Map<string, Attempt>()
  /** Connections on their way to a link. */
  readonly #trying = new Set<string>()
  #rendezvous: Rendezvous | null = null

  constructor(options: MembershipOptions) {
    super(options)
    const { scheduler, random, report, caps } = options
    this.#greeter = new Greeter({
      ...{ scheduler, random, caps, memory: this.memory },
      held: () => this.#held,
      self: () => this.#rendezvous?.session ?? '',
      has: (session) => this.#has(session),
      publish: (signal) => this.#rendezvous?.publish(signal),
      onDeclined: (session) => this.#onDeclined(session),
    })
    this.#carrier = new Carrier({
      scheduler,
      onText: (text) => this.#rendezvous?.hear(text),
      onNeighbour: () => this.#followNeighbours(),
    })
    this.#opened = this.#open().catch((error: unknown) => {
      report(error)
      this.setStatus({ state: 'unreachable', why: 'This browser could not prepare the room for meeting others.' })
      return null
    })
    this.byHand = this.#byHand = this.#makeByHand()
  }

  readonly carryOver = (link: Link): Unsubscribe => this.#carrier.attach(link)

  get attempts(): number {
    return this.#trying.size + this.memory.failures(new Set([...this.#trying, ...this.linked]))
  }

  protected get lacking(): number {
    return lacking(this.#held, this.options.caps)
  }

  protected get degree(): number {
    return this.links.size
  }

  protected announce(reason: 'lacking' | 'rewiring'): void {
    const { caps, random } = this.options
    const rendezvous = this.#rendezvous
    if (rendezvous === null || !rendezvous.reachesOthers || this.hasLeft) return
    const full = this.links.size >= caps.wanted + caps.slack
    if (reason === 'rewiring' && full) {
      if (!this.memory.knowsStrangers(this.linked)) return
      spare([...this.links], caps, random)?.close('crowded')
    }
    const wanted = Math.max(1, this.lacking)
    rendezvous.publish({ type: 'announce', from: rendezvous.session, links: this.links.size, wanted })
  }

  protected fallSilent(): void {
    this.#greeter.stop()
    this.#byHand.stop()
    for (const session of this.#trying) this.#greeter.decline(session)
    this.#trying.clear()
  }

  protected async release(): Promise<void> {
    await this.#rendezvous?.leave()
  }

  get #held(): Held {
    const links = [...this.links]
    return { links: links.length, attempts: this.#trying.size, richest: richest(links, this.options.caps) }
  }

  /** Whether a connection to who is called `session` stands or is being made, by signals or by codes. */
  #has(session: string): boolean {
    return this.linked.has(session) || (this.#rendezvous?.has(session) ?? false)
  }

  #makeByHand(): RtcByHand {
    const { crypto, scheduler, PeerConnection, ice } = this.options
    const opened = async () => {
      const ready = await this.#opened
      if (ready === null || this.hasLeft) throw new CodeError('The room is closed. Open it again, and start over.')
      return ready
    }
    return new RtcByHand({
      ...{ crypto, scheduler, PeerConnection, ice },
      open: async () => {
        const { topic, rendezvous } = await opened()
        return {
          name: rendezvous.session,
          greet: ({ connection, destroy }, how) => this.greet(topic, { ...how, destroy, wires: rtcWires(connection) }),
        }
      },
      isLinked: (name) => this.linked.has(name),
      admit: (link, name) => this.admit(link, name),
    })
  }

  async #open(): Promise<{ readonly topic: RoomTopic; readonly rendezvous: Rendezvous } | null> {
    const { address, crypto, signalUrls, PeerConnection, ice, report, ready, scheduler, random, onReach } = this.options
    const [topic] = await Promise.all([deriveTopic(address, crypto), ready])
    if (this.hasLeft) return null
    const rendezvous = new Rendezvous({
      ...{ signalUrls, PeerConnection, ice, scheduler, random, topic: topic.topic },
      sealed: new SealedTopic(crypto, topic.sealKey, report),
      carrier: this.#carrier,
      links: () => this.links.size,
      onSignal: (signal, deliver) => !this.hasLeft && this.#greeter.receive(signal, deliver),
      onPeer: (session, connection) => this.#onPeer(session, connection, topic),
      onGone: (session) => this.#onGone(session),
      onNode: (url, reached) => {
        if (this.hasLeft) return
        onReach(url, reached)
        this.#followNodes()
        if (reached) this.announcer.now()
      },
    })
    this.#rendezvous = rendezvous
    this.#followNodes()
    await rendezvous.opened
    return { topic, rendezvous }
  }

  /** A neighbour carries signals: to whoever reaches no node it is as good as one. */
  #followNeighbours(): void {
    if (!this.hasLeft && this.#rendezvous?.nodesReached === 0 && this.lacking > 0) this.announcer.now()
  }

  #followNodes(): void {
    const rendezvous = this.#rendezvous
    if (rendezvous === null || this.hasLeft) return
    if (rendezvous.nodesReached > 0) return this.setStatus({ state: 'meeting' })
    if (urlsNow(this.options.signalUrls).length === 0)
      return this.setStatus({ state: 'unreachable', why: 'No meeting point is set up.' })
    if (this.status.state === 'connecting' && !rendezvous.triedInVain) return
    const why = 'The meeting point does not answer. What is connected stays connected, and it is tried again by itself.'
    this.setStatus({ state: 'unreachable', why })
  }

  #onPeer(session: string, connection: RtcConnection, topic: RoomTopic): void {
    const attempt = this.greet(topic, {
      wires: rtcWires(connection),
      destroy: () => this.#rendezvous?.drop(session),
      onLinked: (link) => this.#onLinked(session, link),
      onFailed: (failure) => this.#onFailed(session, failure),
    })
    this.#connections.set(session, attempt)
    this.#trying.add(session)
  }

  #onLinked(session: string, link: ProvenLink): void {
    if (this.#trying.delete(session)) this.admit(link, session)
    else link.close('left')
  }

  #onFailed(session: string, failure: AttemptFailure): void {
    // Who refused us, or is ourselves, was reached.
    if (this.#trying.delete(session) && failure.why !== 'refused' && failure.why !== 'self') this.memory.failed(session)
    this.#greeter.decline(session)
    this.#rendezvous?.drop(session)
  }

  #onDeclined(session: string): void {
    // A node can replay an old refusal: it must not touch a link that stands.
    if (!this.#trying.delete(session)) return
    this.memory.avoid(session, 'busy')
    this.#rendezvous?.drop(session)
  }

  #onGone(session: string): void {
    const attempt = this.#connections.get(session)
    this.#connections.delete(session)
    attempt?.connectionGone()
  }
}
