/** One part of the bench in a process of its own, so that memory is its own too: `node part.ts KIND PEERS SEED [UPDATES]`, forked by main.ts. */
import { forkRandom, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { heapMb, round } from './figures.ts'
import { MemoryRoom } from './memory-room.ts'
import { YWebrtcRoom } from './rivals/y-webrtc.ts'
import { YWebsocketRoom } from './rivals/y-websocket.ts'
import { Swarm } from './swarm/swarm.ts'
import { talk, type Outcome, type Person, type Room } from './talk.ts'

/** Between two updates, ms: a lively chat. */
const GAP_MS = 250
/** The same among real peers, ms for each of them: they share two cores, and shall have them to themselves for each update. */
const SWARM_GAP_MS = 25
/** Updates before the measured ones, among real peers: connections are made, code is compiled. */
const WARM_UP = 20

const [kind, peersText, seedText, updatesText] = process.argv.slice(2)
const [peers, seed, updates] = [Number(peersText), Number(seedText), Number(updatesText)]
const random = seededRandom(seed)

async function gather<R>(make: () => Promise<R>): Promise<{ room: R; mbPerPeer: number }> {
  const before = heapMb()
  const room = await make()
  return { room, mbPerPeer: round((heapMb() - before) / peers, 2) }
}

const figures = ({ updates: _count, ...outcome }: Outcome): Omit<Outcome, 'updates'> => outcome

async function earshot() {
  const { room, mbPerPeer } = await gather(() => MemoryRoom.gather(peers, seed))
  const neighbours = room.links
  const first = await talk(room, { name: 'first', updates, once: true, gapMs: GAP_MS, random: forkRandom(random) })
  const [before, fromMs] = [room.presenceTraffic, room.nowMs()]
  const settled = await talk(room, { name: 'settled', updates, gapMs: GAP_MS, random: forkRandom(random) })
  const peerSeconds = (peers * (room.nowMs() - fromMs)) / 1_000
  const presence = {
    messagesPerSecondPerPeer: round((room.presenceTraffic.messages - before.messages) / peerSeconds),
    bytesPerSecondPerPeer: Math.round((room.presenceTraffic.bytes - before.bytes) / peerSeconds),
  }
  const vanishing = await talk(room, {
    ...{ name: 'vanishing', updates, gapMs: GAP_MS, random: forkRandom(random) },
    vanishing: Math.round(peers / 5),
  })
  return { ...figures(settled), mbPerPeer, neighbours, presence, first: figures(first), vanishing: figures(vanishing) }
}

async function rival<P extends Person>(make: () => Promise<Room<P>>) {
  const { room, mbPerPeer } = await gather(make)
  const settled = await talk(room, { name: 'settled', updates, gapMs: GAP_MS, random })
  return { ...figures(settled), mbPerPeer }
}

async function swarm(kind: 'earshot' | 'plain') {
  const room = await Swarm.gather(kind, peers, seed)
  const pace = { gapMs: SWARM_GAP_MS * peers, updates }
  try {
    const neighbours = await room.links()
    await talk(room, { ...pace, name: 'warm-up', updates: WARM_UP, random: forkRandom(random) })
    const [peersBefore, nodeBefore] = [await room.cpuMs(), await room.node.cpuSeconds()]
    const settled = await talk(room, { ...pace, name: 'settled', random: forkRandom(random) })
    const cpuMsPerUpdatePerPeer = round(((await room.cpuMs()) - peersBefore) / updates / peers, 2)
    const nodeCpuMsPerUpdate = Math.round((1_000 * ((await room.node.cpuSeconds()) - nodeBefore)) / updates)
    const costs = {
      mbPerPeer: room.mbPerPeer,
      cpuMsPerUpdatePerPeer,
      nodeKbPerPeer: room.nodeKbPerPeer,
      nodeCpuMsPerUpdate,
    }
    const measured = { ...figures(settled), neighbours, ...costs }
    if (kind === 'plain') return measured
    // All peers of one process of five are killed at once.
    const vanishing = await talk(room, { ...pace, name: 'vanishing', random: forkRandom(random), vanishing: 1 })
    return { ...measured, vanishing: figures(vanishing) }
  } finally {
    await room.close()
  }
}

const parts: Readonly<Record<string, () => Promise<object>>> = {
  earshot,
  yWebrtc: () => rival(() => YWebrtcRoom.gather(peers, seed)),
  libp2p: () => swarm('earshot'),
  plainGossipsub: () => swarm('plain'),
  yWebsocket: () => rival(() => YWebsocketRoom.gather(peers, seed)),
}

// Whoever asked is gone.
process.once('disconnect', () => process.exit())
const result = await parts[kind ?? '']?.().catch((error: unknown) => ({ failed: String(error) }))
if (process.send === undefined) console.log(JSON.stringify(result))
else await new Promise((sent) => process.send?.(result, sent))
process.exit()
