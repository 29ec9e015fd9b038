/** Every cap of a relay, with its unit. */
export interface RelayLimits {
  /** Connections in all. A member holds one per open room. */
  readonly connections: number
  /** New connections a second from one address, which may be a whole school behind one router. */
  readonly connectionsPerSecond: number
  /** Connections whose handshake is under way. */
  readonly handshakes: number
  /** Members that can be called through this relay at the same time. */
  readonly reservations: number
  /** How long a relayed connection may last, ms. Both ends make a new one when it ends. */
  readonly circuitMs: number
  /** Bytes that one relayed connection may carry: some tracks, not a radio station. */
  readonly circuitBytes: bigint
  /** Relayed connections that one member may be part of. Must stay above the neighbours that it has. */
  readonly circuitsPerMember: number
  /** Rooms that gossip through this relay. */
  readonly topics: number
  /** Rooms that one connection may gossip in. A page has one. */
  readonly topicsPerMember: number
  /** Gossip messages that one connection may send per second, in the long run; those beyond are dropped. */
  readonly messagesPerSecond: number
  /** Gossip messages that may come at once. */
  readonly messageBurst: number
  /** Bytes per second that one connection may make the relay send to others by gossip; messages beyond it are dropped, as with the next two. */
  readonly fanOutBytesPerSecond: number
  /** The same for all gossip of one room. */
  readonly topicFanOutBytesPerSecond: number
  /** The same for the whole relay. */
  readonly totalFanOutBytesPerSecond: number
  /** Each of these three may be overdrawn at once by what it gains in this time, ms. */
  readonly fanOutBurstMs: number
  /** Bytes of gossip that may wait for one connection that does not read them. */
  readonly waitingBytes: number
}

export const defaultRelayLimits: RelayLimits = {
  connections: 4_000,
  connectionsPerSecond: 50,
  handshakes: 200,
  reservations: 4_000,
  circuitMs: 60 * 60_000,
  circuitBytes: 128n * 1024n * 1024n,
  circuitsPerMember: 32,
  topics: 4_000,
  topicsPerMember: 16,
  messagesPerSecond: 200,
  messageBurst: 1_000,
  fanOutBytesPerSecond: 4 * 1024 * 1024,
  topicFanOutBytesPerSecond: 16 * 1024 * 1024,
  totalFanOutBytesPerSecond: 64 * 1024 * 1024,
  fanOutBurstMs: 8_000,
  waitingBytes: 1024 * 1024,
}
