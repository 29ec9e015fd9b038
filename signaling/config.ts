import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import type { MetricsAccess } from './answer.ts'
import type { TrustedProxies } from './client-address.ts'
import { isTurn } from './ice.ts'
import { defaultNodeLimits, LEAST_FRAMES_BUFFERED, type NodeLimits } from './limits.ts'
import { defaultKeepQuota, type KeepQuota } from './keep/quota.ts'
import type { OriginPolicy } from './origin.ts'
import { settings, type Setting, type Values } from './settings.ts'

/** How a node is to run, as flags and environment say. */
export interface NodeConfig {
  readonly port: number
  readonly host: string
  /** Where certificate and key come from. */
  readonly tls: 'off' | 'auto' | { readonly certFile: string; readonly keyFile: string }
  /** Folder for what must outlive a restart. */
  readonly dataDir: string
  readonly proxies: TrustedProxies | null
  readonly origins: OriginPolicy
  readonly metricsAccess: MetricsAccess
  readonly limits: Partial<NodeLimits>
  readonly log: 'text' | 'json'
  /** False: the node signals and serves no app. */
  readonly app: boolean
  /** STUN and TURN servers for browsers, the file with the secret shared with the latter, and whether members see each other's addresses. */
  readonly ice: {
    readonly urls: readonly string[]
    readonly turnSecretFile: string | null
    readonly hideAddresses: boolean
  }
  /** UDP port of the node's own STUN server; null: none. */
  readonly stunPort: number | null
  /** The libp2p relay; null without. */
  readonly relay: { readonly peers: readonly string[]; readonly url: string | undefined } | null
  /** Where and how much of rooms is kept that people ask for; null: nothing. */
  readonly keep: { readonly dir: string; readonly quota: KeepQuota } | null
}

/** What was asked for cannot be. The message is for the person who asked: one line per fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

export type ConfigRequest =
  { readonly ask: 'run'; readonly config: NodeConfig } | { readonly ask: 'help' } | { readonly ask: 'version' }

/**
 * Reads command line and environment.
 * @throws ConfigError
 */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ConfigRequest {
  const flags = parseFlags(args)
  if (flags['help'] === true) return { ask: 'help' }
  if (flags['version'] === true) return { ask: 'version' }
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [flag, { env: variable, must, schema }] of Object.entries<Setting>(settings)) {
    const given = flags[flag]
    const [name, text] = typeof given === 'string' ? [`--${flag}`, given] : [variable, env[variable]]
    // An empty variable is one that somebody has cleared.
    if (text === undefined || (text === '' && name === variable)) continue
    const result = v.safeParse(schema, text)
    if (result.success) values[flag] = result.output
    else faults.push(`${name} must be ${must}, not "${text}".`)
  }
  const read = values as Values
  if ((read['tls-cert'] === undefined) !== (read['tls-key'] === undefined))
    faults.push('A certificate needs its key: set both --tls-cert and --tls-key.')
  if (read.tls === 'auto' && read['tls-cert'] !== undefined)
    faults.push('Either --tls auto or --tls-cert and --tls-key, not both.')
  if (read['keep-quota'] !== undefined && read.keep === undefined)
    faults.push('A quota for kept rooms needs a folder for them: set --keep too.')
  const namesTurn = read.ice?.some(isTurn) === true
  if (namesTurn && read['turn-secret-file'] === undefined)
    faults.push('Browsers take no TURN server without credentials: name the file with its secret, --turn-secret-file.')
  if (!namesTurn && read['turn-secret-file'] !== undefined)
    faults.push('The secret is for TURN servers: name them too, with --ice turn:HOST.')
  if (read['hide-addresses'] === 'on' && !namesTurn)
    faults.push(
      'Addresses can only be hidden by a TURN server: name one with --ice turn:HOST, or leave --hide-addresses out.',
    )
  if (read.relay === 'off' && read.peer !== undefined)
    faults.push('Other nodes are met by libp2p: leave --peer out, or --relay off.')
  const { frameBytes, bufferedBytes } = { ...defaultNodeLimits, ...read.limits }
  if (bufferedBytes < LEAST_FRAMES_BUFFERED * frameBytes)
    faults.push(
      `--limits: bufferedBytes must be at least ${LEAST_FRAMES_BUFFERED} times frameBytes, ${LEAST_FRAMES_BUFFERED * frameBytes}, or honest clients are cut off.`,
    )
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return { ask: 'run', config: toConfig(read, env) }
}

const toConfig = (values: Values, env: Readonly<Record<string, string | undefined>>): NodeConfig => ({
  port: values.port ?? 8080,
  host: values.host ?? '::',
  tls:
    values['tls-cert'] !== undefined && values['tls-key'] !== undefined
      ? { certFile: values['tls-cert'], keyFile: values['tls-key'] }
      : (values.tls ?? 'off'),
  dataDir: values.data ?? join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'earshot'),
  proxies: values['trust-proxy'] ?? null,
  origins: values.origins ?? 'any',
  metricsAccess: values.metrics ?? 'local',
  limits: values.limits ?? {},
  log: values.log ?? 'text',
  app: values.app !== 'off',
  ice: {
    urls: values.ice ?? [],
    turnSecretFile: values['turn-secret-file'] ?? null,
    hideAddresses: values['hide-addresses'] === 'on',
  },
  stunPort: values.stun ?? null,
  relay: values.relay === 'off' ? null : { peers: values.peer ?? [], url: values.url },
  keep:
    values.keep === undefined ? null : { dir: values.keep, quota: { ...defaultKeepQuota, ...values['keep-quota'] } },
})

function parseFlags(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const texts = Object.fromEntries(Object.keys(settings).map((flag) => [flag, { type: 'string' } as const]))
  const options = { ...texts, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, tokens: true })
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
    const twice = given.find((name, at) => given.indexOf(name) !== at)
    // The last one would count without a word.
    if (twice !== undefined)
      throw new ConfigError(`--${twice} is there twice; the parts of a list have commas between them. See --help.`)
    return values
  } catch (error) {
    if (error instanceof ConfigError) throw error
    // Node's message names the flag; what follows its first sentence is for programmers.
    const [sentence = ''] = (error as Error).message.split(/[.\n]/)
    throw new ConfigError(`${sentence}. See --help.`)
  }
}
