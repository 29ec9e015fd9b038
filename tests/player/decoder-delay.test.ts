import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ALL_FORMATS, BufferSource, Input, type InputAudioTrack } from 'mediabunny'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decoderDelay } from '../../src/player/decoder-delay.ts'

const fixtures = join(import.meta.dirname, '../fixtures/audio')

async function trackOf(name: string): Promise<InputAudioTrack> {
  const bytes = await readFile(join(fixtures, name))
  const track = await new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS }).getPrimaryAudioTrack()
  if (track === null) throw new Error(`${name} has no sound`)
  return track
}

/** A decoder that, like Chromium's for Opus, swallows `swallow` frames wherever it is started, and loses nothing else. */
function decoderThatSwallows(swallow: number, sampleRate: number) {
  return class {
    state = 'configured'
    #owed = swallow
    readonly #output: (data: { numberOfFrames: number; close(): void }) => void
    constructor({ output }: { output: (data: { numberOfFrames: number; close(): void }) => void }) {
      this.#output = output
    }
    configure(): void {}
    decode(chunk: { duration: number }): void {
      const frames = Math.round((chunk.duration * sampleRate) / 1e6)
      const swallowed = Math.min(this.#owed, frames)
      this.#owed -= swallowed
      if (frames > swallowed) this.#output({ numberOfFrames: frames - swallowed, close: () => undefined })
    }
    flush = (): Promise<void> => Promise.resolve()
    close(): void {
      this.state = 'closed'
    }
  }
}

describe('decoder delay', () => {
  beforeEach(() => {
    vi.stubGlobal(
      'EncodedAudioChunk',
      class {
        readonly duration: number
        constructor({ duration }: { duration: number }) {
          this.duration = duration
        }
      },
    )
  })
  afterEach(() => vi.unstubAllGlobals())

  it.each([0, 312, 2_000])(
    '[SOUND-16] counts %d frames that an Opus decoder swallows in mid-track',
    async (swallow) => {
      vi.stubGlobal('AudioDecoder', decoderThatSwallows(swallow, 48_000))
      expect(await decoderDelay(await trackOf('sweep.opus'), 1, 48_000)).toBe(swallow)
    },
  )

  it('[SOUND-16] has nothing to count at the beginning, where the container’s stamps have it already', async () => {
    vi.stubGlobal('AudioDecoder', decoderThatSwallows(312, 48_000))
    expect(await decoderDelay(await trackOf('sweep.opus'), 0, 48_000)).toBeNull()
  })

  it('[SOUND-16] asks no decoder for codecs that keep no state', async () => {
    expect(await decoderDelay(await trackOf('sweep.flac'), 1, 44_100)).toBe(0)
  })
})
