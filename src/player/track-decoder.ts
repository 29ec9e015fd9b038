import { AudioSampleSink, type InputAudioTrack } from 'mediabunny'
import { UnsupportedError } from '../domain/errors.ts'
import { ChunkBuilder, type DecodedChunk, type DecodedFormat } from './chunk-builder.ts'
import { decoderDelay } from './decoder-delay.ts'
import { enterTrack, type Entrance } from './entrance.ts'
import type { TrackBytes } from './player.ts'
import { trackInput } from './track-input.ts'

/** Decoders need what stands before a frame: MP3's bit reservoir two packets, Opus 80 ms (RFC 7845, 4.6). */
const PRE_ROLL_S = 0.12
/** Sound per chunk; the first ones are shorter, so that a start does not wait for them. */
const CHUNK_S = 0.25
const FIRST_CHUNKS_S = 0.06
const FIRST_S = 0.5

/** One track being decoded from its bytes. */
export class TrackDecoder {
  readonly format: DecodedFormat
  readonly #track: InputAudioTrack
  #delayFrames: number | null = null

  private constructor(track: InputAudioTrack, format: DecodedFormat) {
    this.#track = track
    this.format = format
  }

  /** Reads the headers; `signal` closes it. Rejects with UnsupportedError when this browser cannot decode the track, with the reader's AbortError on `signal`. */
  static async open(bytes: TrackBytes, signal: AbortSignal): Promise<TrackDecoder> {
    const input = trackInput(bytes, signal)
    signal.addEventListener('abort', () => input.dispose(), { once: true })
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw new UnsupportedError('This file has no sound that can be played.')
    if (!(await track.canDecode())) {
      const codec = (await track.getCodec()) ?? bytes.ref.type
      throw new UnsupportedError(`This browser cannot decode ${codec}. Another browser on this device may.`)
    }
    return new TrackDecoder(track, await formatOf(track))
  }

  async #fits(entrance: Entrance): Promise<boolean> {
    const { sampleRate, channels } = await formatOf(entrance.track)
    return sampleRate === this.format.sampleRate && channels === this.format.channels
  }

  async #delay(track: InputAudioTrack, startS: number): Promise<number> {
    this.#delayFrames ??= await decoderDelay(track, startS, this.format.sampleRate)
    return this.#delayFrames ?? 0
  }

  /**
   * Decodes from shortly before `fromMs` to the end. Frame numbers count from the track's time 0 at `format.sampleRate`. With what
   * `enterNear` gave for `fromMs`, nothing is read between the headers and that place.
   */
  async *chunks(fromMs: number, entrance: Entrance | null): AsyncGenerator<DecodedChunk, void> {
    const { track, frame: originFrame } =
      entrance !== null && (await this.#fits(entrance)) ? entrance : { track: this.#track, frame: 0 }
    const sink = new AudioSampleSink(track)
    const { sampleRate } = this.format
    const startS = Math.max(0, startSeconds(fromMs) - originFrame / sampleRate)
    const firstUntil = (fromMs / 1000 + FIRST_S) * sampleRate
    const delay = startS === 0 ? 0 : await this.#delay(track, startS)
    const builder = new ChunkBuilder(this.format)
    let expected: number | null = null
    for await (const sample of sink.samples(startS)) {
      try {
        const stamped = originFrame + Math.round(sample.timestamp * sampleRate) + delay
        // Timestamps are rounded to microseconds or packets: what continues within a few frames continues exactly.
        const startFrame: number = expected !== null && Math.abs(stamped - expected) < 32 ? expected : stamped
        expected = startFrame + sample.numberOfFrames
        if (!builder.takes(startFrame, sample.numberOfFrames)) yield* taken(builder)
        builder.add(sample, startFrame, (startFrame < firstUntil ? FIRST_CHUNKS_S : CHUNK_S) * sampleRate)
      } finally {
        sample.close()
      }
    }
    yield* taken(builder)
  }
}

const startSeconds = (fromMs: number): number => Math.max(0, fromMs / 1000 - PRE_ROLL_S)

/** Enters a track where `chunks(fromMs)` begins to read; see `enterTrack`. */
export const enterNear = (bytes: TrackBytes, fromMs: number, signal: AbortSignal): Promise<Entrance | null> =>
  enterTrack(bytes, startSeconds(fromMs), signal)

const formatOf = async (track: InputAudioTrack): Promise<DecodedFormat> => ({
  sampleRate: await track.getSampleRate(),
  channels: (await track.getNumberOfChannels()) === 1 ? 1 : 2,
})

function* taken(builder: ChunkBuilder): Generator<DecodedChunk, void> {
  const chunk = builder.take()
  if (chunk !== null) yield chunk
}
