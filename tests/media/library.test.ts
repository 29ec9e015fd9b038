import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import {
  connect,
  holdsExactly,
  isWhole,
  makePeer,
  ManualTime,
  manifestOf,
  randomBytes,
  refOf,
  storeWith,
} from './support.ts'

const song = randomBytes(7 * limits.pieceBytes + 1_234, 1)
const songRef = refOf(await manifestOf(song))

describe('library', () => {
  it('[MEDIA-11] tells how much is here and who has more', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    expect(b.library.progress(songRef)).toEqual({ heldBytes: 0, sizeBytes: song.length, holders: 0, complete: false })
    const link = connect(time, b, a)
    link.other.media.allowance = 2.5 * limits.pieceBytes
    const heard: number[] = []
    b.library.onProgress((ref) => heard.push(b.library.progress(ref).heldBytes))
    b.library.want([songRef])
    await time.until(() => heard.includes(2 * limits.pieceBytes), 'two pieces')
    expect(b.library.progress(songRef)).toMatchObject({ heldBytes: 2 * limits.pieceBytes, holders: 1 })
    expect(heard).toEqual(heard.toSorted((x, y) => x - y))
    link.close('lost')
    await time.advance(10)
    expect(b.library.progress(songRef).holders).toBe(0)
  })

  it('[MEDIA-11] stops waiting when the reader is aborted', async () => {
    const time = new ManualTime()
    const b = makePeer('b', time)
    const abort = new AbortController()
    const read = b.library.reader(songRef).read(0, 10, abort.signal)
    await time.advance(10)
    abort.abort()
    await expect(read).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  it('[MEDIA-11] closed, it neither asks nor answers, and leaves the store to the next room', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    const link = connect(time, b, a)
    await time.advance(10)
    a.library.close()
    b.library.want([songRef])
    await time.advance(1_000)
    expect(link.other.media.sent).toEqual([])
    const next = makePeer('next', time, a.store)
    connect(time, b, next)
    await time.until(isWhole(b, songRef), 'the transfer')
    expect(await holdsExactly(b, songRef, song)).toBe(true)
  })
})
