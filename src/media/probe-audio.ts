import { AudioSampleSink, type Input, type InputAudioTrack } from 'mediabunny'
import { limits } from '../domain/limits.ts'
import type { PictureSize } from '../domain/record.ts'
import type { SeekTable } from '../domain/seek-table.ts'
import { fileInput } from './file-input.ts'
import { fileError, type NamedBlob } from './file-problem.ts'
import { walkPackets, type Tail, type WalkOptions } from './packet-walk.ts'
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
  /** Of formats that do not tell themselves where one may begin to read. */
  readonly seekTable?: SeekTable
}

/** Reads a file as the player will: same demuxer, same decoder. Rejects with TrackFileError or AbortError. */
export async function probeAudio(file: NamedBlob, options: WalkOptions): Promise<AudioFacts> {
  const { signal } = options
  signal.throwIfAborted()
  const input = fileInput(file)
  const dispose = (): void => input.dispose()
  let tail: Tail | null = null
  signal.addEventListener('abort', dispose, { once: true })
  try {
    if (!(await input.canRead())) throw fileError(file, 'no-audio')
    const track = await input.getPrimaryAudioTrack()
    if (track === null) throw fileError(file, (await hasTracks(input)) ? 'no-audio' : 'damaged')
    const type = (await input.getMimeType()).split(';')[0]!.trim().toLowerCase()
    tail = await tailOf(file, input, track, options)
    if (await isCutOff(file, track, tail)) throw fileError(file, 'damaged')
    await mustDecode(file, track, tail)
    const video = await pictureSize(input)
    const { seekTable } = tail
    const durationMs = 1_000 * (video === null ? tail.endS : await input.computeDuration())
    if (!(durationMs > 0)) throw fileError(file, 'damaged')
    if (durationMs > limits.trackDurationMs) throw fileError(file, 'too-long')
    return { type, durationMs, ...(video === null ? {} : { video }), ...(seekTable ? { seekTable } : {}) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && error.name === 'TrackFileError') throw error
    if (error instanceof DOMException && error.name.startsWith('Not')) throw fileError(file, 'unreadable', error)
    // The demuxer met something that its format forbids.
    throw fileError(file, 'damaged', error)
  } finally {
    signal.removeEventListener('abort', dispose)
    tail?.dispose?.()
    dispose()
  }
}

/** A tail is too short to tell how a file ends: then the whole track does. */
const SHORTEST_TAIL_S = 2

/** Walks a file whose end is nowhere written to that end. A bad spot on the way is no reason to refuse it: then the demuxer goes alone. */
async function tailOf(file: NamedBlob, input: Input, track: InputAudioTrack, options: WalkOptions): Promise<Tail> {
  const walk = await walkPackets(file, input, options).catch(() => null)
  options.signal.throwIfAborted()
  const whole = async (): Promise<Tail> => ({
    track,
    startS: 0,
    endS: await endOf(track, 0, await track.computeDuration()),
  })
  if (walk === null) return whole()
  const { tail, seekTable, sampleRate } = walk
  try {
    // Told by walking the packets: once.
    const lengthS = await tail.track.computeDuration()
    if (tail.frame > 0 && lengthS < SHORTEST_TAIL_S) {
      tail.dispose()
      return { ...(await whole()), seekTable }
    }
    const startS = tail.frame / sampleRate
    const endS = await endOf(tail.track, startS, lengthS)
    return { track: tail.track, startS, endS, seekTable, dispose: tail.dispose }
  } catch (error) {
    tail.dispose()
    throw error
  }
}

/** Where the last packet ends, s; a whole number of the track's own steps, however far the tail was entered. */
async function endOf(tail: InputAudioTrack, startS: number, lengthS: number): Promise<number> {
  const stepsPerS = await tail.getTimeResolution()
  return Math.round((startS + lengthS) * stepsPerS) / stepsPerS
}

/** A picture to stand for a video where it does not play; null when there is none to be had. */
export const stillOfVideo = (file: Blob, { durationMs }: AudioFacts): Promise<Blob | null> => stillOf(file, durationMs)

const hasTracks = async (input: { getTracks(): Promise<readonly unknown[]> }): Promise<boolean> =>
  (await input.getTracks()).length > 0

/** How much of the end is decoded for proof: any decoder has come into its stride by then. */
const TAIL_SECONDS = 1

/** Proves that the beginning and the end decode here, down to the last packet. Rejects with TrackFileError. */
async function mustDecode(file: NamedBlob, track: InputAudioTrack, tail: Tail): Promise<void> {
  // Outside browsers there is no decoder to ask.
  if (typeof AudioDecoder === 'undefined') return
  const codec = (await track.getCodec()) ?? 'something unknown'
  if (!(await track.canDecode())) throw fileError(file, { undecodable: codec.toUpperCase() })
  try {
    let [heard, heardUntil] = [false, 0]
    for await (const sample of new AudioSampleSink(track).samples(0)) {
      sample.close()
      heard = true
      break
    }
    const sink = new AudioSampleSink(tail.track)
    for await (const sample of sink.samples(Math.max(0, tail.endS - TAIL_SECONDS - tail.startS))) {
      heardUntil = tail.startS + sample.timestamp + sample.duration
      sample.close()
    }
    if (!heard || heardUntil < tail.endS - TAIL_SECONDS / 2) throw fileError(file, 'damaged')
  } catch (error) {
    if (error instanceof DOMException && error.name === 'EncodingError') throw fileError(file, 'damaged', error)
    throw error
  }
}
