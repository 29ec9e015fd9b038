import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { markAt, type SeekTable } from '../../src/domain/seek-table.ts'
import { walkPackets } from '../../src/media/packet-walk.ts'
import { enterTrack } from '../../src/player/entrance.ts'
import type { TrackBytes } from '../../src/player/player.ts'

const bytesOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(join(import.meta.dirname, '../fixtures/audio', name)))
const again = (bytes: Uint8Array<ArrayBuffer>, times: number): Blob =>
  new Blob(Array.from({ length: times }, () => bytes))
const never = new AbortController().signal

/** Files of half a minute; the MP3s hold tags, headers and single bytes between their frames, as files do that were put together. */
const files: Record<string, () => Promise<Blob>> = {
  'MP3, constant rate, tags between its frames': async () => again(await bytesOf('sweep.mp3'), 20),
  'MP3, variable rate': async () => again(await bytesOf('vbr-no-header.mp3'), 20),
  'MP3 with a stray byte now and then': async () => {
    const strayed = new Uint8Array([...(await bytesOf('vbr-no-header.mp3')), 7])
    return new Blob([await bytesOf('sweep.mp3'), again(strayed, 20)])
  },
  'MP3 with a picture in front': async () =>
    new Blob([await bytesOf('with-cover.mp3'), again(await bytesOf('sweep.mp3'), 20)]),
  'MP3 of silence, which repeats itself': async () => {
    const song = await bytesOf('../../../public/crate/harbour-lights.mp3')
    const silence = silentFrame()
    return new Blob([song.subarray(0, 300_000), again(silence, 400), song.subarray(0, 300_000), again(silence, 400)])
  },
  'AAC in ADTS': async () => again(await bytesOf('sweep.aac'), 20),
  FLAC: async () => new Blob([await bytesOf('long.flac')]),
}

/** A frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, with nothing in it. */
function silentFrame(): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(417)
  frame.set([0xff, 0xfb, 0x90, 0x64])
  return frame
}

interface Packet {
  readonly frame: number
  readonly data: Uint8Array
}

/** A file, its seek table, and its packets from the beginning on. */
async function opened(file: Blob) {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS })
  const track = (await input.getPrimaryAudioTrack())!
  const sampleRate = await track.getSampleRate()
  const packets: Packet[] = []
  for await (const { timestamp, data } of new EncodedPacketSink(track).packets())
    packets.push({ frame: Math.round(timestamp * sampleRate), data })
  const reads: [number, number][] = []
  const slice = async (start: number, end: number) => new Uint8Array(await file.slice(start, end).arrayBuffer())
  const bytes = (seekTable: SeekTable): TrackBytes => ({
    ref: { id: 'track', sizeBytes: file.size, type: '' },
    seekTable,
    read: async (start, end, signal) => {
      signal.throwIfAborted()
      reads.push([start, end])
      return slice(start, end)
    },
  })
  const endS = (await track.computeDuration()) - 0.001
  // Half a minute takes several demuxers.
  const walk = await walkPackets(file, input, { signal: never, onProgress: () => {}, legS: 4 })
  const table = walk?.seekTable ?? null
  return { table, tail: walk?.tail, packets, sampleRate, bytes, slice, reads, endS }
}

describe.each(Object.entries(files))('%s', (_name, make) => {
  it('[MEDIA-31] [SOUND-25] entered anywhere it gives the packets that the walk from its beginning gives, each in its place', async () => {
    const { table, packets, sampleRate, bytes, reads, endS } = await opened(await make())
    expect(table!.gapsBytes.length).toBeGreaterThanOrEqual(3)
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 11, max: endS, noNaN: true }), async (startS) => {
        reads.length = 0
        const entrance = (await enterTrack(bytes(table!), startS, never))!
        const mark = markAt(table!, entrance.frame, Infinity)!
        // Where the decoder begins lies behind the mark, and not before the entered file's second packet.
        expect(entrance.frame / sampleRate).toBeLessThan(startS - 0.2)
        const sink = new EncodedPacketSink(entrance.track)
        let at = packets.findIndex(({ frame }) => frame === entrance.frame)
        for await (const { timestamp, data } of sink.packets()) {
          const packet = packets[at++]!
          expect(entrance.frame + Math.round(timestamp * sampleRate)).toBe(packet.frame)
          expect(Buffer.compare(data, packet.data)).toBe(0)
        }
        expect(at).toBe(packets.length)
        for (const [start, end] of reads) expect(end <= mark.firstByte || start >= mark.atByte).toBe(true)
      }),
      { numRuns: 5 },
    )
  })

  it('[MEDIA-31] is walked by one demuxer after another: the last one shows the end that the first one would have shown', async () => {
    const { tail, packets, sampleRate } = await opened(await make())
    expect(tail!.frame).toBeGreaterThan(10 * sampleRate)
    let at = packets.findIndex(({ frame }) => frame === tail!.frame)
    for await (const { timestamp, data } of new EncodedPacketSink(tail!.track).packets()) {
      expect(tail!.frame + Math.round(timestamp * sampleRate)).toBe(packets[at]!.frame)
      expect(Buffer.compare(data, packets[at++]!.data)).toBe(0)
    }
    expect(at).toBe(packets.length)
    tail!.dispose()
  })

  it('[SOUND-25] is entered only where the demuxer finds a packet, as long as the table has it, exactly there', async () => {
    const { table, bytes, slice, endS } = await opened(await make())
    const whole = fc.integer({ min: -3_000, max: 3_000 }).filter((shift) => shift !== 0)
    await fc.assert(
      fc.asyncProperty(whole, fc.constantFrom('gap', 'first', 'frames', 'rate'), async (shift, which) => {
        const [first = 0, second = 0, ...rest] = table!.gapsBytes
        const lie: SeekTable = {
          sampleRate: table!.sampleRate + (which === 'rate' ? shift : 0),
          everyFrames: table!.everyFrames + (which === 'frames' ? 2 * shift + 1 : 0),
          gapsBytes: [
            Math.max(0, first + (which === 'first' ? shift : 0)),
            Math.max(0, second + (which === 'gap' ? shift : 0)),
            ...rest,
          ],
        }
        const entrance = await enterTrack(bytes(lie), Math.min(15, endS), never)
        if (which === 'frames' || which === 'rate') expect(entrance).toBeNull()
        if (entrance === null) return
        // Something that looks like a packet, or a whole number of packets further: nothing in the file says that this is not the place.
        const packet = (await new EncodedPacketSink(entrance.track).getFirstPacket())!
        const { atByte } = markAt(lie, entrance.frame, Infinity)!
        expect(Buffer.compare(packet.data, await slice(atByte, atByte + packet.data.length))).toBe(0)
      }),
      { numRuns: 25 },
    )
  })
})

describe('entering a track', () => {
  const song = async () => opened(await files.FLAC!())

  it('[SOUND-25] needs no table: without one, and before its second mark, the file is walked', async () => {
    const { table, bytes, reads } = await song()
    const { seekTable: _none, ...old } = bytes(table!)
    expect(await enterTrack(old, 20, never)).toBeNull()
    expect(await enterTrack(bytes(table!), 10, never)).toBeNull()
    expect(reads).toEqual([])
  })

  it('[SOUND-25] asks for the place before it asks for the headers', async () => {
    const { table, bytes, reads } = await song()
    const entrance = (await enterTrack(bytes(table!), 20, never))!
    expect(reads[0]![0]).toBe(markAt(table!, entrance.frame, Infinity)!.atByte)
  })

  it('[SOUND-25] is given up, and what was entered is closed, by its signal', async () => {
    const { table, bytes } = await song()
    const abort = new AbortController()
    const entrance = (await enterTrack(bytes(table!), 20, abort.signal))!
    const sink = new EncodedPacketSink(entrance.track)
    expect(await sink.getFirstPacket()).not.toBeNull()
    abort.abort()
    await expect(sink.getPacket(3)).rejects.toThrow()
    await expect(enterTrack(bytes(table!), 20, abort.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    )
  })

  it('[SOUND-25] is a claim that may be any: whatever it says, a file is entered or walked, and nothing breaks', async () => {
    const { bytes, endS } = await song()
    const number = fc.oneof(fc.nat(100), fc.nat(100_000), fc.nat(0xffff_ffff))
    const any = fc.record({
      sampleRate: fc.oneof(fc.constant(8_000), number),
      everyFrames: fc.oneof(
        fc.constant(1),
        number.map((n) => n + 1),
      ),
      gapsBytes: fc.array(number, { minLength: 2, maxLength: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(any, fc.double({ min: 0, max: endS, noNaN: true }), async (table, startS) => {
        const entrance = await enterTrack(bytes(table), startS, never)
        if (entrance !== null) expect(await new EncodedPacketSink(entrance.track).getFirstPacket()).not.toBeNull()
      }),
    )
  })
})

describe('making a seek table', () => {
  it.each(['sweep.m4a', 'sweep.opus', 'sweep.ogg', 'sweep.webm', 'sweep.wav', 'film.webm'])(
    '[MEDIA-31] leaves out %s, whose format tells itself what stands where',
    async (name) => expect((await opened(new Blob([await bytesOf(name)]))).table).toBeNull(),
  )

  it('[MEDIA-31] leaves out what is too short to need one', async () => {
    expect((await opened(again(await bytesOf('sweep.mp3'), 6))).table).toBeNull()
  })
})
