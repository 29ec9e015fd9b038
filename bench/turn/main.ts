/**
 * `npm run bench -- turn`: two people in two homes whose node hides addresses (`--hide-addresses on`) meet through a TURN server: Debian's coturn
 * with the configuration that docs/HOSTING.md gives, and credentials from the node. Not one packet may pass between the homes themselves. Then the
 * same with a secret that coturn does not know: the room must fall back on the node's relay. Needs root (network namespaces), iproute2, nftables,
 * coturn, and a browser. The last line is JSON; exit code 1 when anything of this fails.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { erase, ended, ownFolder, start } from '../ears/rig/owned.ts'
import { onTearDown, tearDown } from '../ears/rig/tear-down.ts'
import { percentile, round } from '../fanout/figures.ts'
import { Networks } from '../homes/networks.ts'
import { CannotRun, runBench } from '../homes/run-bench.ts'
import { setStage } from '../homes/stage.ts'

const guide = join(import.meta.dirname, '../../docs/HOSTING.md')
const RTT_SAMPLES = 10

/** The block of the guide that goes into /etc/turnserver.conf. @throws Error when the guide has none */
async function guidedConfig(secret: string): Promise<string> {
  const found = /```\n( *use-auth-secret\n[^`]*)```/.exec(await readFile(guide, 'utf8'))?.[1]
  if (found === undefined) throw new Error('docs/HOSTING.md gives no configuration for coturn')
  return found.replaceAll(/^ +/gm, '').replace('THE-SECRET', secret)
}

/** coturn beside the node, with `secret`; returns when it listens. */
async function startCoturn(networks: Networks, folder: string, secret: string): Promise<() => Promise<void>> {
  const file = join(folder, 'turnserver.conf')
  await writeFile(file, await guidedConfig(secret))
  const [command, ...enter] = networks.at('node')
  const logs = ['--log-file', 'stdout', '--pidfile', join(folder, 'turnserver.pid')]
  const child = start(command, [...enter, 'turnserver', '-c', file, ...logs], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Total General servers')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`coturn ended with ${code}: ${output}`)))
  })
  return () => ended(child)
}

/** One room over a TURN server that knows `secret`, with a node that has `nodeSecret`. */
async function meet(secret: string, nodeSecret: string) {
  const networks = Networks.create()
  onTearDown(async () => networks.remove())
  const folder = await ownFolder()
  onTearDown(async () => erase(folder))
  onTearDown(await startCoturn(networks, folder, secret))
  const secretFile = join(folder, 'turn-secret')
  await writeFile(secretFile, nodeSecret)
  const ice = ['--ice', `turn:${networks.nodeAddress}`, '--turn-secret-file', secretFile, '--hide-addresses', 'on']
  const startedAtMs = Date.now()
  const { ada, ben } = await setStage(networks, ice)
  const readyS = round((Date.now() - startedAtMs) / 1_000)
  for (const each of [ada, ben])
    await each.sees('"Relayed"', ({ links, words }) => links === 'relayed' && words[0] === 'Relayed')
  const rtts: number[] = []
  const transports = new Set<string>()
  while (rtts.length < RTT_SAMPLES) {
    const { links } = await ben.person.diagnostics()
    for (const { transport, rttMs } of links) {
      transports.add(transport)
      if (rttMs !== null) rtts.push(rttMs)
    }
    await ben.person.page.waitForTimeout(1_000)
  }
  const result = {
    transport: [...transports].toSorted().join(),
    readyS,
    rttMs: round(
      percentile(
        rtts.toSorted((a, b) => a - b),
        0.5,
      ),
      2,
    ),
    packetsBetweenHomes: networks.packetsBetweenHomes(),
  }
  await tearDown()
  return result
}

async function main(): Promise<void> {
  if (spawnSync('turnserver', ['--help']).error !== undefined)
    throw new CannotRun('"turnserver" is missing: install it (Debian: apt-get install coturn).')
  const secret = randomBytes(32).toString('hex')
  const turn = await meet(secret, secret)
  console.log(`through TURN                 ${JSON.stringify(turn)}`)
  const refused = await meet(secret, 'a secret that coturn does not know')
  console.log(`with credentials refused     ${JSON.stringify(refused)}`)
  const failures = [
    turn.transport !== 'webrtc' && 'they did not meet through TURN',
    refused.transport !== 'libp2p' && "they did not fall back on the node's relay",
    turn.packetsBetweenHomes + refused.packetsBetweenHomes > 0 && 'packets passed between the homes',
  ].filter((failure) => failure !== false)
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  console.log(JSON.stringify({ bench: 'turn', turn, refused }))
}

await runBench(main)
