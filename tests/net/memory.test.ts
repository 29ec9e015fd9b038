import { describe, expect, it } from 'vitest'
import type { RoomAddress } from '../../src/domain/address.ts'
import { hashText, type RoomId } from '../../src/domain/ids.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { quietPath, type PathModel } from '../../src/net/memory/path.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { complianceCases, crowdCases, type ComplianceEnv } from './compliance.ts'

/** Drains promise chains of any length before virtual time moves on. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

function memoryEnv(seed: number, path: PathModel): ComplianceEnv {
  const random = seededRandom(seed)
  const time = new VirtualTime({ turn })
  const crypto = nodeCrypto(random)
  const reported: unknown[] = []
  const network = new MemoryNetwork({ scheduler: time, random, path, crypto, report: (error) => reported.push(error) })
  return {
    reported,
    createRoom: () => ({ room: hashText<RoomId>(crypto.randomBytes(32)) }),
    async createPeer() {
      const signer = nodeSigner(random)
      const stranger = nodeSigner(random)
      const transport = network.transport(time.clock({ ppm: 100 * (random() - 0.5), originMs: 1e6 * random() }))
      return {
        peer: signer.peer,
        join: (room: RoomAddress) => transport.join(room, signer),
        joinAsImpostor: (room: RoomAddress) =>
          transport.join(room, { peer: signer.peer, sign: (bytes) => stranger.sign(bytes) }),
      }
    },
    async until(what, condition) {
      const endMs = time.nowMs() + 60_000
      while (!condition()) {
        if (time.nowMs() >= endMs) throw new Error(`not within 60 s: ${what}`)
        await time.advance(5)
      }
    },
    pause: (ms) => time.advance(ms),
  }
}

const networks: readonly { name: string; path: PathModel }[] = [
  { name: 'a quiet network', path: quietPath },
  {
    name: 'a bad network (40 ms, jitter 20 ms, 5 % lost, 1 MB/s)',
    path: { latencyMs: 40, jitterMs: 20, asymmetryMs: 10, loss: 0.05, bytesPerMs: 1_000 },
  },
]

for (const { name, path } of networks)
  describe(`memory transport, ${name}`, () => {
    for (const { id, title, run } of [...complianceCases, ...crowdCases])
      it(`[${id}] ${title}`, async () => {
        await expect(run(memoryEnv(1, path))).resolves.toBeUndefined()
      })
  })

describe('compliance suite', () => {
  it('[NET-3] notices a network that takes keys on trust', async () => {
    const env = memoryEnv(1, quietPath)
    const trusting: ComplianceEnv = {
      ...env,
      async createPeer() {
        const peer = await env.createPeer()
        return { ...peer, joinAsImpostor: (room) => peer.join(room) }
      },
    }
    const impostors = complianceCases.find(({ id }) => id === 'NET-3')!
    await expect(impostors.run(trusting)).rejects.toThrow('links to the impostor: expected 0, got 1')
  })
})
