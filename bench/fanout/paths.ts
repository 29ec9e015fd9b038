import type { PeerId } from '../../src/domain/ids.ts'
import { reportUncaught } from '../../src/domain/listeners.ts'
import type { Random } from '../../src/domain/scheduler.ts'
import { linkPair, type MemoryLink } from '../../src/net/memory/memory-link.ts'
import { direction, type PathModel } from '../../src/net/memory/path.ts'
import { forkRandom } from '../../src/net/memory/seeded-random.ts'
import type { VirtualTime } from '../../src/net/memory/virtual-time.ts'

/** A path between two homes: 5 to 40 ms each way, 5 ms of queueing, 1 % of packets lost, 10 Mbit/s. The same for Earshot and its rivals. */
export const homePath = (_a: PeerId, _b: PeerId, random: Random): PathModel => ({
  latencyMs: 5 + 35 * random(),
  jitterMs: 5,
  asymmetryMs: 0,
  loss: 0.01,
  bytesPerMs: 1_250,
})

/** A connection of a rival's over such a path: the pipes of the memory network, without its meeting point. */
export function cable(time: VirtualTime, random: Random): [MemoryLink, MemoryLink] {
  const [a, b] = ['a', 'b'] as [PeerId, PeerId]
  const path = homePath(a, b, random)
  const end = (peer: PeerId, sign: 1 | -1) => ({
    peer,
    scheduler: time,
    direction: direction(path, sign, forkRandom(random)),
  })
  return linkPair(end(a, 1), end(b, -1), 'cable', () => false, reportUncaught)
}

/** Everything that was started runs until it waits for time: promise chains of any length, streams and `nextTick`s. */
export const turn = (): Promise<void> => new Promise((done) => setImmediate(done))
