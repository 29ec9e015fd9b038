import type { TokenBucket } from '../src/domain/token-bucket.ts'
import type { NodeLimits } from './limits.ts'

/** One who listens to topics. */
export interface Subscriber {
  deliver(text: string): void
}

export type HubLimits = Pick<NodeLimits, 'topicsPerConnection' | 'subscribersPerTopic'>

/** Whom a signal reaches. */
export interface Audience {
  readonly receivers: readonly Subscriber[]
  /** Subscribers of the topic, the sender among them. */
  readonly members: number
  /** What may still be sent in this topic, in bytes. */
  readonly allowance: TokenBucket
}

/** Who listens to which topic, and under which inbox. Kept in memory only while they are connected; topics and inboxes are opaque. */
export interface Hub {
  readonly topicCount: number
  /** Subscribing again changes the inbox, or nothing. Tells which limit stood in the way, if one did. */
  subscribe(subscriber: Subscriber, topic: string, inbox?: string): 'subscribed' | 'too-many-topics' | 'topic-full'
  unsubscribe(subscriber: Subscriber, topic: string): void
  /** Ends all subscriptions. */
  leave(subscriber: Subscriber): void
  /**
   * Whom a signal of `sender` reaches: all others, or with `to` those whose inbox it is. An inbox that nobody has may belong to a client
   * that named none (stock y-webrtc), so then all of those. Null when the sender is not in the topic itself: outsiders cannot call in.
   */
  audience(sender: Subscriber, topic: string, to?: string): Audience | null
}

/** A topic's members; all three hold the same subscribers, in one way or another. */
interface Topic {
  readonly inboxes: Map<Subscriber, string | undefined>
  readonly byInbox: Map<string, Set<Subscriber>>
  readonly withoutInbox: Set<Subscriber>
  readonly allowance: TokenBucket
}

export function createHub(limits: HubLimits, newAllowance: () => TokenBucket): Hub {
  // Maps, never plain objects: "__proto__" is a topic like any other.
  const topics = new Map<string, Topic>()
  const topicsBySubscriber = new Map<Subscriber, Set<string>>()

  const newTopic = (): Topic => ({
    inboxes: new Map(),
    byInbox: new Map(),
    withoutInbox: new Set(),
    allowance: newAllowance(),
  })

  const dropFrom = (topic: Topic, subscriber: Subscriber): void => {
    const inbox = topic.inboxes.get(subscriber)
    topic.inboxes.delete(subscriber)
    topic.withoutInbox.delete(subscriber)
    if (inbox === undefined) return
    const sharers = topic.byInbox.get(inbox)
    sharers?.delete(subscriber)
    if (sharers?.size === 0) topic.byInbox.delete(inbox)
  }
  const addTo = (topic: Topic, subscriber: Subscriber, inbox: string | undefined): void => {
    topic.inboxes.set(subscriber, inbox)
    if (inbox === undefined) return void topic.withoutInbox.add(subscriber)
    topic.byInbox.set(inbox, (topic.byInbox.get(inbox) ?? new Set()).add(subscriber))
  }
  const drop = (subscriber: Subscriber, name: string): void => {
    const topic = topics.get(name)
    if (topic === undefined) return
    dropFrom(topic, subscriber)
    if (topic.inboxes.size === 0) topics.delete(name)
  }

  return {
    get topicCount() {
      return topics.size
    },
    subscribe(subscriber, name, inbox) {
      const held = topicsBySubscriber.get(subscriber) ?? new Set()
      const topic = topics.get(name) ?? newTopic()
      if (held.has(name)) {
        dropFrom(topic, subscriber)
      } else {
        if (held.size >= limits.topicsPerConnection) return 'too-many-topics'
        if (topic.inboxes.size >= limits.subscribersPerTopic) return 'topic-full'
        topics.set(name, topic)
        topicsBySubscriber.set(subscriber, held.add(name))
      }
      addTo(topic, subscriber, inbox)
      return 'subscribed'
    },
    unsubscribe(subscriber, name) {
      const held = topicsBySubscriber.get(subscriber)
      if (held?.delete(name)) drop(subscriber, name)
      if (held?.size === 0) topicsBySubscriber.delete(subscriber)
    },
    leave(subscriber) {
      for (const name of topicsBySubscriber.get(subscriber) ?? []) drop(subscriber, name)
      topicsBySubscriber.delete(subscriber)
    },
    audience(sender, name, to) {
      const topic = topics.get(name)
      if (!topic?.inboxes.has(sender)) return null
      const named = to === undefined ? topic.inboxes.keys() : (topic.byInbox.get(to) ?? topic.withoutInbox)
      // A copy: delivering may cut off a slow receiver, which leaves the topic.
      const receivers = [...named].filter((subscriber) => subscriber !== sender)
      return { receivers, members: topic.inboxes.size, allowance: topic.allowance }
    },
  }
}
