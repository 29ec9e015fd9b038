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
  /** Authors' keys that are held ready to verify with; making one ready costs about as much as verifying. */
  authorKeys: 512,
  nameChars: 40,
  roomNameChars: 80,
  messageChars: 2_000,
  tagChars: 200,
  /** Address of a linked track: what servers commonly take. Far below `recordBytes`. */
  urlChars: 2_000,
  /** Largest audio or video file. */
  trackBytes: 1024 * 1024 * 1024,
  /** Largest cover picture, after it was scaled down. */
  coverBytes: 512 * 1024,
  /** Longest edge of a video's picture, as far as codecs go (AV1, level 6.3). */
  pictureEdgePx: 16_384,
  trackDurationMs: 24 * 60 * 60 * 1000,
  /** Places that an entry may name in a file (`SeekTable`): every 10 s of 85 minutes in some 3 KiB. Far below `recordBytes`. */
  seekMarks: 512,
  /** Highest sampling rate that an entry may claim, Hz: the highest of FLAC's (RFC 9639). */
  sampleRateHz: 1_048_575,
  /** Leaf of the Merkle tree and unit of transfer. */
  pieceBytes: 256 * 1024,
  /** Queue entries of one person that have not sounded yet. */
  entriesPerPerson: 200,
  /** Direct neighbours of one peer in one room; beyond it the mesh is partial. Must stay below a browser's ~500 connections. */
  neighbours: 8,
  /** Neighbours that are accepted beyond `neighbours`, so that a newcomer always gets in. */
  neighboursSlack: 4,
  /**
   * Neighbours that one link through a relay counts for: it costs a community's node all of its traffic, and gossip reaches everybody anyway. So
   * four such links are enough, and six the most.
   */
  relayedWeight: 2,
  /** A single message on a link's channel; larger payloads are split by the channel. */
  messageBytes: 2 * 1024 * 1024,
  /** Bytes that one channel may hold back before `send` refuses: more would hide a peer that does not drain. Half of the 16 MiB where Chromium throws. */
  channelBufferBytes: 8 * 1024 * 1024,
  /** `drained` resolves at or below this: low enough to bound memory, high enough to keep the network busy. */
  channelLowWaterBytes: 1024 * 1024,
  /** A clock or presence datagram. */
  datagramBytes: 1_200,
  presenceBytes: 4 * 1024,
  /** One gossip message: a record as large as can be, sealed three times over, in its update and envelope. Must stay above `recordBytes`. */
  gossipBytes: 24 * 1024,
  /** Extra bytes that sealing adds to a record or a message: nonce and tag. */
  sealBytes: 28,
  /** Clients in one state vector: one per author and page load; a vector of as many stays below `messageBytes`. */
  vectorClients: 100_000,
  /** Unverified bytes of one sender that wait their turn; must hold one `serveBytes` burst. */
  pendingBytesPerSender: 4 * 1024 * 1024,
  /** Bytes of records in one answer to a neighbour that lacks some; more is asked for again, so that the receiver sets the pace. */
  serveBytes: 1024 * 1024,
  /** One update inside such an answer: small, so that verification takes turns among senders. */
  serveUpdateBytes: 128 * 1024,
  /** Bytes per second that one neighbour can make a peer upload by asking. */
  serveBytesPerSecond: 4 * 1024 * 1024,
  /** Sources (authors' sessions) of which a broadcast tree knows the way; beyond it the tree is learned anew. */
  treeSources: 20_000,
  /** Sessions that presence remembers, gone ones too, so that old signed messages do not count again. */
  presenceSessions: 2_000,
  /** Blobs that one peer may say it wants at a time: the next tracks of a queue and their covers. */
  mediaWants: 64,
  /** Piece requests of one link that wait here; one more is a flood. Must stay above `mediaWindow`, for cancelled ones overlap new ones. */
  mediaRequestsWaiting: 64,
  /** Pieces asked of one link and not yet stored: bounds what a download may hold in memory. */
  mediaWindow: 16,
  /** Bytes handed to one link beyond which no further piece is read from the disk. Must stay below `channelBufferBytes` by a piece at least. */
  mediaBufferedBytes: 1024 * 1024,
  /** Media messages a second from one link, over a burst of as many; four times what 20 MB/s of pieces needs. */
  mediaMessagesPerSecond: 400,
  /** Times that one link is given the whole of a blob: beyond it, it only wastes our upload. */
  mediaCopiesPerLink: 4,
  /** How far a play's turn may run ahead of the turns below it: a hostile huge turn must not be out of everyone's reach. */
  playTurnSlack: 32,
  /** How long before its own writing a play may start, ms: an anchor repeats a boundary that has passed. */
  playPastMs: 60 * 60 * 1000,
  /** How long after its own writing a play may start, ms. Must exceed `leadMaxMs`. */
  playAheadMs: 10_000,
  /** Bounds of the time between a press and its effect, ms. */
  leadMinMs: 100,
  leadMaxMs: 3_000,
  /** What is left between having a play in hand and the last moment to start its sound, ms: verifying, folding, a first decode, a busy page. */
  leadMarginMs: 60,
  /** Most that a listener may ask for between having a play in hand and its sound, ms: Bluetooth and large buffers. Must stay below `leadMaxMs`. */
  readyMs: 1_000,
  /** The next entry is fixed this long before a boundary, ms. Must exceed `leadMaxMs`, so that votes on their way are in everywhere. */
  pinLeadMs: 10_000,
  /** One frame of a split message: small, because SCTP does not interleave and a clock datagram waits behind a whole frame. */
  frameBytes: 16 * 1024,
  /** One sealed signalling message as text on its way through a node; an SDP with many candidates has about 6 KiB. */
  signalChars: 32 * 1024,
  /** Addresses in a code that two people hand each other: network cards, what a STUN server saw, a relay. */
  codeAddresses: 8,
  /** Characters of such a code; must hold `codeAddresses` of 16 bytes behind the longest credentials. */
  codeChars: 400,
  /** How long an invitation by code is open, ms: time to send it, to scan it, and to bring the answer back. */
  codeLifeMs: 10 * 60_000,
  /** How long a code waits for the addresses of its side, ms: without internet the servers that tell some of them never answer. */
  codeGatherMs: 2_500,
  /** Signals a second that one neighbour can have carried to the others, over a burst of `carriedBurst`: a meeting takes about twenty. */
  carriedPerSecond: 20,
  carriedBurst: 200,
  /** One message of the link's own control channel: hello, heartbeat, goodbye. */
  controlBytes: 1_024,
  /** Largest own offset, ms, either way: Bluetooth and television sets hide 100 to 500 ms. */
  offsetMs: 1_000,
  /** Integrated loudness that a record may claim, LUFS: from the absolute gate of BS.1770 to beyond what full scale can be. */
  loudnessMinLufs: -70,
  loudnessMaxLufs: 20,
  /** Sample peak that a record may claim, dB relative to full scale; files of floating-point samples may exceed it. */
  peakMinDbfs: -100,
  peakMaxDbfs: 40,
  /** How far loudness levelling may turn a track up, dB: a false claim must not hurt ears. */
  levelBoostDb: 6,
  /** How far it may turn a track down, dB: full-scale noise, the loudest that there is, still comes down to the target. */
  levelCutDb: 20,
  /** Outputs whose offset is remembered; beyond it the one that was set longest ago is forgotten. */
  outputs: 32,
  /** Nodes that one device uses at once: each holds connections to it, and every signal goes to all of them. */
  nodes: 8,
  /** Other nodes that one node names to pages, so that members behind them can be called. */
  otherNodes: 256,
  /** Tags of a public room in the lobby. */
  listingTags: 5,
  listingTagChars: 24,
  /** One card of the lobby: the room's genesis record, and all texts as long as can be. */
  cardBytes: 4 * 1024,
  /** Most listeners that a card may claim; more would tell nobody more. */
  cardListeners: 10_000,
  /** How long after its writing a card stands, ms: two and a half times `cardPeriodMs`, so that one may be lost and one late. */
  cardLifeMs: 150_000,
  /** How often a room is announced, ms. */
  cardPeriodMs: 60_000,
  /** How far ahead of one's own wall clock a card may be dated, ms: clocks are wrong, and what is dated ahead lives longer. */
  cardAheadMs: 120_000,
  /** Cards in one lobby; must hold what a node sends at first. */
  lobbyCards: 500,
  /** Rooms of one founder in one lobby. */
  lobbyRoomsPerFounder: 4,
  /** Words (artists, tags, moods) that a device remembers having listened to. */
  tasteWords: 200,
  /** One update on its way to a keeper or back: a `serveUpdateBytes` batch and what its last record adds. */
  keepUpdateBytes: 256 * 1024,
  /** One message to or from a keeper; holds the vector of `vectorClients` clients. */
  keepMessageBytes: 2 * 1024 * 1024,
  /** Penalty points after which a peer's links are closed; points halve every minute. */
  penaltyPoints: 100,
  /** Peers whose penalties are remembered. */
  penalisedPeers: 1_000,
  /** How long a peer that was cut off is refused, ms. */
  penaltyCutOffMs: 10 * 60_000,
} as const
