import { TopicValidatorResult, type GossipSub } from '@libp2p/gossipsub'
import type { Crypto } from '../../domain/crypto.ts'
import type { ReportError } from '../../domain/listeners.ts'
import { limits } from '../../domain/limits.ts'
import type { BroadcastPort, Verdict } from '../../replica/port.ts'
import type { RoomTopic } from '../topic.ts'
import type { Gossip } from '../transport.ts'
import { decodeEnvelope, encodeEnvelope, type Announcement, type Envelope } from './envelope.ts'
import { gossipTopic } from './wire.ts'

type Listener = (message: Uint8Array) => Promise<Verdict>

export interface RoomGossipOptions {
  readonly crypto: Crypto
  readonly report: ReportError
  readonly onAnnouncement: (announcement: Announcement) => void
  /** Somebody, a relay or a member, began to gossip in this room: its libp2p PeerId. */
  readonly onSubscriber: (peer: string) => void
}

interface Started {
  readonly pubsub: GossipSub
  readonly name: string
  readonly key: Uint8Array
}

/**
 * One room's gossip. Everything is sealed with a key of the room, so relays carry what they cannot read. A message is judged before it is
 * passed on, by the same gate as what comes over links; nothing is answered "ignore" that may be good later, for gossipsub would not take it
 * again for two minutes.
 */
export class RoomGossip implements Gossip {
  readonly #options: RoomGossipOptions
  readonly #listeners = new Map<'sync' | 'presence', Listener>()
  #started: Started | null = null
  #tail: Promise<unknown> = Promise.resolve()

  constructor(options: RoomGossipOptions) {
    this.#options = options
  }

  async start(pubsub: GossipSub, topic: RoomTopic): Promise<void> {
    const { crypto, onSubscriber } = this.#options
    const name = gossipTopic(topic.topic)
    const started = { pubsub, name, key: await crypto.deriveKey(topic.sealKey, 'earshot-gossip-1') }
    this.#started = started
    pubsub.topicValidators.set(name, (_peer, { data }) => this.#judge(started, data))
    pubsub.addEventListener('subscription-change', ({ detail }) => {
      if (detail.subscriptions.some(({ topic, subscribe }) => subscribe && topic === name))
        onSubscriber(detail.peerId.toString())
    })
    pubsub.subscribe(name)
  }

  announce(announcement: Announcement): void {
    this.#publish({ kind: 'announce', announcement })
  }

  channel(kind: 'sync' | 'presence'): BroadcastPort {
    return {
      publish: (message) => this.#publish({ kind, message }),
      onMessage: (listener) => {
        this.#listeners.set(kind, listener)
        return () => this.#listeners.delete(kind)
      },
    }
  }

  /** Resolves when all that was given so far has been sent. */
  async flushed(): Promise<void> {
    await this.#tail
  }

  stop(): void {
    this.#started = null
    this.#listeners.clear()
  }

  #publish(envelope: Envelope): void {
    const started = this.#started
    const bytes = encodeEnvelope(envelope)
    if (started === null || bytes.length > limits.gossipBytes - SEAL_SLACK) return
    const { crypto, report } = this.#options
    const { pubsub, name, key } = started
    // One after another: sealing is asynchronous, and a record that overtakes an earlier one of its author is of no use.
    this.#tail = this.#tail
      .then(() => crypto.seal(key, bytes))
      .then((sealed) => (this.#started === started ? pubsub.publish(name, sealed) : undefined))
      .catch(report)
  }

  async #judge({ key }: Started, sealed: Uint8Array): Promise<TopicValidatorResult> {
    const { crypto, onAnnouncement } = this.#options
    const bytes = await crypto.open(key, sealed)
    const envelope = bytes === null ? null : decodeEnvelope(bytes)
    if (envelope === null) return TopicValidatorResult.Reject
    if (envelope.kind === 'announce') {
      onAnnouncement(envelope.announcement)
      return TopicValidatorResult.Accept
    }
    // Nobody here to judge it yet, or any more: it is passed on unread rather than kept from others.
    const verdict = (await this.#listeners.get(envelope.kind)?.(envelope.message)) ?? 'accept'
    return results[verdict]
  }
}

/** Room for nonce, tag and what gossipsub adds. */
const SEAL_SLACK = 256

const results = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Verdict, TopicValidatorResult>
