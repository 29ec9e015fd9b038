import fc from 'fast-check'
import { AudioSample } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { downmixWeights } from '../../src/domain/downmix.ts'
import { ChunkBuilder, type DecodedChunk } from '../../src/player/chunk-builder.ts'

const sampleRate = 1_000

/** Channel `c` of frame `f` is c * 1000 + f. */
const value = (channel: number, frame: number): number => channel * 1_000 + frame

/** Puts a sample of its own into a builder. */
function feed(into: ChunkBuilder, startFrame: number, frames: number, numberOfChannels: number, roomFrames = 10): void {
  const data = new Float32Array(frames * numberOfChannels)
  for (let channel = 0; channel < numberOfChannels; channel++)
    for (let i = 0; i < frames; i++) data[channel * frames + i] = value(channel, startFrame + i)
  const sample = new AudioSample({
    data,
    format: 'f32-planar',
    numberOfChannels,
    sampleRate,
    timestamp: startFrame / sampleRate,
  })
  into.add(sample, startFrame, roomFrames)
  sample.close()
}

/** Runs of samples, each run after a gap, through a builder that makes chunks of `roomFrames`. */
function build(runs: readonly (readonly number[])[], roomFrames: number): DecodedChunk[] {
  const builder = new ChunkBuilder({ sampleRate, channels: 2 })
  const chunks: (DecodedChunk | null)[] = []
  let at = 0
  for (const run of runs) {
    at += 7
    for (const frames of run) {
      if (!builder.takes(at, frames)) chunks.push(builder.take())
      feed(builder, at, frames, 2, roomFrames)
      at += frames
    }
  }
  chunks.push(builder.take())
  return chunks.filter((chunk) => chunk !== null)
}

describe('chunk builder', () => {
  it('[SOUND-23] keeps every frame of every sample in its place, whatever their lengths and gaps, in chunks of one stretch each', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(lengths, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 100 }), (runs, room) => {
        const chunks = build(runs, room)
        const longest = Math.max(room, ...runs.flat())
        for (const { startFrame, planes } of chunks) {
          expect(planes).toHaveLength(2)
          expect(planes[0]!.length).toBeLessThanOrEqual(longest)
          planes.forEach((plane, channel) =>
            plane.forEach((heard, i) => expect(heard).toBe(value(channel, startFrame + i))),
          )
        }
        const total = chunks.reduce((sum, { planes }) => sum + planes[0]!.length, 0)
        expect(total).toBe(runs.flat().reduce((sum, frames) => sum + frames, 0))
        expect(new Set(chunks.flatMap(({ planes }) => planes.map(({ buffer }) => buffer))).size).toBe(2 * chunks.length)
      }),
      { seed: 20_261_127 },
    )
  })

  it('[SOUND-23] gathers short samples', () => {
    expect(build([[20, 20, 20, 20, 20]], 50).map(({ planes }) => planes[0]!.length)).toEqual([40, 40, 20])
  })

  it('[SOUND-23] gives both ears a lone channel, and their shares of further ones', () => {
    const mono = new ChunkBuilder({ sampleRate, channels: 2 })
    feed(mono, 0, 3, 1)
    expect(mono.take()!.planes.map((plane) => [...plane])).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
    const three = new ChunkBuilder({ sampleRate, channels: 2 })
    feed(three, 5, 1, 3)
    const weights = downmixWeights(2)
    expect(three.take()!.planes.map(([heard]) => heard)).toEqual(
      [0, 1].map((ear) => Math.fround(value(ear, 5) + weights[ear]! * value(2, 5))),
    )
  })
})
