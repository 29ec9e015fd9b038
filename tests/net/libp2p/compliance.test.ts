import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RoomAddress } from '../../../src/domain/address.ts'
import { hashText, type RoomId } from '../../../src/domain/ids.ts'
import { createLibp2pTransport } from '../../../src/net/libp2p/transport.ts'
import { realScheduler } from '../../../src/platform/scheduler.ts'
import { nodeCrypto, nodeSigner } from '../../support/node-crypto.ts'
import { startRelay, type RelayServer } from '../../support/relay.ts'
import { complianceCases, crowdCases, type ComplianceEnv } from '../compliance.ts'

/** Above 20 s, as the suite asks. */
const UNTIL_MS = 30_000
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function libp2pEnv(relay: RelayServer): ComplianceEnv {
  const crypto = nodeCrypto(Math.random)
  const scheduler = realScheduler()
  const reported: unknown[] = []
  return {
    reported,
    createRoom: () => ({ room: hashText<RoomId>(crypto.randomBytes(32)) }),
    async createPeer() {
      const signer = nodeSigner(Math.random)
      const stranger = nodeSigner(Math.random)
      const transport = createLibp2pTransport({
        ...{ crypto, scheduler, relayUrls: [relay.url], random: Math.random, session: crypto.randomBytes(16) },
        report: (error) => reported.push(error),
      })
      return {
        peer: signer.peer,
        join: (room: RoomAddress) => transport.join(room, signer),
        joinAsImpostor: (room: RoomAddress) =>
          transport.join(room, { peer: signer.peer, sign: (bytes) => stranger.sign(bytes) }),
      }
    },
    async until(what, condition) {
      const endMs = performance.now() + UNTIL_MS
      while (!condition()) {
        if (performance.now() >= endMs) throw new Error(`not within ${UNTIL_MS} ms: ${what}`)
        await pause(5)
      }
    },
    pause,
  }
}

describe('libp2p transport between Node peers', () => {
  let relay: RelayServer
  beforeAll(async () => {
    relay = await startRelay({ limits: { connectionsPerSecond: 1_000 } })
  })
  afterAll(() => relay.close())

  // The crowds of NET-17 and NET-18 are real work for twenty peers: they stay with virtual time.
  const cases = [...complianceCases, ...crowdCases.filter(({ id }) => id === 'NET-19')]
  for (const { id, title, run } of cases)
    it(`[${id}] ${title}`, { timeout: 60_000 }, async () => {
      await expect(run(libp2pEnv(relay))).resolves.toBeUndefined()
    })
})
