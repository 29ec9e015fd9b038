/** Every cap of the community node, with its unit. A client that breaks one is cut off; nobody else notices. */
export interface NodeLimits {
  /** One WebSocket message in bytes. A sealed WebRTC offer has 3 to 10 KiB. */
  readonly frameBytes: number
  /** Fragments of one message. Browsers send one; thousands of tiny ones only cost memory. */
  readonly frameFragments: number
  /** Pieces in which the bytes of one message may arrive from TCP: bounds what a client costs that sends byte by byte. */
  readonly frameChunks: number
  /** Characters of a topic. A room's topic has 43. */
  readonly topicChars: number
  /** Characters of an inbox, the name under which a member takes signals that are for it alone. Earshot's have 22. */
  readonly inboxChars: number
  /** Topics in one `subscribe` or `unsubscribe`. */
  readonly topicsPerMessage: number
  /** Topics that one connection may hold. A page holds one per open room. */
  readonly topicsPerConnection: number
  /** Connections in one topic: a signal without addressee goes to all of them. */
  readonly subscribersPerTopic: number
  /** WebSocket connections from one address (IPv6: one /64), which may be a whole school behind one router. */
  readonly connectionsPerAddress: number
  /** WebSocket connections in all. `npm run bench -- signaling` prints what an idle one costs. */
  readonly connections: number
  /** TCP connections from one address beside its WebSockets: pages being loaded, and whoever says nothing. Behind a proxy the proxy bounds them. */
  readonly plainConnectionsPerAddress: number
  /** The same in all. Together with `connections` it must stay below the file descriptors that the process may have. */
  readonly plainConnections: number
  /** Messages, pings and pongs of one connection per second, in the long run. */
  readonly messagesPerSecond: number
  /** Messages that may come at once: meeting 12 neighbours takes about 12 x 12 signals. */
  readonly messageBurst: number
  /** Cards of the lobby that one connection may bring per minute, in the long run: a room is announced once a minute, and when another track plays. */
  readonly cardsPerMinute: number
  /** Cards that may come at once. */
  readonly cardBurst: number
  /** Bytes per second that one connection may make the node send to others; signals beyond it are dropped, as with the next three. */
  readonly fanOutBytesPerSecond: number
  /** The same for all connections of one address together. */
  readonly addressFanOutBytesPerSecond: number
  /** The same for all signals in one topic. */
  readonly topicFanOutBytesPerSecond: number
  /** The same for the whole node: what its line can carry, in bytes (64 MiB/s are about half a gigabit). */
  readonly totalFanOutBytesPerSecond: number
  /** Each of these four may be overdrawn at once by what it gains in this time, in ms. */
  readonly fanOutBurstMs: number
  /** Bytes that wait for one client which does not read. Must hold many frames: at least `LEAST_FRAMES_BUFFERED` times `frameBytes`. */
  readonly bufferedBytes: number
  /** A connection is pinged this often, in ms; one that has not answered by the next ping is dead. */
  readonly heartbeatMs: number
  /** Time in ms to answer a close before the socket is torn down. */
  readonly closeGraceMs: number
  /** Time in ms for a complete HTTP request or WebSocket handshake. */
  readonly handshakeMs: number
}

/** One room's answers come together: a client that reads must never be taken for one that does not. */
export const LEAST_FRAMES_BUFFERED = 8

export const defaultNodeLimits: NodeLimits = {
  frameBytes: 64 * 1024,
  frameFragments: 64,
  frameChunks: 2_048,
  topicChars: 128,
  inboxChars: 64,
  topicsPerMessage: 64,
  topicsPerConnection: 64,
  subscribersPerTopic: 1_000,
  connectionsPerAddress: 256,
  connections: 10_000,
  plainConnectionsPerAddress: 256,
  plainConnections: 2_000,
  messagesPerSecond: 50,
  messageBurst: 500,
  cardsPerMinute: 30,
  cardBurst: 10,
  fanOutBytesPerSecond: 4 * 1024 * 1024,
  addressFanOutBytesPerSecond: 16 * 1024 * 1024,
  topicFanOutBytesPerSecond: 16 * 1024 * 1024,
  totalFanOutBytesPerSecond: 64 * 1024 * 1024,
  fanOutBurstMs: 8_000,
  bufferedBytes: 1024 * 1024,
  heartbeatMs: 30_000,
  closeGraceMs: 1_000,
  handshakeMs: 10_000,
}
