import { ADTS, EncodedPacketSink, FLAC, MP3, type Input, type InputAudioTrack } from 'mediabunny'
import type { SeekTable } from '../domain/seek-table.ts'
import { fileInput } from './file-input.ts'
import { SeekTableMaker } from './make-seek-table.ts'
import { Scan } from './scan.ts'

/** Formats that name no places in themselves: whoever wants the middle walks all packets up to it. The others have tables, or are bisected. */
const TABLELESS = new Set([MP3, ADTS, FLAC])
/** Demuxers remember each packet that they have passed: after so much sound a fresh one goes on. */
const LEG_S = 60
/** Least step of the told progress. */
const PROGRESS_STEP = 0.02

/** A demuxer that is shown a file from one of its packets on, behind the headers. */
export interface Leg {
  readonly track: InputAudioTrack
  /** What it takes for 0, frames and bytes of the whole file. */
  readonly frame: number
  readonly atByte: number
  dispose(): void
}

export interface PacketWalk {
  readonly sampleRate: number
  /** Null for files that are too short to need one. */
  readonly seekTable: SeekTable | null
  /** Where the walk ended. The caller disposes of it. */
  readonly tail: Leg
}

/** The end of a track as a demuxer shows it that need not begin at the track's beginning. */
export interface Tail {
  readonly track: InputAudioTrack
  /** What it takes for 0, s. */
  readonly startS: number
  /** Where its last packet ends, s of the whole track. */
  readonly endS: number
  /** Absent when it is the whole track. */
  readonly seekTable?: SeekTable | null
  readonly dispose?: () => void
}

export interface WalkOptions {
  readonly signal: AbortSignal
  /** Told the share of bytes that lie behind it, rising. */
  readonly onProgress: (fraction: number) => void
  /** How much sound one demuxer is shown, s; 60 unless told. */
  readonly legS?: number
}

/**
 * Walks all packets of a file that `input` reads, and notes where some of them stand. Null for formats that tell it themselves, and where
 * packets differ in length. Rejects with what the file's reader or the demuxer does, or when `signal` aborts.
 */
export async function walkPackets(file: Blob, input: Input, options: WalkOptions): Promise<PacketWalk | null> {
  if (!TABLELESS.has(await input.getFormat())) return null
  const track = await input.getPrimaryAudioTrack()
  const first = track && (await new EncodedPacketSink(track).getFirstPacket())
  if (!track || !first) return null
  const sampleRate = await track.getSampleRate()
  const walk = new Walk(file, sampleRate, Math.round(first.duration * sampleRate), options)
  let leg: Leg = { track, frame: 0, atByte: 0, dispose: () => {} } // whose input is the caller's
  try {
    for (;;) {
      const next = await walk.along(leg)
      if (next === 'end') return { sampleRate, seekTable: walk.maker.table(), tail: leg }
      leg.dispose()
      if (next === 'astray') return null
      leg = await openLeg(file, walk.firstByte, next)
    }
  } catch (error) {
    leg.dispose()
    throw error
  }
}

type Place = Pick<Leg, 'frame' | 'atByte'>

async function openLeg(file: Blob, firstByte: number, place: Place): Promise<Leg> {
  const input = fileInput(new Blob([file.slice(0, firstByte), file.slice(place.atByte)]))
  const dispose = (): void => input.dispose()
  try {
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw new Error('no packet stands where one was found')
    return { track, ...place, dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

class Walk {
  readonly maker: SeekTableMaker
  firstByte = 0
  readonly #file: Blob
  readonly #scan: Scan
  readonly #sampleRate: number
  readonly #options: WalkOptions
  #endByte = 0
  #told = 0

  constructor(file: Blob, sampleRate: number, packetFrames: number, options: WalkOptions) {
    this.maker = new SeekTableMaker(sampleRate, packetFrames)
    this.#file = file
    this.#scan = new Scan(file)
    this.#sampleRate = sampleRate
    this.#options = options
  }

  /** Takes a leg's packets. The result is where the next leg begins. */
  async along(leg: Leg): Promise<Place | 'end' | 'astray'> {
    for await (const { timestamp, data } of new EncodedPacketSink(leg.track).packets()) {
      this.#options.signal.throwIfAborted()
      const passed = Math.round(timestamp * this.#sampleRate)
      const frame = leg.frame + passed
      // Every one is looked for, not only those at marks: where silence repeats itself, only who has followed the demuxer knows which it is.
      const atByte = await this.#scan.find(data, Math.max(0, this.#endByte - 1))
      if (atByte === null) return 'astray'
      if (frame === 0) this.firstByte = atByte
      // The last leg is no shorter than the one before.
      const long =
        passed >= (this.#options.legS ?? LEG_S) * this.#sampleRate && this.#file.size - atByte > atByte - leg.atByte
      if (long) return { frame, atByte }
      // What a leg begins with is what the one before it ended at.
      if (passed === 0 && leg.frame > 0 && atByte !== leg.atByte) return 'astray'
      if (!this.maker.add(frame, atByte)) return 'astray'
      this.#endByte = atByte + data.length
      this.#tell(this.#endByte / this.#file.size)
    }
    return 'end'
  }

  #tell(fraction: number): void {
    if (fraction >= this.#told + PROGRESS_STEP) this.#options.onProgress((this.#told = fraction))
  }
}
