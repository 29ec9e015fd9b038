import { encode } from 'cborg'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { penalties } from '../../src/media/tuning.ts'
import { decodeMessage, encodeMessage, type MediaMessage } from '../../src/media/wire.ts'
import {
  connect,
  fakeLink,
  holdsExactly,
  isWhole,
  makePeer,
  ManualTime,
  manifestOf,
  randomBytes,
  refOf,
  storeWith,
  type FakeLink,
  type Peer,
} from './support.ts'

const song = randomBytes(4 * limits.pieceBytes + 99, 1)
const manifest = await manifestOf(song)
const ref = refOf(manifest)
const piece = (index: number): Uint8Array => song.subarray(index * limits.pieceBytes, (index + 1) * limits.pieceBytes)
const held = new Uint8Array(5).fill(1)

/** A link to a peer whose answers the test writes itself. */
function puppet(
  time: ManualTime,
  victim: Peer,
  answer: (message: MediaMessage, say: (reply: MediaMessage) => void) => void,
): FakeLink {
  const [mine, theirs] = fakeLink(time, 'puppet', victim.name)
  const say = (reply: MediaMessage): void => void mine.media.send(encodeMessage(reply))
  mine.media.onMessage((bytes) => answer(decodeMessage(bytes)!, say))
  victim.library.addLink(theirs)
  return mine
}

/** Answers as an honest holder would, but with these bytes for pieces. */
const holder =
  (bytesFor: (index: number) => Uint8Array) =>
  (message: MediaMessage, say: (reply: MediaMessage) => void): void => {
    if (message.kind === 'want' && message.ids.includes(ref.id))
      say({ kind: 'have', id: ref.id, sizeBytes: song.length, held })
    if (message.kind === 'ask-manifest') say({ kind: 'manifest', manifest })
    if (message.kind === 'ask')
      say({ kind: 'piece', id: message.id, piece: message.piece, bytes: bytesFor(message.piece) })
  }

const received = (link: FakeLink): MediaMessage[] => link.other.media.sent.map((bytes) => decodeMessage(bytes)!)

describe('hostile peers', () => {
  it('[MEDIA-13] drops a corrupt piece, marks its sender down, asks it no more, and fetches it elsewhere', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    let flips = 0
    const liar = puppet(
      time,
      me,
      holder((index) => {
        if (index !== 1) return piece(index)
        flips++
        const bytes = piece(index).slice()
        bytes[77]! ^= 1
        return bytes
      }),
    )
    me.library.want([ref])
    await time.until(() => me.blamed.length > 0, 'the blame')
    expect(me.blamed).toEqual([{ peer: 'puppet', why: 'sent a corrupt piece', points: penalties.corrupt }])
    const asksBefore = received(liar).filter((message) => message.kind === 'ask').length
    const honest = makePeer('honest', time, await storeWith(song))
    connect(time, me, honest)
    await time.until(isWhole(me, ref), 'the transfer')
    expect(await holdsExactly(me, ref, song)).toBe(true)
    expect(flips).toBe(1)
    expect(received(liar).filter((message) => message.kind === 'ask')).toHaveLength(asksBefore)
    expect(honest.blamed).toEqual([])
  })

  it('[MEDIA-13] stores and passes on nothing of a false manifest', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    puppet(time, me, (message, say) => {
      if (message.kind === 'want') say({ kind: 'have', id: ref.id, sizeBytes: song.length, held })
      if (message.kind === 'ask-manifest')
        say({ kind: 'manifest', manifest: { ...manifest, leaves: randomBytes(manifest.leaves.length, 9) } })
    })
    me.library.want([ref])
    await time.until(() => me.blamed.length > 0, 'the blame')
    expect(me.blamed[0]).toMatchObject({ why: 'sent a false manifest', points: penalties.corrupt })
    expect(await me.store.list()).toEqual([])
  })

  it('[MEDIA-14] refuses pieces and manifests that nobody asked for', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    const link = puppet(time, me, () => {})
    me.library.want([ref])
    link.media.send(encodeMessage({ kind: 'manifest', manifest }))
    link.media.send(encodeMessage({ kind: 'piece', id: ref.id, piece: 0, bytes: piece(0) }))
    await time.until(() => me.blamed.length >= 2, 'the blame')
    expect(me.blamed.map(({ points }) => points)).toEqual([penalties.unsolicited, penalties.unsolicited])
    expect(await me.store.list()).toEqual([])
  })

  it('[MEDIA-14] gives nothing for an answer that comes twice', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    puppet(time, me, (message, say) => {
      holder(piece)(message, say)
      if (message.kind === 'ask' && message.piece === 0) holder(piece)(message, say)
    })
    me.library.want([ref])
    await time.until(isWhole(me, ref), 'the transfer')
    expect(me.blamed).toEqual([expect.objectContaining({ points: penalties.unsolicited })])
    expect(await holdsExactly(me, ref, song)).toBe(true)
  })

  it('[MEDIA-14] marks down what it cannot read', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    const link = puppet(time, me, () => {})
    link.media.send(encode(['have', new Uint8Array(32), Number.MAX_SAFE_INTEGER, new Uint8Array(1)]))
    link.media.send(new Uint8Array(0))
    link.media.send(randomBytes(1_000, 4))
    await time.until(() => me.blamed.length === 3, 'the blame')
    expect(me.blamed.every(({ points }) => points === penalties.malformed)).toBe(true)
  })

  it('[MEDIA-15] drops requests beyond what may wait, and says so', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time, await storeWith(song))
    const link = puppet(time, me, () => {})
    link.other.media.allowance = 0
    await time.advance(0)
    for (let i = 0; i < limits.mediaRequestsWaiting + 20; i++)
      link.media.send(encodeMessage({ kind: 'ask', id: ref.id, piece: i % 5 }))
    await time.advance(10)
    expect(me.blamed.length).toBeGreaterThan(0)
    expect(me.blamed.every(({ points }) => points === penalties.flood)).toBe(true)
    expect(link.other.media.peakBytes).toBeLessThanOrEqual(limits.mediaBufferedBytes + limits.pieceBytes + 1_000)
  })

  it('[MEDIA-15] gives no link the same blob again and again', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time, await storeWith(song))
    let pieces = 0
    const link = puppet(time, me, (message) => void (pieces += message.kind === 'piece' ? 1 : 0))
    await time.advance(0)
    for (let i = 0; i < 60; i++) {
      link.media.send(encodeMessage({ kind: 'ask', id: ref.id, piece: 0 }))
      await time.advance(20)
    }
    expect(pieces).toBe(limits.mediaCopiesPerLink * 6)
    expect(me.blamed.length).toBe(60 - pieces)
  })

  it('[MEDIA-15] drops messages beyond the rate', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    const link = puppet(time, me, () => {})
    for (let i = 0; i < limits.mediaMessagesPerSecond + 50; i++)
      link.media.send(encodeMessage({ kind: 'want', ids: [] }))
    await time.advance(0)
    expect(me.blamed).toHaveLength(50)
    expect(me.blamed[0]).toMatchObject({ peer: 'puppet' as PeerId, points: penalties.flood })
  })

  it('[MEDIA-14] refuses what it does not hold', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time, await storeWith(song, [0, 2]))
    const replies: MediaMessage[] = []
    const link = puppet(time, me, (message) => void replies.push(message))
    await time.advance(0)
    link.media.send(encodeMessage({ kind: 'want', ids: [ref.id] }))
    link.media.send(encodeMessage({ kind: 'ask', id: ref.id, piece: 1 }))
    link.media.send(encodeMessage({ kind: 'ask', id: ref.id, piece: 2 }))
    await time.until(() => replies.length === 3, 'the replies')
    expect(replies[0]).toEqual({ kind: 'have', id: ref.id, sizeBytes: song.length, held: Uint8Array.of(1, 0, 1, 0, 0) })
    expect(replies[1]).toEqual({ kind: 'refuse', id: ref.id, piece: 1 })
    expect(replies[2]).toMatchObject({ kind: 'piece', piece: 2 })
  })
})
