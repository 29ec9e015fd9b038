/** Names on the wire that members and relays share. docs/PROTOCOL.md describes what they carry. */

/** One gossipsub topic per room. The name leads back to neither room id nor secret (`net/topic.ts`). */
export const gossipTopic = (topic: string): string => `earshot/1/${topic}`

const GOSSIP_TOPIC = /^earshot\/1\/[A-Za-z0-9_-]{43}$/

/** Whether a relay carries this topic: it serves rooms, not whatever else gossipsub could carry. */
export const isGossipTopic = (name: string): boolean => GOSSIP_TOPIC.test(name)

/** Largest gossip message: a record as large as can be, sealed three times over, in its update and envelope. Must stay above `limits.recordBytes`. */
export const gossipBytes = 24 * 1024
