import { AudioSampleSink, type InputAudioTrack } from 'mediabunny'
import { limits } from '../domain/limits.ts'
import type { PictureSize } from '../domain/record.ts'
import { fileInput } from './file-input.ts'
import { fileError, type NamedBlob } from './file-problem.ts'
import { pictureSize, stillOf } from './probe-video.ts'
import { isCutOff } from './truncation.ts'

/** What the bytes of a file say, whatever its name says. */
export interface AudioFacts {
  /** MIME type without parameters, lower case. */
  readonly type: string
  /**
   * Where the last packet ends, in ms, as its container says: without the padding that decoders put out behind it (9 ms in
   * AAC, 14 ms in Opus, 22 ms in Vorbis), so that tracks follow each other without a gap. Same on every device.
   */
  readonly durationMs: number
  /** Of a video: the picture's size. Its length is that of sound or picture, whichever ends later. */
  readonly video?: PictureSize
}

/** Reads a file as the player will: same demuxer, same decoder. Rejects with TrackFileError or AbortError. */
export async function probeAudio(file: NamedBlob, signal: AbortSignal): Promise<AudioFacts> {
  signal.throwIfAborted()
  const input = fileInput(file)
  const dispose = (): void => input.dispose()
  signal.addEventListener('abort', dispose, { once: true })
  try {
    if (!(await input.canRead())) throw fileError(file, 'no-audio')
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw fileError(file, (await hasTracks(input)) ? 'no-audio' : 'damaged')
    const type = (await input.getMimeType()).split(';')[0]!.trim().toLowerCase()
    if (await isCutOff(file, track)) throw fileError(file, 'damaged')
    const soundS = await track.computeDuration()
    await mustDecode(file, track, soundS)
    const video = await pictureSize(input)
    const durationMs = 1_000 * (video === null ? soundS : await input.computeDuration())
    if (!(durationMs > 0)) throw fileError(file, 'damaged')
    if (durationMs > limits.trackDurationMs) throw fileError(file, 'too-long')
    return { type, durationMs, ...(video === null ? {} : { video }) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && error.name === 'TrackFileError') throw error
    if (error instanceof DOMException && error.name.startsWith('Not')) throw fileError(file, 'unreadable', error)
    // The demuxer met something that its format forbids.
    throw fileError(file, 'damaged', error)
  } finally {
    signal.removeEventListener('abort', dispose)
    dispose()
  }
}

/** A picture to stand for a video where it does not play; null when there is none to be had. */
export const stillOfVideo = (file: Blob, { durationMs }: AudioFacts): Promise<Blob | null> => stillOf(file, durationMs)

const hasTracks = async (input: { getTracks(): Promise<readonly unknown[]> }): Promise<boolean> =>
  (await input.getTracks()).length > 0

/** How much of the end is decoded for proof: any decoder has come into its stride by then. */
const TAIL_SECONDS = 1

/** Proves that the beginning and the end decode here, down to the last packet. Rejects with TrackFileError. */
async function mustDecode(file: NamedBlob, track: InputAudioTrack, endSeconds: number): Promise<void> {
  // Outside browsers there is no decoder to ask.
  if (typeof AudioDecoder === 'undefined') return
  const codec = (await track.getCodec()) ?? 'something unknown'
  if (!(await track.canDecode())) throw fileError(file, { undecodable: codec.toUpperCase() })
  try {
    const sink = new AudioSampleSink(track)
    let [heard, heardUntil] = [false, 0]
    for await (const sample of sink.samples(0)) {
      sample.close()
      heard = true
      break
    }
    for await (const sample of sink.samples(Math.max(0, endSeconds - TAIL_SECONDS))) {
      heardUntil = sample.timestamp + sample.duration
      sample.close()
    }
    if (!heard || heardUntil < endSeconds - TAIL_SECONDS / 2) throw fileError(file, 'damaged')
  } catch (error) {
    if (error instanceof DOMException && error.name === 'EncodingError') throw fileError(file, 'damaged', error)
    throw error
  }
}
