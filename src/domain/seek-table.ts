/**
 * Where in a file one can begin to read, for formats that have no such table of their own (MP3, ADTS, FLAC). Frames are samples per
 * channel at `sampleRate`. Made by whoever added the file and signed with its entry; whoever uses it checks that a packet stands there.
 */
export interface SeekTable {
  readonly sampleRate: number
  /** Frames from one mark to the next; the first mark is the first packet, at frame 0. */
  readonly everyFrames: number
  /** Bytes from the file's beginning to the first mark, then from each mark to the next. */
  readonly gapsBytes: readonly number[]
}

/** A packet that a reader may begin at. */
export interface Mark {
  readonly frame: number
  readonly atByte: number
  /** Where the file's first packet stands: what lies before it are headers. */
  readonly firstByte: number
}

/** The last mark at or before `frame`. Null when that is the first packet, or lies outside of the file. */
export function markAt({ everyFrames, gapsBytes }: SeekTable, frame: number, sizeBytes: number): Mark | null {
  const index = Math.min(Math.floor(frame / everyFrames), gapsBytes.length - 1)
  if (!(index > 0)) return null
  const atByte = gapsBytes.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)
  const [firstByte = 0] = gapsBytes
  return atByte < sizeBytes ? { frame: index * everyFrames, atByte, firstByte } : null
}
