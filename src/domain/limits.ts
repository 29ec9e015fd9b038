/** Every cap of the system, with its unit. Wire decoders, the gate, stores and the UI read the same numbers. */
export const limits = {
  /** Canonical bytes of one signed record. */
  recordBytes: 16 * 1024,
  /** One Yjs update as it may arrive in one sync message. */
  updateBytes: 1024 * 1024,
  /** Records of one room in one document. */
  recordsPerRoom: 200_000,
  /** Records that one author may have in one room. */
  recordsPerAuthor: 20_000,
  nameChars: 40,
  roomNameChars: 80,
  messageChars: 2_000,
  tagChars: 200,
  /** Largest audio file. */
  trackBytes: 1024 * 1024 * 1024,
  /** Largest cover picture, after it was scaled down. */
  coverBytes: 512 * 1024,
  trackDurationMs: 24 * 60 * 60 * 1000,
  /** Leaf of the Merkle tree and unit of transfer. */
  pieceBytes: 256 * 1024,
  /** Queue entries of one person that have not sounded yet. */
  entriesPerPerson: 200,
  /** Direct neighbours of one peer in one room; beyond it the mesh is partial. Must stay below a browser's ~500 connections. */
  neighbours: 8,
  /** Neighbours that are accepted beyond `neighbours`, so that a newcomer always gets in. */
  neighboursSlack: 4,
  /** A single message on a link's channel; larger payloads are split by the channel. */
  messageBytes: 2 * 1024 * 1024,
  /** A clock or presence datagram. */
  datagramBytes: 1_200,
  presenceBytes: 4 * 1024,
} as const
