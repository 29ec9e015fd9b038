import type { NodeLimits } from './limits.ts'
import { encodePublish } from './protocol.ts'

/** One who listens to topics. */
export interface Subscriber {
  deliver(text: string): void
}

export type HubLimits = Pick<NodeLimits, 'topicsPerConnection' | 'subscribersPerTopic'>

/** Who listens to which topic. Kept in memory only while they are connected; topics are opaque. */
export interface Hub {
  readonly topicCount: number
  /** Subscribing twice is the same as once. Tells which limit stood in the way, if one did. */
  subscribe(subscriber: Subscriber, topic: string): 'subscribed' | 'too-many-topics' | 'topic-full'
  unsubscribe(subscriber: Subscriber, topic: string): void
  /** Ends all subscriptions. */
  leave(subscriber: Subscriber): void
  /** How many others a signal of `sender` would reach; 0 when the sender is not in the topic itself: outsiders cannot call in. */
  audience(sender: Subscriber, topic: string): number
  /** Hands a signal to all others in the topic. */
  publish(sender: Subscriber, topic: string, data: string): void
}

export function createHub(limits: HubLimits): Hub {
  // Maps, never plain objects: "__proto__" is a topic like any other.
  const subscribersByTopic = new Map<string, Set<Subscriber>>()
  const topicsBySubscriber = new Map<Subscriber, Set<string>>()

  const drop = (subscriber: Subscriber, topic: string): void => {
    const subscribers = subscribersByTopic.get(topic)
    subscribers?.delete(subscriber)
    if (subscribers?.size === 0) subscribersByTopic.delete(topic)
  }

  const audience = (sender: Subscriber, topic: string): number => {
    const subscribers = subscribersByTopic.get(topic)
    return subscribers?.has(sender) ? subscribers.size - 1 : 0
  }

  return {
    get topicCount() {
      return subscribersByTopic.size
    },
    subscribe(subscriber, topic) {
      const topics = topicsBySubscriber.get(subscriber) ?? new Set()
      if (topics.has(topic)) return 'subscribed'
      if (topics.size >= limits.topicsPerConnection) return 'too-many-topics'
      const subscribers = subscribersByTopic.get(topic) ?? new Set()
      if (subscribers.size >= limits.subscribersPerTopic) return 'topic-full'
      subscribersByTopic.set(topic, subscribers.add(subscriber))
      topicsBySubscriber.set(subscriber, topics.add(topic))
      return 'subscribed'
    },
    unsubscribe(subscriber, topic) {
      const topics = topicsBySubscriber.get(subscriber)
      if (topics?.delete(topic)) drop(subscriber, topic)
      if (topics?.size === 0) topicsBySubscriber.delete(subscriber)
    },
    leave(subscriber) {
      for (const topic of topicsBySubscriber.get(subscriber) ?? []) drop(subscriber, topic)
      topicsBySubscriber.delete(subscriber)
    },
    audience,
    publish(sender, topic, data) {
      const others = audience(sender, topic)
      if (others === 0) return
      const text = encodePublish(topic, data, others + 1)
      // A copy: delivering may cut off a slow receiver, which leaves the set.
      for (const subscriber of [...(subscribersByTopic.get(topic) ?? [])]) {
        if (subscriber !== sender) subscriber.deliver(text)
      }
    },
  }
}
