import { TopicValidatorResult, type GossipSub, type Message } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { limits } from '../../domain/limits.ts'
import type { Verdict } from '../../replica/port.ts'

/** The gossipsub topic of all open rooms' cards, in clear: they are for everyone. */
export const LOBBY_TOPIC = 'earshot/1/lobby'

/** Where cards go that gossip brings, and come from that it shall spread. */
export interface LobbyPort {
  /** Judges a card before it is passed on; `source` is the peer that it came from last. */
  hear(bytes: Uint8Array, source: string): Promise<Verdict>
  /** Called, once set, with each card to spread. */
  onCard: (bytes: Uint8Array) => void
}

/** Joins a lobby to gossip: between nodes, and for whoever listens by libp2p. `admits`: whether a peer may say one thing more now. */
export function carryLobby(
  pubsub: GossipSub,
  lobby: LobbyPort,
  admits: (peer: PeerId, message: Message) => boolean,
): void {
  pubsub.topicValidators.set(LOBBY_TOPIC, async (from, message) => {
    const { data } = message
    if (data.length > limits.cardBytes) return TopicValidatorResult.Reject
    if (!admits(from, message)) return TopicValidatorResult.Ignore
    return results[await lobby.hear(data, `gossip:${from.toString()}`)]
  })
  pubsub.subscribe(LOBBY_TOPIC)
  lobby.onCard = (bytes) => {
    // Fails when the relay is being closed: then nobody is to be told any more. Cards are repeated.
    pubsub.publish(LOBBY_TOPIC, bytes).catch(() => undefined)
  }
}

const results = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Verdict, TopicValidatorResult>
