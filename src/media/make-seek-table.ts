import { ADTS, EncodedPacketSink, FLAC, MP3, type Input } from 'mediabunny'
import { limits } from '../domain/limits.ts'
import type { SeekTable } from '../domain/seek-table.ts'
import { fileInput } from './file-input.ts'

/** Formats that name no places in themselves: whoever wants the middle walks all packets up to it. The others have tables, or are bisected. */
const TABLELESS = new Set([MP3, ADTS, FLAC])
/** Sound between two marks, at least: some hundred kilobytes, about a piece of the swarm. */
const MARK_S = 10
const READ_BYTES = 1024 * 1024

/**
 * Walks all packets of a file that plays for `seconds`, and notes where some of them stand. Null for formats that need no table, for files
 * too short for one, and where packets differ in length. Rejects with what the file's reader or the demuxer does, or when `signal` aborts.
 */
export async function makeSeekTable(file: Blob, seconds: number, signal: AbortSignal): Promise<SeekTable | null> {
  const input = fileInput(file)
  try {
    return TABLELESS.has(await input.getFormat()) ? await walk(file, input, seconds, signal) : null
  } finally {
    input.dispose()
  }
}

async function walk(file: Blob, input: Input, seconds: number, signal: AbortSignal): Promise<SeekTable | null> {
  const track = await input.getPrimaryAudioTrack()
  if (track === null) return null
  const sampleRate = await track.getSampleRate()
  const scan = new Scan(file)
  const gapsBytes: number[] = []
  let [index, frames, packetsPerMark] = [0, 0, 1]
  let [endByte, markByte] = [0, 0]
  for await (const packet of new EncodedPacketSink(track).packets()) {
    signal.throwIfAborted()
    if (index === 0) {
      frames = Math.round(packet.duration * sampleRate)
      packetsPerMark = Math.ceil((Math.max(MARK_S, seconds / (limits.seekMarks - 1)) * sampleRate) / frames)
    }
    // Marks are counted in frames: every packet but the last one has as many.
    if (Math.round(packet.timestamp * sampleRate) !== index * frames) return null
    // Every one is looked for, not only those at marks: where silence repeats itself, only who has followed the demuxer knows which it is.
    const atByte = await scan.find(packet.data, Math.max(0, endByte - 1))
    if (atByte === null) return null
    if (index % packetsPerMark === 0) {
      gapsBytes.push(atByte - markByte)
      markByte = atByte
    }
    endByte = atByte + packet.data.length
    index++
  }
  return gapsBytes.length < 2 ? null : { sampleRate, everyFrames: packetsPerMark * frames, gapsBytes }
}

/** Finds packets in a file, one behind the other: demuxers do not tell where they found them. */
class Scan {
  readonly #file: Blob
  #bytes = new Uint8Array(0)
  #startByte = 0

  constructor(file: Blob) {
    this.#file = file
  }

  /** The first place from `fromByte` on where these bytes stand. One before the last packet's end does: frames of MP3 may be a byte short. */
  async find(packet: Uint8Array, fromByte: number): Promise<number | null> {
    for (let at = fromByte; at + packet.length <= this.#file.size; at++) {
      if (at < this.#startByte || at + packet.length > this.#startByte + this.#bytes.length)
        await this.#read(at, packet)
      if (startsWith(this.#bytes, at - this.#startByte, packet)) return at
    }
    return null
  }

  async #read(at: number, packet: Uint8Array): Promise<void> {
    const end = at + Math.max(READ_BYTES, packet.length)
    this.#bytes = new Uint8Array(await this.#file.slice(at, end).arrayBuffer())
    this.#startByte = at
  }
}

function startsWith(bytes: Uint8Array, at: number, packet: Uint8Array): boolean {
  for (let i = 0; i < packet.length; i++) if (bytes[at + i] !== packet[i]) return false
  return true
}
