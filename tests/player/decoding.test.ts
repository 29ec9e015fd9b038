import { describe, expect, it } from 'vitest'
import { pageStream } from '../../src/player/page-stream.ts'
import { PcmStream } from '../../src/player/pcm-stream.ts'

function track(sizeBytes: number) {
  const bytes = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
  const reads: [number, number][] = []
  let failures = 0
  return {
    bytes,
    reads,
    failNext: () => (failures = 1),
    source: {
      ref: { id: 'track', sizeBytes, type: 'audio/mpeg' },
      read: (start: number, end: number) => {
        reads.push([start, end])
        return failures-- > 0 ? Promise.reject(new Error('lost')) : Promise.resolve(bytes.slice(start, end))
      },
    },
  }
}

describe('page stream', () => {
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer())
  }

  it.each([
    [0, 10, 262_144],
    [262_140, 262_150, 524_288],
    [10, 600_000, 600_000],
    [599_990, 600_000, 600_000],
  ])(
    '[SOUND-13] yields the bytes [%d, %d) and what its last page holds beyond them, page by page',
    async (start, end, pageEnd) => {
      const { source, bytes, reads } = track(600_000)
      const read = await collect(pageStream(source, start, end, new AbortController().signal))
      expect(read).toEqual(bytes.slice(start, pageEnd))
      for (const [from, to] of reads) expect(Math.floor(from / 262_144)).toBe(Math.floor((to - 1) / 262_144))
    },
  )

  it('[SOUND-13] hands out what is here before it asks for what is missing', async () => {
    const { source, bytes, reads } = track(600_000)
    const reader = pageStream(source, 100, 600_000, new AbortController().signal).getReader()
    expect((await reader.read()).value).toEqual(bytes.slice(100, 262_144))
    expect(reads).toEqual([[100, 262_144]])
  })

  it('[SOUND-13] passes on why a read failed', async () => {
    const { source, failNext } = track(1_000)
    failNext()
    await expect(collect(pageStream(source, 0, 10, new AbortController().signal))).rejects.toThrow('lost')
  })
})

describe('PCM stream', () => {
  const chunk = (startFrame: number, length: number) => ({
    startFrame,
    planes: [Float32Array.from({ length }, (_, i) => startFrame + i)],
  })

  it('[SOUND-14] reads across chunks, and silence where nothing is held or a cut falls', () => {
    const stream = new PcmStream(48_000, 1)
    stream.push(chunk(100, 50))
    stream.push(chunk(150, 50))
    const out = [new Float32Array(8), new Float32Array(8)] as const
    const read = (start: number, low: number, high: number): readonly number[][] => {
      stream.read(start, 8, low, high, out)
      return out.map((plane) => [...plane])
    }
    const twice = (plane: readonly number[]): readonly (readonly number[])[] => [plane, plane]
    expect(read(146, -Infinity, Infinity)).toEqual(twice([146, 147, 148, 149, 150, 151, 152, 153]))
    expect(read(96, -Infinity, Infinity)).toEqual(twice([0, 0, 0, 0, 100, 101, 102, 103]))
    expect(read(150, 152, 155)).toEqual(twice([0, 0, 152, 153, 154, 0, 0, 0]))
  })

  it('[SOUND-14] holds what is contiguous, forgets what was trimmed, and starts anew after a gap', () => {
    const stream = new PcmStream(48_000, 1)
    stream.push(chunk(0, 100))
    stream.push(chunk(100, 100))
    expect(stream.holds(0, 200)).toBe(true)
    expect(stream.holds(0, 201)).toBe(false)
    stream.trim(150)
    expect(stream.from).toBe(100)
    expect(stream.holds(50, 150)).toBe(false)
    stream.endFrame = 200
    expect(stream.holds(120, 9_999)).toBe(true)
    stream.push(chunk(300, 10))
    expect(stream.holds(120, 150)).toBe(false)
    expect(stream.holds(300, 310)).toBe(true)
  })
})
