/**
 * `npm run bench -- signaling [--connections 4000] [--seconds 10]`: our node against the server that comes with y-webrtc, each in a
 * process of its own, on loopback. Needs Linux (/proc). The last line is JSON; exit code 1 when what is asked for was not reached.
 */
import { parseArgs } from 'node:util'
import { Crowd } from './crowd.ts'
import { idleConnections, latency, ordeal, reconnects, throughput, type Ordeal } from './measures.ts'
import { ServerProcess } from './server.ts'

const { values } = parseArgs({
  options: { connections: { type: 'string', default: '4000' }, seconds: { type: 'string', default: '10' } },
})
const [connections, seconds] = [Number(values.connections), Number(values.seconds)]

const asked = { kbPerConnection: 12, timesRival: 2 }

async function fresh<T>(
  start: () => Promise<ServerProcess>,
  measure: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await start()
  try {
    const result = await measure(server)
    console.log(`${server.name.padEnd(9)} ${measure.name.padEnd(12)} ${JSON.stringify(result)}`)
    return result
  } finally {
    await server.stop()
  }
}

const idle = (server: ServerProcess): ReturnType<typeof idleConnections> => idleConnections(server, connections)
const work = (server: ServerProcess): ReturnType<typeof throughput> => throughput(server, seconds)
async function load(server: ServerProcess): ReturnType<typeof latency> {
  const crowd = await Crowd.gather(server.url, 10 * 12, 12, 'load')
  return latency(server, { perSecond: 500, seconds, crowd })
}
const back = (server: ServerProcess): ReturnType<typeof reconnects> => reconnects(server, 1_000)
const malformed = (server: ServerProcess): Promise<Ordeal> => ordeal(server, 'malformed', 3)
const slowReader = (server: ServerProcess): Promise<Ordeal> => ordeal(server, 'slowReader', 5)
const flood = (server: ServerProcess): Promise<Ordeal> => ordeal(server, 'flood', 5)

async function judge(generous: () => Promise<ServerProcess>, usual: () => Promise<ServerProcess>) {
  const [held, worked, loaded] = [await fresh(generous, idle), await fresh(generous, work), await fresh(generous, load)]
  return {
    ...{ ...held, ...worked, ...loaded, lost: worked.lost + loaded.lost },
    reconnects: await fresh(generous, back),
    // What limits are for is shown with the limits that a node has when nobody changes them.
    malformed: await fresh(usual, malformed),
    slowReader: await fresh(usual, slowReader),
    flood: await fresh(usual, flood),
  }
}

const earshot = await judge(
  () => ServerProcess.earshot('bench'),
  () => ServerProcess.earshot('usual'),
)
const rival = await judge(ServerProcess.rival, ServerProcess.rival)
const timesRival = Number((earshot.signalsPerSecond / rival.signalsPerSecond).toFixed(2))

const ordeals = [earshot.malformed, earshot.slowReader, earshot.flood]
const failures = [
  earshot.connections < connections && `held only ${earshot.connections} of ${connections} connections`,
  earshot.kbPerConnection > asked.kbPerConnection &&
    `${earshot.kbPerConnection} KB per connection, asked: ${asked.kbPerConnection}`,
  timesRival < asked.timesRival && `${timesRival} times the rival's signals, asked: ${asked.timesRival}`,
  earshot.lost > 0 && `${earshot.lost} signals were lost while nobody did any harm`,
  ordeals.some(({ alive, lost }) => !alive || lost > 0) && 'well-behaved clients lost signals in an ordeal',
  (earshot.reconnects.returned < 1_000 || earshot.reconnects.lost > 0) &&
    'not all came back, or signals were lost meanwhile',
].filter((failure) => failure !== false)
const mbFor = (count: number): string =>
  `${count} idle connections ${Math.round((count * earshot.kbPerConnection) / 1_024)} MB`
console.log(`By these figures: ${[4_000, 10_000, 50_000].map(mbFor).join(', ')}`)
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1
console.log(JSON.stringify({ bench: 'signaling', earshot, rival, timesRival }))
process.exit()
