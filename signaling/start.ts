/** `npm start`, `earshot-node`: builds the app when needed and runs a community node until Ctrl-C. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLoopback } from './client-address.ts'
import { ConfigError, readConfig, type NodeConfig } from './config.ts'
import { isBuildFresh } from './freshness.ts'
import { greeting, isElsewhere, takenPort } from './greeting.ts'
import { helpText } from './help.ts'
import { reachedAt } from './lan-addresses.ts'
import { createJsonLog, createTextLog, type NodeLog } from './log.ts'
import type { CommunityNode, NodeOptions } from './node.ts'
import { startOnFreePort } from './port.ts'
import { createNodeScheduler } from './scheduler.ts'
import { openStun, type StunServer } from './stun.ts'
import { loadTls } from './tls-files.ts'

const root = join(import.meta.dirname, '..')
const scheduler = createNodeScheduler()
/** How often certificate and key are read again, ms: whoever renews them need not tell the node. */
const RENEW_MS = 24 * 3_600_000

/**
 * Small buffers are cut from slabs of this many bytes. Each member's key, a few bytes long, keeps its slab for as long as the member stays,
 * and Node 24's slabs of 64 KiB were a fifth of what a member cost.
 */
const POOL_BYTES = 8 * 1024

async function main(): Promise<void> {
  const request = readConfig(process.argv.slice(2), process.env)
  if (request.ask === 'help') return console.log(helpText())
  if (request.ask === 'version') return console.log(await version())
  await run(request.config)
}

async function run(config: NodeConfig): Promise<void> {
  Buffer.poolSize = POOL_BYTES
  const text = config.log === 'text'
  const log: NodeLog = text ? createTextLog(console.error) : createJsonLog(console.log, scheduler.wallMs)
  // What cannot be is told before anything is built.
  const tls = await loadTls(config, scheduler.wallMs()).catch((error: unknown) => {
    throw new ConfigError(`The certificate cannot be used: ${messageOf(error)}.`)
  })
  const turnSecret = await readSecret(config.ice.turnSecretFile)
  if (config.app) await buildIfStale(text)

  const stun = config.stunPort === null ? null : await startStun(config.stunPort)
  const ice = { ...config.ice, turnSecret, stunPort: stun?.port }
  const { port, host, limits, proxies, origins, metricsAccess, keep } = config
  const options: NodeOptions = {
    ...{ port, host, limits, proxies, origins, metricsAccess, tls, ice, log, scheduler, keep },
    ...(config.app ? { distDir: join(root, 'dist') } : {}),
    ...(config.relay === null ? {} : { relay: { ...config.relay, random: Math.random } }),
  }
  const node = await startOnFreePort(options)
    .catch((error: unknown) =>
      // Machines without IPv6 cannot listen on `::`.
      isCode(error, 'EAFNOSUPPORT') && host === '::'
        ? startOnFreePort({ ...options, host: '0.0.0.0' })
        : Promise.reject(error),
    )
    .catch((error: unknown) => {
      // Else the process would go on for it, and nobody would start it again.
      stun?.close()
      throw error
    })
  const ports = { wishedPort: port, port: node.address().port }
  if (text) {
    const kind = typeof config.tls === 'string' ? config.tls : 'files'
    const here = host === '::' || host === '0.0.0.0' || isLoopback(host)
    console.log(greeting({ ...ports, tls: kind, app: config.app, here, lan: reachedAt(host) }))
  } else if (isElsewhere(ports)) log({ event: 'failed', why: takenPort(ports) })
  if (tls !== null) keepRenewing(node, config, log)
  // `systemctl reload` would end it otherwise. At a terminal that is closed it shall end.
  else if (!text) process.on('SIGHUP', () => {})
  stopOnSignals(node, text)
}

async function readSecret(file: string | null): Promise<string | null> {
  if (file === null) return null
  const secret = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`The secret of the TURN servers cannot be read: ${messageOf(error)}.`)
  })
  if (secret.trim() === '') throw new ConfigError(`The file for the secret of the TURN servers is empty: ${file}.`)
  return secret.trim()
}

async function startStun(port: number): Promise<StunServer> {
  return openStun(port, scheduler).catch((error: unknown) => {
    const why = isCode(error, 'EADDRINUSE')
      ? 'is taken, perhaps by coturn, which does the same: name that one with --ice stun:HOST, and leave --stun out'
      : `cannot be used: ${messageOf(error)}`
    throw new ConfigError(`UDP port ${port} ${why}.`)
  })
}

/** Takes up a renewed certificate without a restart: on SIGHUP, and once a day. The old one stays when the new one is no good. */
function keepRenewing(node: CommunityNode, config: NodeConfig, log: NodeLog): void {
  const renew = async (): Promise<void> => {
    try {
      const files = await loadTls(config, scheduler.wallMs())
      if (files === null) return
      node.renew(files)
      log({ event: 'renewed' })
    } catch (error) {
      log({ event: 'failed', why: `The certificate cannot be renewed: ${messageOf(error)}.` })
    }
  }
  process.on('SIGHUP', () => void renew())
  scheduler.every(RENEW_MS, () => void renew())
}

function stopOnSignals(node: CommunityNode, text: boolean): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (text) console.log('Stopping …')
      void node.close().then(() => process.exit(0))
    })
  }
}

async function buildIfStale(text: boolean): Promise<void> {
  // An installed package, or an image, brings its build and not what it was made with.
  if (!existsSync(join(root, 'vite.config.ts')) || (await isBuildFresh(root))) return
  if (text) console.log('Building the app …')
  // Loaded only when needed: a machine that only runs a built app need not have Vite.
  const { build } = await import('vite')
  await build({ root: join(root, 'src'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
}

async function version(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (isCode(error, 'EACCES'))
    return 'This port needs administrator rights: choose one above 1023, e.g. PORT=8080 npm start.'
  if (isCode(error, 'EADDRINUSE'))
    return 'This port and the next ones are all taken: choose another, e.g. PORT=9000 npm start.'
  if (isCode(error, 'EADDRNOTAVAIL')) return 'This machine does not have the address that --host names.'
  return `Earshot could not start: ${messageOf(error)}`
}

await main().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
