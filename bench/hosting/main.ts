/**
 * `npm run bench -- hosting`: tries what signaling/hosting gives to people who run a node: Debian's nginx and Caddy with the examples, in front of a
 * node that is run as the systemd unit runs it, and the unit itself by `systemd-analyze verify`. Only names, ports and certificate are this run's.
 * Needs nginx, caddy and systemd-analyze. The last line is JSON; exit code 1 when anything does not pass.
 */
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setDefaultCACertificates } from 'node:tls'
import { keepCertificate } from '../../signaling/certificate.ts'
import { projectRoot } from '../../tests/support/tool.ts'
import { ended, erase, ownFolder, start } from '../ears/rig/owned.ts'
import { onTearDown, tearDown } from '../ears/rig/tear-down.ts'
import { round } from '../fanout/figures.ts'
import { CannotRun, runBench } from '../homes/run-bench.ts'
import { addresses, doors, get, goodbye, pages, PLACES, relay, type Front } from './checks.ts'
import { proxies, type Proxy } from './proxies.ts'

const unitFile = join(projectRoot, 'signaling/hosting/earshot.service')
const UP_LIMIT_MS = 20_000

/** What the unit sets, without the variables of systemd's own. */
async function unitSettings(): Promise<Record<string, string>> {
  const lines = [...(await readFile(unitFile, 'utf8')).matchAll(/^Environment=(.*)$/gm)]
  const pairs = lines.flatMap(([, line = '']) => line.split(' ')).map((pair) => pair.split('=') as [string, string])
  return Object.fromEntries(pairs.filter(([name]) => name !== 'PATH'))
}

/** The node as the unit runs it, with this run's ports and folders; it keeps rooms too. */
async function startNode(folder: string): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const own = {
    ...{ PORT: '0', EARSHOT_STUN: '0', EARSHOT_DATA: folder, EARSHOT_KEEP: join(folder, 'rooms') },
    EARSHOT_LIMITS: `connectionsPerAddress=${PLACES}`,
    // Not all of `loopback`: this bench's clients are at other addresses of it, and must not be taken for proxies.
    EARSHOT_TRUST_PROXY: '127.0.0.1',
  }
  const env = { ...process.env, ...(await unitSettings()), ...own }
  const child = start(process.execPath, [join(projectRoot, 'signaling/earshot-node.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
  onTearDown(() => ended(child))
  const port = await new Promise<number>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const listening = /"event":"listening","port":(\d+)/.exec(output)
      if (listening !== null) resolve(Number(listening[1]))
    })
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${output}`)))
  })
  return { port, stop: () => ended(child) }
}

async function tryProxy({ name, prepare }: Proxy) {
  const folder = await ownFolder()
  onTearDown(async () => erase(folder))
  const { cert } = await keepCertificate(folder, ['localhost', '127.0.0.1'], Date.now())
  setDefaultCACertificates([cert])
  const node = await startNode(folder)
  const front: Front = { httpPort: await freePort(), httpsPort: await freePort(), cert }
  const files = { certFile: join(folder, 'node-cert.pem'), keyFile: join(folder, 'node-key.pem') }
  const [command, ...args] = await prepare({ ...front, ...files, folder, nodePort: node.port })
  // Caddy writes down what it was run with, below these.
  const env = { ...process.env, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
  const child = start(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  onTearDown(() => ended(child))
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await up(
    front,
    () => child.exitCode !== null,
    () => `${name} does not come up (${child.exitCode}): ${said}`,
  )
  await pages(front)
  await doors(front)
  await addresses(front)
  const linkedS = round(await relay(front))
  await goodbye(front, node.stop)
  await tearDown()
  const version = spawnSync(name, [name === 'nginx' ? '-v' : 'version'], { encoding: 'utf8' })
  return {
    version: `${version.stdout}${version.stderr}`.trim().replace(/^.*\//, '').split(' ')[0],
    passed: true,
    linkedS,
  }
}

async function up(front: Front, hasEnded: () => boolean, why: () => string): Promise<void> {
  const untilMs = performance.now() + UP_LIMIT_MS
  for (;;) {
    const answered = await get(front, '/health').then(
      ({ status }) => status === 200,
      () => false, // not yet
    )
    if (answered) return
    if (hasEnded() || performance.now() > untilMs) throw new Error(why())
    await sleep(100)
  }
}

/** What systemd says against the unit; nothing when all is well. */
async function unitFaults(): Promise<string> {
  const folder = await ownFolder()
  const file = join(folder, 'earshot.service')
  await writeFile(file, (await readFile(unitFile, 'utf8')).replaceAll('/opt/earshot', projectRoot))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  erase(folder)
  return status === 0 && !`${stdout}${stderr}`.includes('earshot') ? '' : `${stdout}${stderr}`.trim()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function main(): Promise<void> {
  for (const [command, argument, packageName] of [
    ['nginx', '-v', 'nginx'],
    ['caddy', 'version', 'caddy'],
    ['systemd-analyze', '--version', 'systemd'],
  ] as const)
    if (spawnSync(command, [argument]).status !== 0)
      throw new CannotRun(`"${command}" is missing: install it (Debian: apt-get install ${packageName}).`)
  const results: Record<string, object> = {}
  for (const proxy of proxies) {
    results[proxy.name] = await tryProxy(proxy)
    console.log(`${proxy.name.padEnd(7)} ${JSON.stringify(results[proxy.name])}`)
  }
  const faults = await unitFaults()
  if (faults !== '') throw new Error(`the unit: ${faults}`)
  console.log(JSON.stringify({ bench: 'hosting', ...results, unit: { passed: true } }))
}

await runBench(main)
