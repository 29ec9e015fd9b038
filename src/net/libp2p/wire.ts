/** Names on the wire that members and relays share. docs/PROTOCOL.md describes what they carry. */
import type { ChannelName } from '../link.ts'

/** One gossipsub topic per room. The name leads back to neither room id nor secret (`net/topic.ts`). */
export const gossipTopic = (topic: string): string => `earshot/1/${topic}`

const GOSSIP_TOPIC = /^earshot\/1\/[A-Za-z0-9_-]{43}$/

/** Whether a relay carries this topic: it serves rooms, not whatever else gossipsub could carry. */
export const isGossipTopic = (name: string): boolean => GOSSIP_TOPIC.test(name)

/** One libp2p protocol per channel, so that none waits behind another, and one for hello, heartbeat and goodbye. */
export const protocolOf = (name: ChannelName | 'control'): string => `/earshot/${name}/1`

/** Opens every stream of one link: 16 random bytes of the dialer, so that streams of two links are told apart. */
export const tokenBytes = 16
