import type { RoomAddress } from '../../domain/address.ts'
import type { Attempt, AttemptFailure } from '../attempt.ts'
import { lacking, richest, spare, type Held } from '../neighbours.ts'
import type { ProvenLink } from '../proven-link.ts'
import { RoomMembership, type RoomMembershipOptions } from '../room-membership.ts'
import { deriveTopic, type RoomTopic } from '../topic.ts'
import { urlsNow, type Urls } from '../../domain/urls.ts'
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
  readonly #greeter: Greeter
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
      has: (session) => this.#rendezvous?.has(session) ?? false,
      publish: (signal) => this.#rendezvous?.publish(signal),
      onDeclined: (session) => this.#onDeclined(session),
    })
    this.#open().catch((error: unknown) => {
      report(error)
      this.setStatus({ state: 'unreachable', why: 'This browser could not prepare the room for meeting others.' })
    })
  }

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
    if (rendezvous === null || rendezvous.nodesReached === 0 || this.hasLeft) return
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

  async #open(): Promise<void> {
    const { address, crypto, signalUrls, PeerConnection, ice, report, ready, scheduler, random, onReach } = this.options
    const [topic] = await Promise.all([deriveTopic(address, crypto), ready])
    if (this.hasLeft) return
    this.#rendezvous = new Rendezvous({
      ...{ signalUrls, PeerConnection, ice, scheduler, random, topic: topic.topic },
      sealed: new SealedTopic(crypto, topic.sealKey, report),
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
    this.#followNodes()
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
