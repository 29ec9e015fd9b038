import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import {
  bytesRange,
  createBlobFile,
  openBlobFile,
  readBytes,
  writePiece,
  type SyncFile,
} from '../../src/platform/blob-file.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
import { manifestOf, randomBytes } from './support.ts'

const PIECES = 4
const bytes = randomBytes((PIECES - 1) * limits.pieceBytes + 777, 5)
const manifest = await manifestOf(bytes)
const piece = (index: number): Uint8Array => bytes.slice(index * limits.pieceBytes, (index + 1) * limits.pieceBytes)

class Crash extends Error {}

/** A file whose unflushed writes a crash may keep or lose, each by itself, in part or whole: what a disk's cache does. */
class FragileFile implements SyncFile {
  data = new Uint8Array(0)
  #unflushed: { readonly at: number; readonly before: Uint8Array }[] = []
  /** Operations until the power fails. */
  fuse = Infinity

  getSize(): number {
    return this.data.length
  }
  truncate(size: number): void {
    this.#burn()
    const data = new Uint8Array(size)
    data.set(this.data.subarray(0, size))
    this.data = data
  }
  read(buffer: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const part = this.data.subarray(at, at + buffer.length)
    buffer.set(part)
    return part.length
  }
  write(buffer: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    this.#burn()
    this.#unflushed.push({ at, before: this.data.slice(at, at + buffer.length) })
    this.data.set(buffer, at)
    return buffer.length
  }
  flush(): void {
    this.#burn()
    this.#unflushed = []
  }
  /** The power comes back: of each unflushed write, this share of its bytes never reached the disk. */
  recover(lostShare: readonly number[]): void {
    this.fuse = Infinity
    this.#unflushed.toReversed().forEach(({ at, before }, i) => {
      const lost = Math.round(before.length * (lostShare[i % lostShare.length] ?? 1))
      this.data.set(before.subarray(before.length - lost), at + before.length - lost)
    })
    this.#unflushed = []
  }
  #burn(): void {
    if (this.fuse-- <= 0) throw new Crash()
  }
}

describe('blob file', () => {
  it('[MEDIA-28] the blob lies in one piece where it is said to lie', () => {
    const file = new FragileFile()
    createBlobFile(file, { manifest, lastHeardMs: 1 })
    for (let index = 0; index < PIECES; index++) writePiece(file, bytes.length, index, piece(index))
    const [start, end] = bytesRange(bytes.length)
    expect(Buffer.from(file.data.subarray(start, end)).equals(bytes)).toBe(true)
    expect(end).toBe(file.data.length)
  })

  it('[MEDIA-25] says of no piece that it is here when a crash has taken it', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 })
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 })
    fc.assert(
      fc.property(fc.nat({ max: 20 }), order, shares, (fuse, pieces, lostShare) => {
        const file = new FragileFile()
        file.fuse = fuse
        try {
          createBlobFile(file, { manifest, lastHeardMs: 5 })
          for (const index of pieces) writePiece(file, bytes.length, index, piece(index))
        } catch (error) {
          if (!(error instanceof Crash)) throw error
        }
        file.recover(lostShare)
        const blob = openBlobFile(file, manifest.id)
        if (blob === null) return
        expect(Buffer.compare(blob.manifest.leaves, manifest.leaves)).toBe(0)
        blob.held.forEach((one, index) => {
          if (one === 0) return
          const start = index * limits.pieceBytes
          const stored = readBytes(file, bytes.length, start, Math.min(bytes.length, start + limits.pieceBytes))
          expect(Buffer.compare(stored!, piece(index))).toBe(0)
        })
      }),
      { numRuns: 200 },
    )
  })

  it('[MEDIA-25] gives back what was written, and when it was last heard', () => {
    const file = new FragileFile()
    createBlobFile(file, { manifest, lastHeardMs: 1_234.5 })
    writePiece(file, bytes.length, 3, piece(3))
    expect(openBlobFile(file, manifest.id)).toEqual({ manifest, held: Uint8Array.of(0, 0, 0, 1), lastHeardMs: 1_234.5 })
    expect(readBytes(file, bytes.length, bytes.length - 9, bytes.length)).toEqual(bytes.slice(-9))
  })

  it('[MEDIA-25] takes no other file for a blob', () => {
    for (const size of [0, 10, 32, 5_000]) {
      const file = new FragileFile()
      file.data = new Uint8Array(size).fill(0xff)
      expect(openBlobFile(file, manifest.id)).toBeNull()
    }
    const file = new FragileFile()
    createBlobFile(file, { manifest, lastHeardMs: 0 })
    file.truncate(file.getSize() - 1)
    expect(openBlobFile(file, manifest.id)).toBeNull()
  })

  it('[MEDIA-25] reports a disk that takes only a part of a piece', () => {
    const file = new FragileFile()
    createBlobFile(file, { manifest, lastHeardMs: 0 })
    file.write = (buffer) => buffer.length - 1
    expect(() => writePiece(file, bytes.length, 0, piece(0))).toThrow(
      expect.objectContaining({ name: 'QuotaExceededError' }),
    )
    expect(openBlobFile(file, manifest.id)!.held).toEqual(new Uint8Array(PIECES))
  })
})

describe('memory store', () => {
  it('[MEDIA-20] never gives up what is pinned', async () => {
    const store = new MemoryPieceStore()
    await store.create(manifest, 0)
    await store.pin([manifest.id])
    expect(await store.remove(manifest.id)).toBe(false)
    await store.pin([])
    expect(await store.remove(manifest.id)).toBe(true)
    expect(await store.read(manifest.id, 0, 1)).toBeNull()
  })
})
