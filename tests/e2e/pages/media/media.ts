import { AudioBufferSink, ALL_FORMATS, CustomSource, Input } from 'mediabunny'
import type { BlobId } from '../../../../src/domain/ids.ts'
import type { BlobRef, FileTrack } from '../../../../src/domain/record.ts'
import { measureInWorker } from '../../../../src/media/loudness-in-worker.ts'
import { MediaLibrary } from '../../../../src/media/media-library.ts'
import type { PieceStore } from '../../../../src/media/piece-store.ts'
import { openPieceStore } from '../../../../src/platform/piece-store-opfs.ts'
import { realScheduler } from '../../../../src/platform/scheduler.ts'
import { createWebCrypto } from '../../../../src/platform/webcrypto.ts'

export interface MediaPage {
  readonly kind: string
  import(
    base64: string,
    name: string,
  ): Promise<{ readonly track: FileTrack } | { readonly error: string; readonly message: string }>
  /** Plays the blob from the store through the player's own demuxer and decoder, without sound; ms at which the last buffer ends. */
  decodedMs(ref: BlobRef): Promise<number>
  /** Width, height, type of a picture. */
  picture(ref: BlobRef): Promise<readonly [number, number, string]>
  sha256(ref: BlobRef): Promise<string>
  progress(ref: BlobRef): { readonly heldBytes: number; readonly complete: boolean }
  stored(): Promise<readonly { readonly id: BlobId; readonly sizeBytes: number; readonly pieces: number }[]>
  want(refs: readonly BlobRef[]): void
  remove(id: BlobId): Promise<boolean>
  /** Imports noise of so many bytes; MB per second. */
  importNoise(bytes: number, seed: number): Promise<{ readonly track: FileTrack; readonly mbPerSecond: number }>
  /** Imports an MP3's frames so many times in a row, as one long file; cancels beyond a fraction when one is given. */
  importLong(base64: string, times: number, cancelAt?: number): Promise<LongImport>
}

export interface LongImport {
  readonly track: FileTrack | null
  /** Name of the error, when there was one. */
  readonly error: string | null
  readonly seconds: number
  readonly fractions: readonly number[]
}

declare global {
  interface Window {
    mediaPage: MediaPage
  }
}

const bytesOf = async (base64: string): Promise<ArrayBuffer> =>
  (await fetch(`data:application/octet-stream;base64,${base64}`)).arrayBuffer()

/** The frames of an MP3 whose first one is no more than a header: without tags and table. */
async function frames(base64: string): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(await bytesOf(base64))
  const tag = [6, 7, 8, 9].reduce((size, i) => size * 128 + bytes[i]!, 0) + 10
  const next = bytes.findIndex((byte, i) => i > tag + 1 && byte === 0xff && bytes[i + 1] === bytes[tag + 1])
  return bytes.buffer.slice(next)
}

const never = new AbortController().signal
const store: PieceStore = await openPieceStore()
const library = new MediaLibrary({
  store,
  crypto: await createWebCrypto(),
  scheduler: realScheduler(),
  random: Math.random,
  onMisbehaviour: () => {},
  measureLoudness: measureInWorker,
})
await library.ready

function wav(bytes: number, seed: number): File {
  const file = new Uint8Array(bytes)
  let state = seed
  for (let i = 44; i < bytes; i++) file[i] = (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24
  const head = new DataView(file.buffer)
  const text = (at: number, word: string): void =>
    [...word].forEach((char, i) => head.setUint8(at + i, char.charCodeAt(0)))
  text(0, 'RIFF')
  head.setUint32(4, bytes - 8, true)
  text(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true)
  head.setUint16(22, 2, true)
  head.setUint32(24, 48_000, true)
  head.setUint32(28, 192_000, true)
  head.setUint16(32, 4, true)
  head.setUint16(34, 16, true)
  text(36, 'data')
  head.setUint32(40, bytes - 44, true)
  return new File([file], `noise-${seed}.wav`)
}

window.mediaPage = {
  kind: store.kind,
  async import(base64, name) {
    const bytes = await bytesOf(base64)
    try {
      return { track: await library.importFile(new File([bytes], name), { signal: never }) }
    } catch (error) {
      return { error: (error as Error).name, message: (error as Error).message }
    }
  },
  async decodedMs(ref) {
    const reader = library.reader(ref)
    const source = new CustomSource({
      getSize: () => ref.sizeBytes,
      read: (start, end) => reader.read(start, end, never),
    })
    using input = new Input({ source, formats: ALL_FORMATS })
    const track = (await input.getPrimaryAudioTrack())!
    let endMs = 0
    for await (const { timestamp, duration } of new AudioBufferSink(track).buffers(0)) {
      endMs = Math.max(endMs, (timestamp + duration) * 1_000)
    }
    return endMs
  },
  async picture(ref) {
    const blob = await library.readAll(ref, never)
    const bitmap = await createImageBitmap(blob)
    return [bitmap.width, bitmap.height, blob.type]
  },
  async sha256(ref) {
    const blob = await library.readAll(ref, never)
    const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  },
  progress: (ref) => library.progress(ref),
  async stored() {
    const blobs = await store.list()
    return blobs.map(({ manifest: { id, sizeBytes }, held }) => ({
      id,
      sizeBytes,
      pieces: held.reduce((sum, one) => sum + one, 0),
    }))
  },
  want: (refs) => library.want(refs),
  remove: (id) => store.remove(id),
  async importNoise(bytes, seed) {
    const file = wav(bytes, seed)
    const startedMs = performance.now()
    const track = await library.importFile(file, { signal: never })
    return { track, mbPerSecond: bytes / 1_000 / (performance.now() - startedMs) }
  },
  async importLong(base64, times, cancelAt = Infinity) {
    const once = await frames(base64)
    const file = new File(
      Array.from({ length: times }, () => once),
      'long.mp3',
    )
    const abort = new AbortController()
    const fractions: number[] = []
    const startedMs = performance.now()
    const onProgress = (fraction: number): void => {
      fractions.push(fraction)
      if (fraction >= cancelAt) abort.abort()
    }
    const outcome = await library.importFile(file, { signal: abort.signal, onProgress }).then(
      (track) => ({ track, error: null }),
      (error: unknown) => ({ track: null, error: (error as Error).name }),
    )
    return { ...outcome, seconds: (performance.now() - startedMs) / 1_000, fractions }
  },
}
