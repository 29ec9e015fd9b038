import { StrictNoSign, type GossipsubOpts } from '@libp2p/gossipsub'
import { limits } from '../../domain/limits.ts'

/** How gossip spreads among members. */
export const gossipMesh = {
  // Each message goes to about 4 neighbours, whatever the size of the room: relays spread it further, and links stand beside gossip.
  D: 4,
  Dlo: 3,
  Dhi: 5,
  // Whom else gossip tells each second what it has lately heard, beyond the mesh: links compare what they hold, and hint at it.
  Dlazy: 2,
  gossipFactor: 0,
  // Our own messages too: to the mesh, not to everyone connected.
  floodPublish: false,
  // A record is smaller: to tell all neighbours that it has come would cost more messages than it saves copies.
  idontwantMinDataSize: 512,
  fallbackToFloodsub: false,
  // Alone in a room is no error.
  allowPublishToZeroTopicPeers: true,
  // Circuits through a relay are limited connections; gossipsub would pass them over.
  runOnLimitedConnection: true,
  maxInboundDataLength: limits.gossipBytes,
  // Messages are sealed with the room's key and hold what their authors signed: a signature by a throw-away key would add nothing but its size.
  globalSignaturePolicy: StrictNoSign,
  // Everyone behind one relay, and every listener in one house, has one address. A score would be kept for an hour, and its peer comes back under another name.
  scoreParams: { IPColocationFactorWeight: 0, retainScore: 60_000 },
} as const satisfies Partial<GossipsubOpts>

/**
 * How a relay spreads it: to more members of a room at once. It has nothing to judge, for it cannot read what it carries, so a way through it
 * is the shortest; and members behind one relay have few circuits to each other, for each of those costs it more.
 */
export const relayMesh = { ...gossipMesh, D: 24, Dlo: 16, Dhi: 48 } as const satisfies Partial<GossipsubOpts>
