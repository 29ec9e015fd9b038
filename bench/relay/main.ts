/**
 * `npm run bench -- relay [--members 160] [--room 8] [--seconds 60]`: what members whose links are direct cost the node's libp2p relay: each has
 * its place there and gossips, at rest, which is a note of presence every five seconds. Shipped transport and presence over a shipped node in a
 * process of its own. Needs Linux (/proc). The last line is JSON; exit code 1 when not all of them got their place.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { RoomAddress } from '../../src/domain/address.ts'
import { createLibp2pTransport } from '../../src/net/libp2p/transport.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import type { Elsewhere } from '../../src/net/transport.ts'
import { realScheduler } from '../../src/platform/scheduler.ts'
import { Presence } from '../../src/replica/presence.ts'
import { Replica } from '../../src/replica/replica.ts'
import { memoryStore } from '../../tests/replica/support/memory-store.ts'
import { nodeCrypto, nodeSigner } from '../../tests/support/node-crypto.ts'
import { round } from '../fanout/figures.ts'
import { restingRssKb } from '../signaling/measures.ts'
import { ServerProcess } from '../signaling/server.ts'

/** They bring what every node needs once: compiled code, buffers. */
const FIRST = 16
/** Between two arrivals: all come from one address, of which the relay takes 50 a second. */
const PACE_MS = 100
const PLACE_LIMIT_MS = 60_000
/** Until handshakes have left no trace. */
const SETTLE_MS = 10_000

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '160' },
    room: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '60' },
  },
})
const [wished, size, seconds] = [values.members, values.room, values.seconds].map(Number) as [number, number, number]
const random = seededRandom(1)
const scheduler = realScheduler()
/** WebRTC leads to everybody, as it does for most: nobody is called over the relay. */
const linkedDirectly: Elsewhere = { count: size, has: () => true, onFreed: () => () => {} }
const node = await ServerProcess.earshot('bench')
const url = node.url.replace('/signal', '')

async function found(): Promise<RoomAddress> {
  const context = { signer: nodeSigner(random), crypto: nodeCrypto(random), scheduler, random }
  const { address, replica } = await Replica.found({
    ...{ ...context, visibility: 'public', name: 'Relay', control: 'everyone', roomNow: () => scheduler.wallMs() },
    storeFor: () => memoryStore(),
  })
  await replica.close()
  return address
}

async function enter(address: RoomAddress): Promise<void> {
  const [crypto, signer] = [nodeCrypto(random), nodeSigner(random)]
  const transport = createLibp2pTransport({
    relayUrls: [url],
    crypto,
    scheduler,
    random,
    session: crypto.randomBytes(16),
  })
  const { gossip } = transport.join(address, signer, linkedDirectly)
  const initial = {
    ...{ name: 'Somebody', face: 'a', listening: true, typing: false, joinedAtMs: scheduler.wallMs() },
    ...{ neighbours: size, epoch: null, readyMs: 0 },
  }
  const presence = await Presence.open({ address, signer, crypto, scheduler, initial })
  if (gossip !== undefined) presence.gossip(gossip.channel('presence'))
}

/** Members with a place at the relay, as the node counts them. */
async function reservations(): Promise<number> {
  const text = await (await fetch(`${url.replace('ws', 'http')}/metrics`)).text()
  return Number(/^earshot_relay_reservations (\d+)$/m.exec(text)?.[1])
}

/** Lets so many more come; the result is how many have a place, the node's memory as the kernel counts it, and what its JavaScript holds of it. */
async function come(
  count: number,
): Promise<{ readonly members: number; readonly kb: number; readonly heapKb: number }> {
  const before = await reservations()
  let address = await found()
  for (let arrived = 0; arrived < count; arrived++) {
    if (arrived % size === 0) address = await found()
    await enter(address)
    await sleep(PACE_MS)
  }
  const limitMs = performance.now() + PLACE_LIMIT_MS
  while ((await reservations()) < before + count && performance.now() < limitMs) await sleep(500)
  await sleep(SETTLE_MS)
  const kb = await restingRssKb(node)
  return { members: await reservations(), kb, heapKb: (await node.heapMb()) * 1_024 }
}

const early = await come(FIRST)
const all = await come(wished)
const perMember = (of: 'kb' | 'heapKb'): number => round((all[of] - early[of]) / (all.members - early.members))
const [kbPerMember, heapKbPerMember] = [perMember('kb'), perMember('heapKb')]

const [cpuBefore, movedBefore] = [await node.cpuSeconds(), await node.movedBytes()]
await sleep(seconds * 1_000)
const busyMsPerSecond = round((((await node.cpuSeconds()) - cpuBefore) * 1_000) / seconds / all.members, 3)
const bytesPerSecond = round(((await node.movedBytes()) - movedBefore) / seconds / all.members, 0)
await node.stop()

console.log(
  `${all.members} members, each: ${kbPerMember} KB, of which ${heapKbPerMember} are held; a second: ${busyMsPerSecond} ms of a core, ${bytesPerSecond} bytes`,
)
const result = { members: all.members, room: size, kbPerMember, heapKbPerMember, busyMsPerSecond, bytesPerSecond }
console.log(JSON.stringify({ bench: 'relay', ...result }))
process.exit(all.members === FIRST + wished ? 0 : 1)
