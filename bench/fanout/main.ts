/**
 * `npm run bench -- fanout [--peers 20,50,100,200] [--libp2p 20,50,100] [--rivals 20,50,100,200] [--updates 40] [--seed 1]`: what one update costs in one
 * room, and how long it takes to everyone. An empty list leaves a part out: `--libp2p '' --rivals ''` is virtual time alone, which a busy machine
 * does not spoil; `--peers '' --rivals ''` needs two idle cores. Needs Linux. The last line is JSON; exit code 1 when what is asked for was not
 * reached.
 *
 * - `peers`: shipped replicas and presence on the shipped memory transport, in virtual time on paths as between homes (paths.ts)
 * - `libp2p`: the shipped libp2p transport between Node peers in five processes over a node, in real time on loopback
 * - `rivals`: stock y-webrtc (full mesh) and stock y-websocket on the same paths as `peers`; plain gossipsub as `libp2p`, as many peers
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { failuresOf, timesPlain, type EarshotFigures, type Figures, type Results } from './asked.ts'

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '20,50,100,200' },
    libp2p: { type: 'string', default: '20,50,100' },
    rivals: { type: 'string', default: '20,50,100,200' },
    updates: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
})
const sizes = (text: string): readonly number[] => (text === '' ? [] : text.split(',').map(Number))

/** Runs one part in a process of its own. */
function part<T>(kind: string, peers: number): Promise<T> {
  const startedAtMs = performance.now()
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'part.ts'), [kind, String(peers), values.seed, values.updates])
    child.once('message', (result: T | { readonly failed: string }) => {
      const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
      console.log(`${kind.padEnd(14)} ${String(peers).padStart(3)}  ${JSON.stringify(result)} (${seconds} s)`)
      if (isFailed(result)) reject(new Error(`${kind} with ${peers} peers: ${result.failed}`))
      else resolve(result)
    })
    child.once('exit', (code) => reject(new Error(`${kind} with ${peers} peers ended with ${code}`)))
  })
}

const isFailed = (result: unknown): result is { readonly failed: string } =>
  typeof result === 'object' && result !== null && 'failed' in result

/** Parts that came to no result. */
const broken: string[] = []

const table = async <T>(kind: string, counts: readonly number[]): Promise<Record<string, T>> => {
  const rows: [string, T][] = []
  for (const count of counts) {
    try {
      rows.push([String(count), await part<T>(kind, count)])
    } catch (error) {
      // The others are measured all the same.
      broken.push(error instanceof Error ? error.message : String(error))
    }
  }
  return Object.fromEntries(rows)
}

console.log(`seed ${values.seed}`)
// In virtual time nothing is spoilt by a neighbour: two at a time, on two cores. The largest room takes as long as all the others.
const [largest, ...smaller] = sizes(values.peers).toSorted((a, b) => b - a)
const running = table<EarshotFigures>('earshot', largest === undefined ? [] : [largest])
const smallerRooms = await table<EarshotFigures>('earshot', smaller.toReversed())
const yWebrtc = await table<Figures>('yWebrtc', sizes(values.rivals))
const yWebsocket = await table<Figures>('yWebsocket', sizes(values.rivals))
const peers = { ...smallerRooms, ...(await running) }
const libp2p = await table<EarshotFigures>('libp2p', sizes(values.libp2p))
const plainGossipsub = await table<Figures>('plainGossipsub', sizes(values.libp2p))

const results: Results = { peers, libp2p, rivals: { yWebrtc, yWebsocket, plainGossipsub } }
const failures = [...broken, ...failuresOf(results)]
for (const [count, times] of timesPlain(results))
  console.log(`${count} libp2p peers: p99 is ${times.toFixed(2)} times plain gossipsub's`)
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1
console.log(JSON.stringify({ bench: 'fanout', ...results, seed: Number(values.seed) }))
