import type { InputAudioTrack } from 'mediabunny'
import { limits } from '../domain/limits.ts'
import { fileError, type NamedBlob } from './file-problem.ts'
import { isCutOff } from './truncation.ts'

/** What the bytes of a file say, whatever its name says. */
export interface AudioFacts {
  /** MIME type without parameters, lower case. */
  readonly type: string
  /** Where the last decoded sample ends, in ms: what the player will play, so that every peer walks the queue alike. */
  readonly durationMs: number
}

/** Reads a file as the player will: same demuxer, same decoder. Rejects with TrackFileError or AbortError. */
export async function probeAudio(file: NamedBlob, signal: AbortSignal): Promise<AudioFacts> {
  // Loaded when the first file is added: start pages need no demuxer.
  const media = await import('mediabunny')
  signal.throwIfAborted()
  const { ADTS, FLAC, MATROSKA, MP3, MP4, OGG, QTFF, WAVE, WEBM } = media
  const formats = [MP3, MP4, QTFF, FLAC, OGG, WEBM, MATROSKA, WAVE, ADTS]
  const input = new media.Input({ source: new media.BlobSource(file, { handleUnhandledError: () => {} }), formats })
  const dispose = (): void => input.dispose()
  signal.addEventListener('abort', dispose, { once: true })
  try {
    if (!(await input.canRead())) throw fileError(file, 'no-audio')
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw fileError(file, (await hasTracks(input)) ? 'no-audio' : 'damaged')
    const type = (await input.getMimeType()).split(';')[0]!.trim().toLowerCase()
    if (await isCutOff(file, media, track)) throw fileError(file, 'damaged')
    const durationMs = 1_000 * (await decodedEnd(file, media, track))
    if (!(durationMs > 0)) throw fileError(file, 'damaged')
    if (durationMs > limits.trackDurationMs) throw fileError(file, 'too-long')
    return { type, durationMs }
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

const hasTracks = async (input: { getTracks(): Promise<readonly unknown[]> }): Promise<boolean> =>
  (await input.getTracks()).length > 0

/** Enough of the end to flush any decoder's delay. */
const TAIL_SECONDS = 1

/** Seconds at which the last decoded sample ends; proves on the way that both ends decode here. */
async function decodedEnd(
  file: NamedBlob,
  media: typeof import('mediabunny'),
  track: InputAudioTrack,
): Promise<number> {
  const packetEnd = await track.computeDuration()
  const codec = (await track.getCodec()) ?? 'something unknown'
  // Outside browsers there is no decoder to ask; packets then say the same to within a frame.
  if (typeof AudioDecoder === 'undefined') return packetEnd
  if (!(await track.canDecode())) throw fileError(file, { undecodable: codec.toUpperCase() })
  try {
    const sink = new media.AudioSampleSink(track)
    let heard = false
    for await (const sample of sink.samples(0)) {
      sample.close()
      heard = true
      break
    }
    if (!heard) return 0
    let end = 0
    for await (const sample of sink.samples(Math.max(0, packetEnd - TAIL_SECONDS))) {
      end = Math.max(end, sample.timestamp + sample.duration)
      sample.close()
    }
    return end
  } catch (error) {
    if (error instanceof DOMException && error.name === 'EncodingError') throw fileError(file, 'damaged', error)
    throw error
  }
}
