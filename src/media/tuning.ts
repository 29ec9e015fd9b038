import type { PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'

/** How the swarm behaves; what it must never exceed stands in `limits`. */
export const tuning = {
  /** Period of the look-around that finds stalls and late pieces. */
  tickMs: 500,
  /** A link that owes pieces and sent none for so long is stalled: others are asked instead. 256 KiB in this time is 32 KiB/s. */
  stallMs: 8_000,
  /** A stalled link is left alone for so long, doubling up to the longest, while another one holds the piece. */
  restMs: 2_000,
  longestRestMs: 60_000,
  /** A manifest that did not come within this time is asked of another. */
  manifestMs: 5_000,
  /** A piece that someone waits for is asked of a second link when the first has not brought it in this time. */
  doubleMs: 1_500,
  /** Pieces are asked this far ahead of a link's speed: enough to keep it busy, short enough that an urgent piece comes soon. */
  aheadSeconds: 1,
  /** What no reader waits for is asked no faster, whatever the links could bring: each MB takes 0.2 s of a core at both ends together, and the sound needs it. */
  calmBytesPerSecond: 2_000_000,
  calmBurstBytes: 2 * limits.pieceBytes,
  /** `have` of one blob goes out at most this often. Must stay above 1000 x mediaWants / mediaMessagesPerSecond. */
  haveMs: 250,
  /** Blobs at the front of the wants that come in order of their bytes; behind them, what is rarest comes first. */
  sequentialBlobs: 1,
  /** Pieces that a reader waits for are asked so far beyond the window: a seek must not queue behind what was read ahead. */
  urgentExtra: 2,
  /** Windows of a link: a first guess, then by measured speed. */
  firstWindow: 4,
  widestWindow: limits.mediaWindow - 2,
} as const

/** What a wrong deed weighs; who adds them up decides when a peer is cut off. */
export const penalties = {
  /** A piece or manifest that is not what its hash says: no honest peer can send one. */
  corrupt: 50,
  malformed: 20,
  flood: 10,
  /** Pieces nobody asked for: a late one may be honest, so it weighs little. */
  unsolicited: 5,
} as const

/** Told when a peer did what no honest peer does. */
export type OnMisbehaviour = (peer: PeerId, why: string, points: number) => void
