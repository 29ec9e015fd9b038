import { ALL_FORMATS, AudioSampleSink, CustomSource, Input, type InputAudioTrack } from 'mediabunny'
import { UnsupportedError } from '../domain/errors.ts'
import { ChunkBuilder, type DecodedChunk, type DecodedFormat } from './chunk-builder.ts'
import { decoderDelay } from './decoder-delay.ts'
import { pageStream } from './page-stream.ts'
import type { TrackBytes } from './player.ts'

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
    const source = new CustomSource({
      getSize: () => bytes.ref.sizeBytes,
      read: (start, end) => pageStream(bytes, start, end, signal),
      // Headers are read a few bytes at a time: whole pages, kept for a while, answer most of them at once.
      prefetchProfile: 'fileSystem',
      maxCacheSize: 1024 * 1024,
      // Told to the reader of the iterator as well; after an abort nobody is left to hear it.
      handleUnhandledError: () => undefined,
    })
    const input = new Input({ source, formats: ALL_FORMATS })
    signal.addEventListener('abort', () => input.dispose(), { once: true })
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw new UnsupportedError('This file has no sound that can be played.')
    if (!(await track.canDecode())) {
      const codec = (await track.getCodec()) ?? bytes.ref.type
      throw new UnsupportedError(`This browser cannot decode ${codec}. Another browser on this device may.`)
    }
    const sampleRate = await track.getSampleRate()
    const channels = (await track.getNumberOfChannels()) === 1 ? 1 : 2
    return new TrackDecoder(track, { sampleRate, channels })
  }

  async #delay(startS: number): Promise<number> {
    this.#delayFrames ??= await decoderDelay(this.#track, startS, this.format.sampleRate)
    return this.#delayFrames ?? 0
  }

  /** Decodes from shortly before `fromMs` to the end. Frame numbers count from the track's time 0 at `format.sampleRate`. */
  async *chunks(fromMs: number): AsyncGenerator<DecodedChunk, void> {
    const sink = new AudioSampleSink(this.#track)
    const { sampleRate } = this.format
    const startS = Math.max(0, fromMs / 1000 - PRE_ROLL_S)
    const firstUntil = (fromMs / 1000 + FIRST_S) * sampleRate
    const delay = startS === 0 ? 0 : await this.#delay(startS)
    const builder = new ChunkBuilder(this.format)
    let expected: number | null = null
    for await (const sample of sink.samples(startS)) {
      try {
        const stamped = Math.round(sample.timestamp * sampleRate) + delay
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

function* taken(builder: ChunkBuilder): Generator<DecodedChunk, void> {
  const chunk = builder.take()
  if (chunk !== null) yield chunk
}
