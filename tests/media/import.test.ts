import { openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { ALL_FORMATS, BlobSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { TrackFileError } from '../../src/domain/errors.ts'
import { limits } from '../../src/domain/limits.ts'
import type { FileTrack } from '../../src/domain/record.ts'
import type { NamedBlob } from '../../src/media/file-problem.ts'
import type { MeasureLoudness } from '../../src/media/loudness-in-worker.ts'
import { cleanTag, titleFromName } from '../../src/media/tags.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
import { makePeer, ManualTime, randomBytes, settle, type Peer } from './support.ts'

const named = (blob: Blob, name: string): NamedBlob => Object.assign(blob, { name })
const fixture = async (name: string, shown = name): Promise<NamedBlob> =>
  named(await openAsBlob(join(import.meta.dirname, '../fixtures/audio', name)), shown)
const never = new AbortController().signal
const importer = (measureLoudness?: MeasureLoudness): Peer =>
  makePeer('me', new ManualTime(), new MemoryPieceStore(), measureLoudness && { measureLoudness })
const importOne = async (file: NamedBlob, me = importer()): Promise<FileTrack> =>
  me.library.importFile(file, { signal: never })

/** A WAV of so many pieces. */
function wav(pieces: number, name = 'noise.wav'): NamedBlob {
  const data = randomBytes(pieces * limits.pieceBytes - 44, pieces)
  const head = new DataView(new ArrayBuffer(44))
  const text = (at: number, word: string): void =>
    [...word].forEach((char, i) => head.setUint8(at + i, char.charCodeAt(0)))
  text(0, 'RIFF')
  head.setUint32(4, data.length + 36, true)
  text(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true)
  head.setUint16(22, 2, true)
  head.setUint32(24, 48_000, true)
  head.setUint32(28, 192_000, true)
  head.setUint16(32, 4, true)
  head.setUint16(34, 16, true)
  text(36, 'data')
  head.setUint32(40, data.length, true)
  return named(new Blob([head, data as Uint8Array<ArrayBuffer>]), name)
}

describe('import', () => {
  const formats: readonly [string, string, number][] = [
    ['sweep.mp3', 'audio/mpeg', 1541],
    ['vbr-no-header.mp3', 'audio/mpeg', 1541],
    ['sweep.m4a', 'audio/mp4', 1500],
    ['sweep-faststart.m4a', 'audio/mp4', 1500],
    ['sweep.aac', 'audio/aac', 1533],
    ['sweep.flac', 'audio/flac', 1500],
    ['sweep.opus', 'audio/ogg', 1500],
    ['sweep.webm', 'audio/webm', 1501],
    ['sweep.ogg', 'audio/ogg', 1500],
    ['sweep.wav', 'audio/wav', 1500],
  ]
  it.each(formats)(
    '[MEDIA-16] knows %s by its bytes, whatever its name, and its length by its packets',
    async (name, type, durationMs) => {
      const track = await importOne(await fixture(name, 'nameless'))
      expect(track.type).toBe(type)
      expect(Math.abs(track.durationMs - durationMs)).toBeLessThan(1)
    },
  )

  /** Four minutes behind a header that counts so many packets more than there are. */
  async function longSong(missingPackets: number): Promise<NamedBlob> {
    const song = await fixture('sweep.mp3')
    const head = new Uint8Array(await song.arrayBuffer())
    const whole = (): NamedBlob => named(new Blob([head, ...Array.from({ length: 159 }, () => song)]), 'long.mp3')
    const count = new DataView(head.buffer, Buffer.from(head).indexOf('Info') + 8, 4)
    const packets = Math.round((await demuxedS(whole())) * (44_100 / 1_152))
    count.setUint32(0, packets + missingPackets)
    return whole()
  }
  async function demuxedS(file: Blob): Promise<number> {
    const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS })
    return await (await input.getPrimaryAudioTrack())!.computeDuration()
  }

  it('[MEDIA-16] tells the length of a file that several demuxers walk to its end as one would', async () => {
    const file = await longSong(0)
    const { durationMs, seekTable } = await importOne(file)
    expect(durationMs).toBe(1_000 * (await demuxedS(file)))
    expect(durationMs).toBeGreaterThan(4 * 60_000)
    expect(seekTable!.gapsBytes.length).toBeGreaterThan(20)
  })

  it('[MEDIA-18] refuses such a file when its header counts more', async () => {
    await expect(importOne(await longSong(100))).rejects.toThrow(/was cut off/)
  })

  it('[MEDIA-27] knows a video, how large its picture is and how long it lasts; a picture in the tags makes none', async () => {
    const [film, tall, song] = await Promise.all(
      ['film.webm', 'tall.mp4', 'with-cover.mp3'].map(async (name) => importOne(await fixture(name))),
    )
    expect(film).toMatchObject({ type: 'video/webm', title: 'Night Train, the film' })
    expect(film!.video).toEqual({ widthPx: 160, heightPx: 90 })
    expect(Math.abs(film!.durationMs - 60_000)).toBeLessThan(50)
    // Its picture outlasts its sound by half a second.
    expect(tall).toMatchObject({ type: 'video/mp4', video: { widthPx: 36, heightPx: 64 }, durationMs: 2_000 })
    expect(song).not.toHaveProperty('video')
  })

  it('[MEDIA-17] reads title, artist and album, and takes the file name where there is no title', async () => {
    expect(await importOne(await fixture('sweep.flac'))).toMatchObject({
      title: 'Sweep',
      artist: 'Earshot',
      album: 'Fixtures',
    })
    const bare = await importOne(await fixture('sweep.aac', '03_-_Night_drive.v2.aac'))
    expect(bare.title).toBe('03 - Night drive.v2')
    expect(bare).not.toHaveProperty('artist')
  })

  it('[MEDIA-17] makes any tag one clean line', () => {
    expect(cleanTag('  A\u0000B\n\tC \u202Etxt.exe ')).toBe('A B C txt.exe')
    expect(cleanTag('\uD800x')).toBe('\uFFFDx')
    expect(cleanTag('\u0000 \n')).toBeUndefined()
    expect(cleanTag(undefined)).toBeUndefined()
    expect([...cleanTag('🎵'.repeat(500))!]).toHaveLength(limits.tagChars)
    expect(titleFromName('.mp3')).toBe('.mp3')
    expect(titleFromName('\n')).toBe('Untitled')
  })

  const broken: readonly [string, RegExp][] = [
    ['empty.mp3', /“empty.mp3” is empty/],
    ['text.mp3', /“text.mp3” holds no audio/],
    ['silent-video.webm', /“silent-video.webm” holds no audio/],
    ['truncated.mp3', /“truncated.mp3” is damaged or was cut off/],
    ['truncated.m4a', /“truncated.m4a” is damaged or was cut off/],
    ['truncated-no-index.m4a', /“truncated-no-index.m4a” is damaged or was cut off/],
    ['truncated.flac', /“truncated.flac” is damaged or was cut off/],
    ['truncated.ogg', /“truncated.ogg” is damaged or was cut off/],
    ['truncated.wav', /“truncated.wav” is damaged or was cut off/],
  ]
  it.each(broken)(
    '[MEDIA-18] refuses %s with what is wrong and what to do, and nothing else changes',
    async (name, message) => {
      const me = importer()
      const attempt = importOne(await fixture(name), me)
      await expect(attempt).rejects.toThrow(TrackFileError)
      await expect(attempt).rejects.toThrow(message)
      await expect(attempt).rejects.toThrow(/\. (Choose|Add|Copy) /)
      expect(await me.store.list()).toEqual([])
      expect(me.library.diagnostics().held).toBe(0)
    },
  )

  it('[MEDIA-18] refuses a file that is larger than the largest track without reading it', async () => {
    const file = named(new Blob(['x']), 'huge.wav')
    Object.defineProperty(file, 'size', { value: limits.trackBytes + 1 })
    await expect(importOne(file)).rejects.toThrow(/larger than 1 GB/)
  })

  it('[MEDIA-19] says how far it is, rising to 1', async () => {
    const fractions: number[] = []
    await importer().library.importFile(wav(6), { signal: never, onProgress: (fraction) => fractions.push(fraction) })
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.length).toBeGreaterThan(10)
    expect(fractions.at(-1)).toBe(1)
  })

  it('[MEDIA-19] stops when it is cancelled, while hashing and while storing, and leaves nothing behind', async () => {
    for (const stopAt of [0, 0.2, 0.5, 0.9]) {
      const me = importer()
      const abort = new AbortController()
      const onProgress = (fraction: number): void => void (fraction >= stopAt && abort.abort())
      const attempt = me.library.importFile(wav(6), { signal: abort.signal, onProgress })
      await expect(attempt).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
      expect(await me.store.list()).toEqual([])
    }
  })

  it('[MEDIA-19] does not take away from one import what another has cancelled', async () => {
    const me = importer()
    const abort = new AbortController()
    const onProgress = (fraction: number): void => void (fraction > 0.6 && abort.abort())
    const cancelled = me.library.importFile(wav(6), { signal: abort.signal, onProgress })
    const kept = me.library.importFile(wav(6, 'again.wav'), { signal: never })
    await expect(cancelled).rejects.toThrow()
    const track = await kept
    expect(me.library.progress(track).complete).toBe(true)
  })

  it('[MEDIA-19] gives the same file the same id, and stores it once', async () => {
    const me = importer()
    const first = await importOne(wav(4), me)
    const writes: number[] = []
    const write = me.store.write.bind(me.store)
    me.store.write = (id, piece, bytes) => (writes.push(piece), write(id, piece, bytes))
    const second = await importOne(wav(4, 'other name.wav'), me)
    expect(second.id).toBe(first.id)
    expect(writes).toEqual([])
  })

  const loudness = { integratedLufs: -9.5, peakDbfs: -0.1 }

  it('[LOUD-3] signs what was measured, also where tags say otherwise', async () => {
    const me = importer(async () => loudness)
    expect((await importOne(await fixture('replaygain.flac'), me)).loudness).toEqual(loudness)
    expect((await importOne(await fixture('sweep.mp3'), me)).loudness).toEqual(loudness)
  })

  const tagged: readonly [string, object][] = [
    ['replaygain.flac', { integratedLufs: -11.5, peakDbfs: -0.99 }],
    ['r128.opus', { integratedLufs: -16.5, peakDbfs: 0 }],
  ]
  const unmeasured: readonly [string, MeasureLoudness | undefined][] = [
    ['nothing decodes here', undefined],
    ['the file cannot be decoded to its end', () => Promise.reject(new Error('a bad packet'))],
    ['nothing can be said of it', () => Promise.resolve(null)],
  ]
  it.each(unmeasured)(
    '[LOUD-3] believes the tags where %s, and says nothing where they say nothing',
    async (_why, measure) => {
      for (const [name, said] of tagged)
        expect((await importOne(await fixture(name), importer(measure))).loudness).toEqual(said)
      expect(await importOne(await fixture('sweep.flac'), importer(measure))).not.toHaveProperty('loudness')
    },
  )

  it('[LOUD-3] tells how far it is while it measures, and leaves nothing behind when it is cancelled meanwhile', async () => {
    const abort = new AbortController()
    const fractions: number[] = []
    const me = importer(async (_file, { signal, onProgress }) => {
      for (const done of [0.25, 0.5, 0.75]) {
        onProgress(done)
        await settle()
        signal.throwIfAborted()
      }
      return loudness
    })
    await me.library.importFile(wav(6), { signal: never, onProgress: (fraction) => fractions.push(fraction) })
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.filter((fraction) => fraction > 0.1 && fraction < 0.7).length).toBeGreaterThanOrEqual(3)

    const other = importer(async (_file, { signal }) => {
      abort.abort()
      signal.throwIfAborted()
      return loudness
    })
    const attempt = other.library.importFile(wav(6), { signal: abort.signal })
    await expect(attempt).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(await other.store.list()).toEqual([])
  })

  it('[MEDIA-20] makes room by giving up what was heard longest ago, and never what is wanted', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time, new MemoryPieceStore({ capacityBytes: 9 * limits.pieceBytes }))
    const [old, older, wanted] = [wav(3), wav(2), wav(4)]
    const a = await importOne(older, me)
    await time.advance(1_000)
    const b = await importOne(old, me)
    await time.advance(1_000)
    const c = await importOne(wanted, me)
    me.library.want([c])
    // The older one is heard again: now the other one is least recently heard.
    await me.library.reader(a).read(0, 1, never)
    await time.advance(1_000)
    await importOne(wav(1), me)
    expect([a, b, c].map((track) => me.library.progress(track).complete)).toEqual([true, false, true])
  })

  it('[MEDIA-20] says what to do when nothing may go, and keeps everything', async () => {
    const me = makePeer('me', new ManualTime(), new MemoryPieceStore({ capacityBytes: 5 * limits.pieceBytes }))
    const track = await importOne(wav(4), me)
    me.library.want([track])
    await expect(importOne(wav(2), me)).rejects.toThrow(/Free some disk space/)
    expect(me.library.progress(track).complete).toBe(true)
    expect(await me.store.list()).toHaveLength(1)
  })
})
