/**
 * `npm run bench -- soak [--minutes 30] [--seed 1]`: eight libp2p peers in one process over a node in another, of whom one leaves and another comes
 * every ten seconds, while all write. Memory and handles of both must stay flat. Needs Linux (/proc). The last line is JSON; exit code 1 when they
 * do not, or when the peers do not hold the same at the end.
 */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { pick, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { heapMb, percentile, round } from '../fanout/figures.ts'
import { earshotMember, type EarshotMember } from '../fanout/swarm/earshot.ts'
import { ServerProcess } from '../signaling/server.ts'

const PEERS = 8
const CHURN_MS = 10_000
/** What one record more may weigh in the memory of all peers, MB: it is kept, and that is no leak. */
const MB_PER_RECORD = 0.05
const ROOM_TO_BREATHE = 1.1

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
})
const random = seededRandom(Number(values.seed))
const lastsMs = Number(values.minutes) * 60_000
const silent = { heard: () => {}, sent: () => {} }

interface Sample {
  readonly heapMb: number
  readonly handles: number
  readonly files: number
  readonly nodeHeapMb: number
  /** What the kernel counts: all of that, compiled code, and what V8 has not given back. */
  readonly nodeMb: number
  readonly records: number
}

console.log(`seed ${values.seed}`)
const node = await ServerProcess.earshot('bench')
const url = node.url.replace('/signal', '')
const members: EarshotMember[] = [await earshotMember(url, null, random, silent)]
const { address } = members[0]!
while (members.length < PEERS) members.push(await earshotMember(url, address, random, silent))

async function sample(): Promise<Sample> {
  const nodeHeapMb = round(await node.heapMb(), 2)
  return {
    heapMb: round(heapMb(), 2),
    handles: process.getActiveResourcesInfo().length,
    files: readdirSync('/proc/self/fd').length,
    nodeHeapMb,
    nodeMb: round((await node.rssKb()) / 1_024, 2),
    records: Math.max(...members.map(({ replica }) => replica.records.size)),
  }
}

const samples: Sample[] = []
let churned = 0
const startMs = performance.now()
while (performance.now() - startMs < lastsMs) {
  const leaver = pick(random, members)!
  members.splice(members.indexOf(leaver), 1)
  await leaver.leave()
  members.push(await earshotMember(url, address, random, silent))
  churned++
  // A newcomer that does not know the room yet has nothing to say.
  await pick(
    random,
    members.filter(({ ready }) => ready),
  )?.write(`after ${churned}`)
  await sleep(CHURN_MS)
  samples.push(await sample())
  if (churned % 6 === 0) console.log(JSON.stringify({ minute: churned / 6, ...samples.at(-1) }))
}

async function agree(): Promise<boolean> {
  for (let tries = 0; tries < 60; tries++) {
    const digests = new Set(await Promise.all(members.map(({ replica }) => replica.digest())))
    if (digests.size === 1) return true
    await sleep(500)
  }
  return false
}
const equal = await agree()

/** Medians of the second and of the last quarter: the first is for code to be compiled and links to settle. */
const quarter = (index: number): readonly Sample[] =>
  samples.slice(Math.floor((samples.length * index) / 4), Math.ceil((samples.length * (index + 1)) / 4))
const median = (of: keyof Sample, index: number): number =>
  percentile(
    quarter(index)
      .map((each) => each[of])
      .toSorted((a, b) => a - b),
    0.5,
  )
const change = (of: keyof Sample): { readonly early: number; readonly late: number } => ({
  early: median(of, 1),
  late: median(of, 3),
})
const [heap, handles, files] = [change('heapMb'), change('handles'), change('files')]
const [nodeHeap, nodeMb] = [change('nodeHeapMb'), change('nodeMb')]
const grownMb = MB_PER_RECORD * (change('records').late - change('records').early)
const failures = [
  heap.late > ROOM_TO_BREATHE * heap.early + grownMb && 'memory grows',
  handles.late > ROOM_TO_BREATHE * handles.early + 2 && 'handles pile up',
  files.late > ROOM_TO_BREATHE * files.early + 2 && 'open files pile up',
  nodeHeap.late > ROOM_TO_BREATHE * nodeHeap.early && "what the node's JavaScript holds grows",
  nodeMb.late > ROOM_TO_BREATHE * nodeMb.early && "the node's memory grows",
  !equal && 'the peers do not hold the same at the end',
].filter((failure) => failure !== false)
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1
for (const member of members) await member.leave()
await node.stop()
const ofMembers = { peers: PEERS, churned, heapMb: heap, handles, files }
const result = { minutes: Number(values.minutes), ...ofMembers, nodeHeapMb: nodeHeap, nodeMb, equal }
console.log(JSON.stringify({ bench: 'soak', seed: Number(values.seed), ...result }))
process.exit()
