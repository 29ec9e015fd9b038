import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import type { BlobRef } from '../../src/domain/record.ts'
import { tuning } from '../../src/media/tuning.ts'
import { decodeMessage, type MediaMessage } from '../../src/media/wire.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
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
  storeWithAll,
  type FakeLink,
} from './support.ts'

const PIECES = 8
const song = randomBytes((PIECES - 1) * limits.pieceBytes + 1_234, 1)
const otherSong = randomBytes(3 * limits.pieceBytes, 2)
const songRef = refOf(await manifestOf(song))
const otherRef = refOf(await manifestOf(otherSong))

const sent = (link: FakeLink): MediaMessage[] => link.media.sent.map((bytes) => decodeMessage(bytes)!)
const asked = (link: FakeLink, ref: BlobRef = songRef): number[] =>
  sent(link).flatMap((message) => (message.kind === 'ask' && message.id === ref.id ? [message.piece] : []))

describe('swarm', () => {
  it('[MEDIA-4] brings a wanted blob over, whole and equal', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    connect(time, b, a)
    b.library.want([songRef])
    await time.until(isWhole(b, songRef), 'the transfer')
    expect(await holdsExactly(b, songRef, song)).toBe(true)
    expect([...a.blamed, ...b.blamed]).toEqual([])
    expect(b.library.diagnostics()).toMatchObject({ held: 1, wanted: 0 })
    expect(a.library.diagnostics().outMBps).toBeGreaterThan(0)
  })

  it('[MEDIA-26] gives, and tells of, nothing that the room does not name, and tells of it once it does', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWithAll(song, otherSong)), makePeer('b', time)]
    a.library.share(new Set([songRef.id]))
    connect(time, b, a)
    b.library.want([otherRef, songRef])
    await time.until(isWhole(b, songRef), 'the shared one')
    await time.advance(5_000)
    expect(b.library.progress(otherRef)).toMatchObject({ heldBytes: 0, holders: 0 })
    a.library.share(new Set([songRef.id, otherRef.id]))
    await time.until(isWhole(b, otherRef), 'the other, once it is shared')
    expect([...a.blamed, ...b.blamed]).toEqual([])
  })

  it('[MEDIA-4] fetches nothing that is not wanted', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWithAll(song, otherSong)), makePeer('b', time)]
    const link = connect(time, b, a)
    b.library.want([otherRef])
    await time.until(isWhole(b, otherRef), 'the wanted one')
    await time.advance(5_000)
    expect(b.library.progress(songRef).heldBytes).toBe(0)
    expect(asked(link)).toEqual([])
  })

  it('[MEDIA-5] fetches from several holders at once, each piece once', async () => {
    const time = new ManualTime()
    const holders = await Promise.all(
      ['a', 'bb', 'ccc'].map(async (name) => makePeer(name, time, await storeWith(song))),
    )
    const me = makePeer('me', time)
    const links = holders.map((holder) => connect(time, me, holder))
    await time.advance(10)
    me.library.want([songRef])
    await time.until(isWhole(me, songRef), 'the transfer')
    const pieces = links.map((link) => asked(link))
    expect(pieces.flat().toSorted((x, y) => x - y)).toEqual([...Array(PIECES).keys()])
    for (const some of pieces) expect(some.length).toBeGreaterThan(0)
    expect(await holdsExactly(me, songRef, song)).toBe(true)
  })

  it('[MEDIA-6] asks for the first wanted blob in order, from the reader on', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    const link = connect(time, b, a)
    b.library.want([songRef])
    await time.until(isWhole(b, songRef), 'the transfer')
    expect(asked(link)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])

    const c = makePeer('c', time)
    const late = connect(time, c, a)
    c.library.want([songRef])
    const middle = c.library
      .reader(songRef)
      .read(4 * limits.pieceBytes + 10, 4 * limits.pieceBytes + 20, new AbortController().signal)
    await time.until(isWhole(c, songRef), 'the transfer')
    expect(asked(late)).toEqual([4, 5, 6, 7, 0, 1, 2, 3])
    expect(await middle).toEqual(song.subarray(4 * limits.pieceBytes + 10, 4 * limits.pieceBytes + 20))
  })

  it('[MEDIA-6] goes on behind the place where a file is entered, when its headers are read as well', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    const link = connect(time, b, a)
    b.library.want([songRef])
    const reader = b.library.reader(songRef)
    const { signal } = new AbortController()
    const reads = [5, 0].map((piece) => reader.read(piece * limits.pieceBytes, piece * limits.pieceBytes + 4, signal))
    await time.until(isWhole(b, songRef), 'the transfer')
    expect(asked(link)).toEqual([0, 5, 6, 7, 1, 2, 3, 4])
    expect(await reads[0]).toEqual(song.subarray(5 * limits.pieceBytes, 5 * limits.pieceBytes + 4))
  })

  it('[MEDIA-6] puts a piece that a reader waits for before everything else, also when the window is full', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('b', time)]
    const link = connect(time, b, a)
    // The manifest passes and no piece.
    link.other.media.allowance = 2_000
    b.library.want([songRef])
    await time.until(() => asked(link).length === tuning.firstWindow, 'the first requests')
    const before = asked(link)
    expect(before).not.toContain(7)
    await time.advance(1_000)
    expect(asked(link)).toEqual(before)
    const read = b.library
      .reader(songRef)
      .read(7 * limits.pieceBytes, 7 * limits.pieceBytes + 4, new AbortController().signal)
    await time.advance(0)
    expect(asked(link)).toEqual([...before, 7])
    link.other.media.allowance = Infinity
    link.other.media.flow()
    await time.advance(100)
    expect(await read).toEqual(song.subarray(7 * limits.pieceBytes, 7 * limits.pieceBytes + 4))
  })

  it('[MEDIA-6] asks for the rarest pieces of the following blobs first', async () => {
    const time = new ManualTime()
    // Piece 2 is with one holder only.
    const all = makePeer('a', time, await storeWith(otherSong))
    const some = makePeer('bb', time, await storeWith(otherSong, [0, 1]))
    const me = makePeer('me', time)
    const link = connect(time, me, all)
    const partial = connect(time, me, some)
    // The first wanted blob is nowhere, so that all there is to ask is of the second.
    link.other.media.allowance = 0
    partial.other.media.allowance = 0
    me.library.want([songRef, otherRef])
    await time.advance(10)
    for (const end of [partial, link]) {
      end.other.media.allowance = Infinity
      end.other.media.flow()
      await time.advance(0)
    }
    await time.until(isWhole(me, otherRef), 'the transfer')
    expect(asked(link, otherRef)[0]).toBe(2)
  })

  it('[MEDIA-7] goes on with another holder when one leaves in mid-transfer', async () => {
    const time = new ManualTime()
    const [a, b] = [makePeer('a', time, await storeWith(song)), makePeer('bb', time, await storeWith(song))]
    const me = makePeer('me', time)
    const leaving = connect(time, me, a)
    // Three pieces pass, then the sender is gone with requests open.
    leaving.other.media.allowance = 3.5 * limits.pieceBytes
    me.library.want([songRef])
    await time.until(() => me.library.progress(songRef).heldBytes >= 3 * limits.pieceBytes, 'three pieces')
    await time.advance(1_000)
    expect(me.library.progress(songRef).complete).toBe(false)
    leaving.close('lost')
    const rest = connect(time, me, b)
    await time.until(isWhole(me, songRef), 'the transfer')
    expect(await holdsExactly(me, songRef, song)).toBe(true)
    // Nothing is fetched twice.
    expect(asked(rest).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7])
    expect(me.blamed).toEqual([])
  })

  it('[MEDIA-7] turns from a holder that has fallen silent to another', async () => {
    const time = new ManualTime()
    const a = makePeer('a', time, await storeWith(song))
    const me = makePeer('me', time)
    const silent = connect(time, me, a)
    silent.other.media.allowance = 2_000
    me.library.want([songRef])
    await time.until(() => asked(silent).length > 0, 'requests')
    connect(time, me, makePeer('bb', time, await storeWith(song)))
    await time.until(isWhole(me, songRef), 'the transfer')
    expect(time.nowMs()).toBeLessThan(15_000)
    expect(me.blamed).toEqual([])
  })

  it('[MEDIA-8] passes on pieces while still downloading', async () => {
    const time = new ManualTime()
    const a = makePeer('a', time, await storeWith(song))
    const [b, c] = [makePeer('b', time), makePeer('c', time)]
    const up = connect(time, b, a)
    const down = connect(time, c, b)
    up.other.media.allowance = 4.5 * limits.pieceBytes
    b.library.want([songRef])
    c.library.want([songRef])
    await time.until(() => c.library.progress(songRef).heldBytes >= 4 * limits.pieceBytes, 'what b has')
    expect(b.library.progress(songRef).complete).toBe(false)
    up.other.media.allowance = Infinity
    up.other.media.flow()
    await time.until(isWhole(c, songRef), 'the transfer')
    expect(await holdsExactly(c, songRef, song)).toBe(true)
    expect(down.closed).toBe(false)
  })

  it('[MEDIA-9] fills five peers in a ring from one holder, each holding all in the end', async () => {
    const time = new ManualTime()
    const peers = [
      makePeer('a', time, await storeWith(song)),
      ...['b', 'c', 'd', 'e'].map((name) => makePeer(name, time)),
    ]
    peers.forEach((peer, i) => connect(time, peer, peers[(i + 1) % peers.length]!))
    for (const peer of peers) peer.library.want([songRef])
    await time.until(() => peers.every((peer) => isWhole(peer, songRef)()), 'all transfers')
    for (const peer of peers) expect(await holdsExactly(peer, songRef, song)).toBe(true)
    expect(peers.flatMap((peer) => peer.blamed)).toEqual([])
  })

  it('[MEDIA-10] reads no more from the disk than a slow link drains', async () => {
    const time = new ManualTime()
    const long = randomBytes(24 * limits.pieceBytes, 3)
    const ref = refOf(await manifestOf(long))
    const [a, b] = [makePeer('a', time, await storeWith(long)), makePeer('b', time)]
    const link = connect(time, b, a)
    const out = link.other.media
    out.allowance = 0
    b.library.want([ref])
    for (let i = 0; i < 400 && !isWhole(b, ref)(); i++) {
      out.allowance = out.allowance + 90_000
      out.flow()
      await time.advance(50)
    }
    expect(isWhole(b, ref)()).toBe(true)
    expect(out.peakBytes).toBeLessThanOrEqual(limits.mediaBufferedBytes + limits.pieceBytes + 1_000)
  })

  it('[MEDIA-10] never has more pieces under way on a link than its window', async () => {
    const time = new ManualTime()
    const long = randomBytes(24 * limits.pieceBytes, 3)
    const ref = refOf(await manifestOf(long))
    const [a, b] = [makePeer('a', time, await storeWith(long)), makePeer('b', time)]
    const link = connect(time, b, a)
    link.other.media.allowance = 3_000
    b.library.want([ref])
    await time.advance(4_000)
    expect(asked(link, ref).length).toBeGreaterThan(0)
    expect(asked(link, ref).length).toBeLessThanOrEqual(limits.mediaWindow)
  })

  it('[MEDIA-10] serves two peers in turns, whatever one of them asks', async () => {
    const time = new ManualTime()
    const a = makePeer('a', time, await storeWith(song))
    const [greedy, modest] = [makePeer('greedy', time), makePeer('modest', time)]
    const links = [connect(time, greedy, a), connect(time, modest, a)]
    for (const link of links) link.other.media.allowance = 0
    greedy.library.want([songRef])
    modest.library.want([songRef])
    for (let i = 0; i < 200 && !isWhole(modest, songRef)(); i++) {
      for (const link of links) {
        link.other.media.allowance += 30_000
        link.other.media.flow()
      }
      await time.advance(50)
      const [x, y] = [greedy.library.progress(songRef).heldBytes, modest.library.progress(songRef).heldBytes]
      expect(Math.abs(x - y)).toBeLessThanOrEqual(2 * limits.pieceBytes)
    }
    expect(isWhole(modest, songRef)()).toBe(true)
  })

  it('[MEDIA-12] says what to do when a blob finds no room, and fetches the others', async () => {
    const time = new ManualTime()
    const a = makePeer('a', time, await storeWithAll(song, otherSong))
    const b = makePeer('b', time, new MemoryPieceStore({ capacityBytes: 4 * limits.pieceBytes }))
    connect(time, b, a)
    b.library.want([songRef, otherRef])
    await time.until(isWhole(b, otherRef), 'the one that fits')
    expect(b.problems).toEqual([expect.stringContaining('Free some disk space')])
    expect(b.library.progress(songRef).heldBytes).toBe(0)
  })
})
