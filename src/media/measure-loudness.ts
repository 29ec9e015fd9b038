import { AudioSampleSink, type AudioSample, type InputAudioTrack } from 'mediabunny'
import { downmixWeights } from '../domain/downmix.ts'
import type { Loudness } from '../domain/loudness.ts'
import { fileInput } from './file-input.ts'
import { LoudnessMeter } from './loudness-meter.ts'

/** Least step of the told progress: a message per packet would cost more than the packet. */
const PROGRESS_STEP = 0.01

/**
 * Decodes a whole file, which sounds for `seconds`, packet by packet, and measures what two loudspeakers would give. Runs wherever there is an AudioDecoder.
 * Null for silence; rejects when the file cannot be decoded from end to end.
 */
export async function measureLoudness(
  file: Blob,
  seconds: number,
  onProgress: (fraction: number) => void,
): Promise<Loudness | null> {
  const input = fileInput(file)
  try {
    const track = await input.getPrimaryAudioTrack()
    return track === null ? null : await measureTrack(track, seconds, onProgress)
  } finally {
    input.dispose()
  }
}

async function measureTrack(
  track: InputAudioTrack,
  seconds: number,
  onProgress: (fraction: number) => void,
): Promise<Loudness | null> {
  const ears = new Ears()
  let meter: LoudnessMeter | null = null
  let told = 0
  for await (const sample of new AudioSampleSink(track).samples()) {
    try {
      // Not the container's word: AAC decoders may put out twice the rate that stands there.
      meter ??= new LoudnessMeter(sample.sampleRate)
      const frames = ears.take(sample)
      meter.add(ears.left, ears.right, frames)
      const fraction = sample.timestamp / seconds
      if (fraction >= told + PROGRESS_STEP) onProgress((told = fraction))
    } finally {
      sample.close()
    }
  }
  return meter?.result() ?? null
}

/** What a decoded packet gives each ear: one channel gives both the same, as the player plays it; more than two are mixed down. */
class Ears {
  left = new Float32Array(0)
  right = new Float32Array(0)
  #plane = new Float32Array(0)

  /** Fills `left` and `right`; the result is the number of frames. */
  take(sample: AudioSample): number {
    const frames = sample.numberOfFrames
    if (this.#plane.length < frames)
      [this.left, this.right, this.#plane] = [0, 1, 2].map(() => new Float32Array(frames)) as [
        Float32Array<ArrayBuffer>,
        Float32Array<ArrayBuffer>,
        Float32Array<ArrayBuffer>,
      ]
    copyPlane(sample, 0, this.left)
    if (sample.numberOfChannels === 1) this.right.set(this.left.subarray(0, frames))
    else copyPlane(sample, 1, this.right)
    for (let channel = 2; channel < sample.numberOfChannels; channel++) {
      const [left, right] = downmixWeights(channel)
      copyPlane(sample, channel, this.#plane)
      for (let i = 0; i < frames; i++) {
        this.left[i] = this.left[i]! + left * this.#plane[i]!
        this.right[i] = this.right[i]! + right * this.#plane[i]!
      }
    }
    return frames
  }
}

const copyPlane = (sample: AudioSample, planeIndex: number, into: Float32Array<ArrayBuffer>): void =>
  sample.copyTo(into, { planeIndex, format: 'f32-planar' })
