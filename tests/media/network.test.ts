import { describe, expect, it } from 'vitest'
import { hashText, type RoomId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { MediaLibrary } from '../../src/media/media-library.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import type { PathModel } from '../../src/net/memory/path.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { Membership } from '../../src/net/transport.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { everything, manifestOf, randomBytes, refOf, storeWith } from './support.ts'

const PIECES = 12
const song = randomBytes((PIECES - 1) * limits.pieceBytes + 4_321, 11)
const ref = refOf(await manifestOf(song))
const never = new AbortController().signal

/** 40 ms, jitter, loss, 1 MB/s each way. */
const poor: PathModel = { latencyMs: 40, jitterMs: 10, asymmetryMs: 10, loss: 0.02, bytesPerMs: 1_000 }

interface Listener {
  readonly library: MediaLibrary
  readonly membership: Membership
  readonly blamed: string[]
}

function room(seed: number, path: PathModel) {
  const random = seededRandom(seed)
  const time = new VirtualTime({ turn: () => new Promise((done) => setImmediate(done)) })
  const crypto = nodeCrypto(random)
  const network = new MemoryNetwork({ scheduler: time, random, path, crypto })
  const address = { room: hashText<RoomId>(crypto.randomBytes(32)) }
  const enter = (store = new MemoryPieceStore()): Listener => {
    const scheduler = time.clock({ ppm: 100 * (random() - 0.5), originMs: 1e6 * random() })
    const blamed: string[] = []
    const onMisbehaviour = (_: unknown, why: string): void => void blamed.push(why)
    const library = new MediaLibrary({ store, crypto, scheduler, random, onMisbehaviour })
    library.share(everything)
    const membership = network.transport(scheduler).join(address, nodeSigner(random))
    membership.onLink((link) => library.addLink(link))
    return { library, membership, blamed }
  }
  const until = async (condition: () => boolean, what: string): Promise<void> => {
    for (let waited = 0; !condition(); waited += 20) {
      if (waited > 60_000) throw new Error(`not within 60 s: ${what}`)
      await time.advance(20)
    }
  }
  return { time, enter, until }
}

const whole = ({ library }: Listener): boolean => library.progress(ref).complete
const equal = async ({ library }: Listener): Promise<boolean> =>
  Buffer.compare(await library.reader(ref).read(0, song.length, never), song) === 0

describe('swarm on a network', () => {
  it('[MEDIA-9] fills a room of five over poor links from one holder, who leaves when one other has it all', async () => {
    const { enter, until } = room(1, poor)
    const holder = enter(await storeWith(song))
    const others = [enter(), enter(), enter(), enter()]
    for (const { library } of others) library.want([ref])
    await until(() => others.some(whole), 'the first copy')
    await holder.membership.leave()
    await until(() => others.every(whole), 'all copies')
    for (const other of others) expect(await equal(other)).toBe(true)
    expect([holder, ...others].flatMap(({ blamed }) => blamed)).toEqual([])
  })

  it('[MEDIA-6] brings the beginning in time to play: at 1 MB/s the first piece is here within a second', async () => {
    const { time, enter, until } = room(2, poor)
    const [holder, late] = [enter(await storeWith(song)), enter()]
    await until(() => late.membership.links.size > 0, 'the link')
    const startMs = time.nowMs()
    late.library.want([ref])
    await until(() => late.library.progress(ref).heldBytes >= limits.pieceBytes, 'the first piece')
    expect(time.nowMs() - startMs).toBeLessThan(1_000)
    await until(() => whole(late), 'the rest')
    // 3 MB at 1 MB/s: the pipe is kept busy.
    expect(time.nowMs() - startMs).toBeLessThan(4_500)
    expect(holder.blamed).toEqual([])
  })

  it('[MEDIA-6] brings a piece that someone seeks to before what was read ahead', async () => {
    const { time, enter, until } = room(3, { ...poor, bytesPerMs: 300 })
    const [, late] = [enter(await storeWith(song)), enter()]
    late.library.want([ref])
    await until(() => late.library.progress(ref).heldBytes >= limits.pieceBytes, 'the first piece')
    const startMs = time.nowMs()
    let done = false
    void late.library
      .reader(ref)
      .read(song.length - 100, song.length, never)
      .then(() => (done = true))
    await until(() => done, 'the last piece')
    expect(whole(late)).toBe(false)
    // At 300 KB/s a window of read-ahead is about five seconds at first; without priority the end would be ten seconds away.
    expect(time.nowMs() - startMs).toBeLessThan(6_000)
  })
})
