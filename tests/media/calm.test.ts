import { describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/limits.ts'
import { tuning } from '../../src/media/tuning.ts'
import { connect, isWhole, makePeer, ManualTime, manifestOf, randomBytes, refOf, storeWith } from './support.ts'

const song = randomBytes(7 * limits.pieceBytes + 1_234, 1)
const songRef = refOf(await manifestOf(song))

describe('swarm', () => {
  it('[MEDIA-32] leaves the processor to the sound: what nobody waits for comes at a calm pace over the quickest links, and what a reader waits for at once', async () => {
    const time = new ManualTime()
    const me = makePeer('me', time)
    for (const name of ['a', 'bb']) connect(time, me, makePeer(name, time, await storeWith(song)))
    me.library.want([songRef])
    const startedAtMs = time.nowMs()
    await time.advance(100)
    const calmBytes = tuning.calmBurstBytes + (tuning.calmBytesPerSecond * (time.nowMs() - startedAtMs)) / 1000
    expect(me.library.progress(songRef).heldBytes).toBeLessThanOrEqual(calmBytes)
    const last = [7 * limits.pieceBytes, 7 * limits.pieceBytes + 4] as const
    const read = me.library.reader(songRef).read(...last, new AbortController().signal)
    await time.advance(0)
    expect(await read).toEqual(song.subarray(...last))
    await time.until(isWhole(me, songRef), 'the transfer')
    const seconds = (time.nowMs() - startedAtMs) / 1000
    const unhurried = song.length - limits.pieceBytes - tuning.calmBurstBytes
    expect(seconds).toBeGreaterThanOrEqual(unhurried / tuning.calmBytesPerSecond)
    expect(seconds).toBeLessThan((2 * song.length) / tuning.calmBytesPerSecond)
  })
})
