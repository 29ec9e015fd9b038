import { TopicValidatorResult, type GossipSub, type Message } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { Scheduler } from '../../domain/scheduler.ts'
import { bucketsOver, TokenBucket } from '../../domain/token-bucket.ts'
import { limits } from '../../domain/limits.ts'
import { relayMesh } from './gossip-mesh.ts'
import type { RelayLimits } from './relay-limits.ts'
import { isGossipTopic } from './wire.ts'

export interface CarriedTopicsOptions {
  readonly pubsub: GossipSub
  readonly limits: RelayLimits
  readonly scheduler: Scheduler
  /** Another node. It does not count as a member, or two nodes would carry a room for each other for ever. */
  readonly isRelay: (peer: string) => boolean
  /** What the address of a peer may still make the relay send, bytes; null where nobody counts by addresses. */
  readonly ofAddress: (peer: PeerId) => TokenBucket | null
}

/** Which rooms' gossip a relay carries: those that a member of is connected. It cannot read any of it, so it only counts. */
export class CarriedTopics {
  readonly #pubsub: GossipSub
  readonly #limits: RelayLimits
  readonly #scheduler: Scheduler
  readonly #isRelay: (peer: string) => boolean
  readonly #ofAddress: (peer: PeerId) => TokenBucket | null
  readonly #subscribers = new Map<string, Set<string>>()
  readonly #members = new Map<string, Allowance>()
  /** What may still be sent in each room that is carried, and in all, bytes. */
  readonly #ofTopic = new Map<string, TokenBucket>()
  readonly #total: TokenBucket
  readonly #bucket: (bytesPerSecond: number) => TokenBucket

  constructor({ pubsub, limits, scheduler, isRelay, ofAddress }: CarriedTopicsOptions) {
    this.#pubsub = pubsub
    this.#limits = limits
    this.#scheduler = scheduler
    this.#isRelay = isRelay
    this.#ofAddress = ofAddress
    this.#bucket = bucketsOver(scheduler, limits.fanOutBurstMs)
    this.#total = this.#bucket(limits.totalFanOutBytesPerSecond)
    pubsub.addEventListener('subscription-change', ({ detail: { peerId, subscriptions } }) => {
      for (const { topic, subscribe } of subscriptions) {
        if (!isGossipTopic(topic)) continue
        if (subscribe) this.#join(peerId.toString(), topic)
        else this.#leave(peerId.toString(), topic)
      }
    })
  }

  /** Rooms that are carried. */
  get count(): number {
    return this.#pubsub.getTopics().filter(isGossipTopic).length
  }

  /** A peer's last connection closed. */
  left(peer: PeerId): void {
    const name = peer.toString()
    this.#members.delete(name)
    for (const topic of [...this.#subscribers.keys()]) this.#leave(name, topic)
  }

  /** Another node came or went. */
  relaysChanged(): void {
    for (const topic of this.#subscribers.keys()) this.#carryOrNot(topic)
  }

  #join(peer: string, topic: string): void {
    const held = [...this.#subscribers.values()].filter((peers) => peers.has(peer)).length
    if (held >= this.#limits.topicsPerMember && !this.#isRelay(peer)) return
    const peers = this.#subscribers.get(topic) ?? new Set()
    if (peers.size === 0 && this.#subscribers.size >= this.#limits.topics) return
    this.#subscribers.set(topic, peers.add(peer))
    this.#carryOrNot(topic)
  }

  #leave(peer: string, topic: string): void {
    const peers = this.#subscribers.get(topic)
    if (peers === undefined || !peers.delete(peer)) return
    if (peers.size === 0) this.#subscribers.delete(topic)
    this.#carryOrNot(topic)
  }

  #carryOrNot(topic: string): void {
    const wanted = [...(this.#subscribers.get(topic) ?? [])].some((peer) => !this.#isRelay(peer))
    const carried = this.#pubsub.getTopics().includes(topic)
    if (wanted && !carried) {
      this.#ofTopic.set(topic, this.#bucket(this.#limits.topicFanOutBytesPerSecond))
      this.#pubsub.topicValidators.set(topic, (peer, message) => this.#judge(peer, message))
      this.#pubsub.subscribe(topic)
    } else if (!wanted && carried) {
      this.#pubsub.unsubscribe(topic)
      this.#pubsub.topicValidators.delete(topic)
      this.#ofTopic.delete(topic)
    }
  }

  /** Too much is dropped, not punished: the rooms' own links bring what was lost. */
  #judge(from: PeerId, message: Message): TopicValidatorResult {
    if (message.data.length > limits.gossipBytes) return TopicValidatorResult.Reject
    return this.admits(from, message) ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore
  }

  /**
   * Whether a peer may say one thing more now, and have it sent on. Other nodes speak for many. The sender's own allowance is asked first: who has
   * overdrawn takes nothing from what is everyone's.
   */
  admits(from: PeerId, { data, topic }: Message): boolean {
    const costs = data.length * Math.min(this.#pubsub.getSubscribers(topic).length, relayMesh.Dhi)
    const own = this.#isRelay(from.toString()) ? null : this.#allowance(from)
    if (own !== null && !(own.messages.take() && own.bytes.take(costs) && own.ofAddress?.take(costs) !== false))
      return false
    return this.#ofTopic.get(topic)?.take(costs) !== false && this.#total.take(costs)
  }

  #allowance(of: PeerId): Allowance {
    const { messagesPerSecond, messageBurst, fanOutBytesPerSecond } = this.#limits
    const name = of.toString()
    const allowance = this.#members.get(name) ?? {
      messages: new TokenBucket(this.#scheduler, messagesPerSecond, messageBurst),
      bytes: this.#bucket(fanOutBytesPerSecond),
      ofAddress: this.#ofAddress(of),
    }
    this.#members.set(name, allowance)
    return allowance
  }
}

/** What one connection may still say, and what it and all of its address may still make the relay send. */
interface Allowance {
  readonly messages: TokenBucket
  readonly bytes: TokenBucket
  readonly ofAddress: TokenBucket | null
}
