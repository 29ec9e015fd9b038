import { EncodedPacketSink, type Input, type InputAudioTrack } from 'mediabunny'
import { markAt, type SeekTable } from '../domain/seek-table.ts'
import type { TrackBytes } from './player.ts'
import { trackInput } from './track-input.ts'

/** Read at a mark to see whether a packet begins there: all of most packets, and the header of any. */
const CHECK_BYTES = 4 * 1024
/** The mark stands so far before the wanted place at least, so that this is not the entered file's first packet (see `decoderDelay`). */
const BEFORE_S = 0.25

/** A file entered in its middle: its demuxer sees headers and, right behind them, the packet that stands at a mark. */
export interface Entrance {
  readonly track: InputAudioTrack
  /** Place of the entered packet in the whole track: what the demuxer takes for 0. */
  readonly frame: number
}

/**
 * Enters a track shortly before `startS` by its seek table, reading headers and nothing else before the mark. Null when it has no table,
 * when `startS` lies before the second mark, and when no packets stand where the table says: then the file has to be walked. Rejects
 * with AbortError on `signal`, which also ends what was entered.
 */
export async function enterTrack(bytes: TrackBytes, startS: number, signal: AbortSignal): Promise<Entrance | null> {
  const { seekTable, ref } = bytes
  const mark = seekTable && markAt(seekTable, (startS - BEFORE_S) * seekTable.sampleRate, ref.sizeBytes)
  if (!seekTable || !mark || mark.atByte <= mark.firstByte) return null
  // Asked for before the headers: a swarm brings both at once, and goes on from here.
  const there = bytes.read(mark.atByte, Math.min(ref.sizeBytes, mark.atByte + CHECK_BYTES), signal)
  const cut = { atByte: mark.firstByte, lengthBytes: mark.atByte - mark.firstByte }
  const input = trackInput(bytes, signal, cut)
  try {
    const [track] = await Promise.all([honestTrack(input, seekTable, there), there])
    signal.throwIfAborted()
    if (track !== null) {
      signal.addEventListener('abort', () => input.dispose(), { once: true })
      return { track, frame: mark.frame }
    }
    input.dispose()
    return null
  } catch {
    input.dispose()
    signal.throwIfAborted()
    // Whatever else is wrong, with the table or with the file, the walk will tell.
    return null
  }
}

/** The track, when its first packet is what stands at the mark, and is as long as the table has it. */
async function honestTrack(
  input: Input,
  { sampleRate, everyFrames }: SeekTable,
  there: Promise<Uint8Array>,
): Promise<InputAudioTrack | null> {
  const track = await input.getPrimaryAudioTrack()
  if (track === null || (await track.getSampleRate()) !== sampleRate) return null
  const packet = await new EncodedPacketSink(track).getFirstPacket()
  if (packet === null || everyFrames % Math.round(packet.duration * sampleRate) !== 0) return null
  const bytes = await there
  return bytes.some((byte, i) => i < packet.data.length && byte !== packet.data[i]) ? null : track
}
