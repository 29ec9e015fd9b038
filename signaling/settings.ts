import * as v from 'valibot'
import { limits } from '../src/domain/limits.ts'
import { parseTrustedProxies } from './client-address.ts'
import { parseIceUrls } from './ice.ts'
import { defaultNodeLimits } from './limits.ts'
import { defaultKeepQuota } from './keep/quota.ts'
import { parseOriginPolicy } from './origin.ts'

/** One thing that can be set, by flag or by environment. */
export interface Setting {
  readonly env: string
  /** Stands for the value in the help. */
  readonly value: string
  readonly help: string
  /** What a value must be, for the message when it is not. */
  readonly must: string
  /** Turns a text into a value; fails when it is none. */
  readonly schema: v.GenericSchema<string, unknown>
}

/** A text that `read` understands: null means that it does not. */
const readable = <T>(read: (text: string) => T | null): v.GenericSchema<string, T> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value)
      if (value !== null) return value
      addIssue()
      return NEVER
    }),
  )

const path = v.pipe(v.string(), v.minLength(1))
const portNumber = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535))

/** Timers reach no further, ms: beyond it Node would take 1 ms instead. */
const MOST_MS = 2 ** 31 - 1

/** By flag, in the order of the help. A flag wins over the environment, the environment over the default. */
export const settings = {
  port: {
    env: 'PORT',
    value: 'NUMBER',
    help: 'port to listen on; 0 takes any free one, a taken one leads to the next free one (default 8080)',
    must: 'a number from 0 to 65535',
    schema: portNumber,
  },
  host: {
    env: 'EARSHOT_HOST',
    value: 'ADDRESS',
    help: 'address to listen on, e.g. 127.0.0.1 behind a proxy on the same machine (default: all)',
    must: 'an IP address',
    schema: v.pipe(v.string(), v.ip()),
  },
  tls: {
    env: 'EARSHOT_TLS',
    value: 'off|auto',
    help: 'auto: https with a certificate that the node makes and keeps, for a network at home (default off)',
    must: 'off or auto',
    schema: v.picklist(['off', 'auto']),
  },
  'tls-cert': {
    env: 'EARSHOT_TLS_CERT',
    value: 'FILE',
    help: 'https with this certificate chain (PEM); read again on SIGHUP and once a day',
    must: 'a path',
    schema: path,
  },
  'tls-key': {
    env: 'EARSHOT_TLS_KEY',
    value: 'FILE',
    help: 'the private key that belongs to it (PEM)',
    must: 'a path',
    schema: path,
  },
  data: {
    env: 'EARSHOT_DATA',
    value: 'FOLDER',
    help: 'where the node keeps its own certificate (default ~/.local/share/earshot)',
    must: 'a path',
    schema: path,
  },
  'trust-proxy': {
    env: 'EARSHOT_TRUST_PROXY',
    value: 'LIST',
    help: 'addresses or networks of proxies whose X-Forwarded-For is believed, e.g. loopback,10.0.0.0/8 (default none)',
    must: 'a list of IP addresses, networks such as 10.0.0.0/8, or "loopback"',
    schema: readable(parseTrustedProxies),
  },
  origins: {
    env: 'EARSHOT_ORIGINS',
    value: 'any|same|LIST',
    help: 'pages that may use this node, e.g. https://a.example,https://b.example (default any)',
    must: 'any, same, or a list of origins such as https://a.example',
    schema: readable(parseOriginPolicy),
  },
  metrics: {
    env: 'EARSHOT_METRICS',
    value: 'local|public|off',
    help: 'who may read /metrics (default local: this machine)',
    must: 'local, public or off',
    schema: v.picklist(['local', 'public', 'off']),
  },
  limits: {
    env: 'EARSHOT_LIMITS',
    value: 'LIST',
    help: 'other limits than the usual ones, e.g. connections=20000,connectionsPerAddress=50',
    must: `a list of NAME=NUMBER with numbers above 0, of: ${Object.keys(defaultNodeLimits).join(', ')} (times to ${MOST_MS} ms)`,
    schema: readable((text) => parseNumbers(text, defaultNodeLimits)),
  },
  log: {
    env: 'EARSHOT_LOG',
    value: 'text|json',
    help: 'json: one line of JSON per event, for services (default text)',
    must: 'text or json',
    schema: v.picklist(['text', 'json']),
  },
  app: {
    env: 'EARSHOT_APP',
    value: 'on|off',
    help: 'off: help browsers meet, but serve no app (default on)',
    must: 'on or off',
    schema: v.picklist(['on', 'off']),
  },
  stun: {
    env: 'EARSHOT_STUN',
    value: 'PORT',
    help: 'UDP port, usually 3478, on which browsers ask the node how they look from outside, so that homes reach each other directly (default none)',
    must: 'a number from 0 to 65535',
    schema: portNumber,
  },
  ice: {
    env: 'EARSHOT_ICE',
    value: 'LIST',
    help: 'STUN and TURN servers for browsers, e.g. stun:turn.example,turn:turn.example (default none)',
    must: 'a list of URLs such as stun:turn.example:3478 or turns:turn.example?transport=tcp',
    schema: readable(parseIceUrls),
  },
  'turn-secret-file': {
    env: 'EARSHOT_TURN_SECRET_FILE',
    value: 'FILE',
    help: 'holds the secret that the TURN servers know too (coturn: static-auth-secret): browsers get credentials for six hours',
    must: 'a path',
    schema: path,
  },
  'hide-addresses': {
    env: 'EARSHOT_HIDE_ADDRESSES',
    value: 'on|off',
    help: 'on: members never learn the addresses of each other, because all goes through the TURN servers of --ice (default off)',
    must: 'on or off',
    schema: v.picklist(['on', 'off']),
  },
  relay: {
    env: 'EARSHOT_RELAY',
    value: 'on|off',
    help: 'off: no libp2p, so no gossip, and no relay for those whom direct connections fail (default on)',
    must: 'on or off',
    schema: v.picklist(['on', 'off']),
  },
  peer: {
    env: 'EARSHOT_PEERS',
    value: 'LIST',
    help: 'other nodes, so that libp2p members behind either meet, e.g. wss://b.example; naming it on one side is enough',
    must: `a list of addresses such as wss://b.example, without a path, ${limits.otherNodes} at most`,
    schema: readable(parsePeers),
  },
  url: {
    env: 'EARSHOT_URL',
    value: 'URL',
    help: 'where others reach this node, e.g. wss://a.example; told to libp2p members (default: as it knows itself)',
    must: 'an address such as wss://a.example, without a path',
    schema: readable(socketUrl),
  },
  keep: {
    env: 'EARSHOT_KEEP',
    value: 'FOLDER',
    help: 'keep rooms in this folder for those who ask for it, so that they can be opened when nobody is there (default: keep nothing)',
    must: 'a path',
    schema: path,
  },
  'keep-quota': {
    env: 'EARSHOT_KEEP_QUOTA',
    value: 'LIST',
    help: 'how much is kept, e.g. totalBytes=5000000000,rooms=200,days=30',
    must: `a list of NAME=NUMBER with numbers above 0, of: ${Object.keys(defaultKeepQuota).join(', ')}`,
    schema: readable((text) => parseNumbers(text, defaultKeepQuota)),
  },
} as const satisfies Record<string, Setting>

type Flag = keyof typeof settings
/** What was set, read. */
export type Values = { readonly [F in Flag]?: v.InferOutput<(typeof settings)[F]['schema']> }

/** `ws:` or `wss:` with a host and nothing behind it; `http:` and `https:` mean the same. */
function socketUrl(text: string): string | null {
  const url = URL.parse(text.replace(/^http(?=s?:)/, 'ws'))
  const bare = url !== null && /^wss?:$/.test(url.protocol) && url.href === `${url.protocol}//${url.host}/`
  return bare ? `${url.protocol}//${url.host}` : null
}

/** Each once; pages that are told of more take none of them. */
function parsePeers(text: string): readonly string[] | null {
  const urls = new Set(text.split(',').map((part) => socketUrl(part.trim())))
  const all = [...urls].filter((url) => url !== null)
  return all.length === urls.size && all.length <= limits.otherNodes ? all : null
}

/** Reads `NAME=NUMBER,NAME=NUMBER`, with numbers above 0 and the names of `defaults`; names that end in `Ms` are times. */
function parseNumbers<Numbers extends object>(text: string, defaults: Numbers): Partial<Numbers> | null {
  const numbers: Record<string, number> = {}
  for (const part of text.split(',')) {
    const [, name = '', number = ''] = /^\s*(\w+)=(\d{1,15})\s*$/.exec(part) ?? []
    if (!Object.hasOwn(defaults, name) || Number(number) === 0) return null
    if (name.endsWith('Ms') && Number(number) > MOST_MS) return null
    numbers[name] = Number(number)
  }
  return numbers as Partial<Numbers>
}
