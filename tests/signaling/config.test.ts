import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, type NodeConfig } from '../../signaling/config.ts'
import { helpText } from '../../signaling/help.ts'
import { defaultKeepQuota } from '../../signaling/keep/quota.ts'
import { defaultNodeLimits } from '../../signaling/limits.ts'
import { settings, type Setting } from '../../signaling/settings.ts'
import { projectRoot } from '../support/tool.ts'

type Env = Record<string, string | undefined>

function configOf(args: readonly string[], env: Env = {}): NodeConfig {
  const request = readConfig(args, env)
  if (request.ask !== 'run') throw new Error(`asked for ${request.ask}`)
  return request.config
}

/** What a person is told whose wishes cannot be met. */
function faultsOf(args: readonly string[], env: Env = {}): string {
  try {
    configOf(args, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('the configuration', () => {
  it.each([
    [undefined, 8080],
    ['', 8080],
    ['0', 0],
    ['9000', 9000],
    ['65535', 65535],
  ])('[NODE-40] reads PORT=%s as %s', (text, port) => {
    expect(configOf([], { PORT: text }).port).toBe(port)
  })

  it.each(['65536', '-1', '80.5', '0x50', 'http', ' 80', '123456'])(
    '[NODE-40] says what is wrong with PORT=%s',
    (text) => {
      expect(faultsOf([], { PORT: text })).toBe(`PORT must be a number from 0 to 65535, not "${text}".`)
    },
  )

  it('[NODE-40] takes the flag before the environment, and the environment before the default', () => {
    expect(
      configOf(['--port', '1', '--log=json'], { PORT: '2', EARSHOT_LOG: 'text', EARSHOT_METRICS: 'off' }),
    ).toMatchObject({
      port: 1,
      log: 'json',
      metricsAccess: 'off',
      origins: 'any',
      app: true,
    })
  })

  it('[NODE-40] names each fault in a line of its own, and says what would be right', () => {
    const faults = faultsOf(['--tls', 'yes', '--limits', 'connections=0'], {
      EARSHOT_HOST: 'example.org',
      EARSHOT_APP: '1',
    })
    expect(faults.split('\n')).toEqual([
      'EARSHOT_HOST must be an IP address, not "example.org".',
      '--tls must be off or auto, not "yes".',
      expect.stringMatching(
        /^--limits must be a list of NAME=NUMBER with numbers above 0, of: .*connectionsPerAddress.*, not "connections=0"\.$/,
      ),
      'EARSHOT_APP must be on or off, not "1".',
    ])
  })

  it.each([
    [['--colour', 'red'], "Unknown option '--colour'. See --help."],
    [['--port'], "Option '--port <value>' argument missing. See --help."],
    [['8080'], "Unexpected argument '8080'"],
    [['--peer', 'wss://a.example', '--peer=wss://b.example'], '--peer is there twice'],
    [['--tls-cert', 'a.pem'], 'A certificate needs its key: set both --tls-cert and --tls-key.'],
    [
      ['--tls', 'auto', '--tls-cert', 'a', '--tls-key', 'b'],
      'Either --tls auto or --tls-cert and --tls-key, not both.',
    ],
  ])('[NODE-40] refuses %j', (args, message) => {
    expect(faultsOf(args)).toContain(message)
  })

  it('[NODE-40] reads any limits that exist, and no others', () => {
    // These two depend on each other.
    const names = Object.keys(defaultNodeLimits).filter((each) => each !== 'frameBytes' && each !== 'bufferedBytes')
    const number = fc.integer({ min: 1, max: 2 ** 31 - 1 })
    const wished = fc.dictionary(fc.constantFrom(...names), number, { minKeys: 1, noNullPrototype: true })
    fc.assert(
      fc.property(wished, (limits) => {
        const list = Object.entries(limits).map(([key, value]) => `${key}=${value}`)
        expect(configOf(['--limits', list.join(', ')]).limits).toEqual(limits)
      }),
    )
    for (const list of [
      '',
      'connections',
      'connections=',
      'connections=-1',
      'connections=1e3',
      'toString=1',
      '__proto__=1',
      // Node's timers would take 1 ms instead.
      'heartbeatMs=2147483648',
    ])
      expect(faultsOf([`--limits=${list}`])).toContain('--limits must be')
  })

  it('[NODE-40] leaves honest clients room for the frames that come together', () => {
    expect(configOf(['--limits', 'frameBytes=1000,bufferedBytes=8000']).limits.bufferedBytes).toBe(8_000)
    for (const list of ['frameBytes=1000,bufferedBytes=7999', 'frameBytes=1000000', 'bufferedBytes=1'])
      expect(faultsOf(['--limits', list])).toMatch(/bufferedBytes must be at least 8 times frameBytes, \d+,/)
  })

  it('[NODE-54] reads a port for STUN', () => {
    expect(configOf([]).stunPort).toBeNull()
    expect(configOf(['--stun', '3478']).stunPort).toBe(3478)
    expect(configOf([], { EARSHOT_STUN: '3479' }).stunPort).toBe(3479)
    expect(faultsOf(['--stun', 'on'])).toBe('--stun must be a number from 0 to 65535, not "on".')
  })

  it('[NODE-55] hides addresses only behind a TURN server', () => {
    expect(configOf([]).ice.hideAddresses).toBe(false)
    const turn = ['--ice', 'stun:a.example,turns:a.example', '--turn-secret-file', '/secret']
    expect(configOf(['--hide-addresses', 'on', ...turn]).ice.hideAddresses).toBe(true)
    for (const ice of [[], ['--ice', 'stun:a.example']])
      expect(faultsOf(['--hide-addresses', 'on', ...ice])).toContain('name one with --ice turn:HOST')
  })

  it('[NODE-52] names TURN servers with their secret, and a secret with its servers', () => {
    expect(configOf(['--ice', 'stun:a.example']).ice.turnSecretFile).toBeNull()
    expect(faultsOf(['--ice', 'stun:a.example,turn:a.example'])).toContain('--turn-secret-file')
    for (const ice of [[], ['--ice', 'stun:a.example']])
      expect(faultsOf(['--turn-secret-file', '/secret', ...ice])).toContain('--ice turn:HOST')
  })

  it('[NODE-51] reads other nodes as addresses without a path', () => {
    const peers = (list: string): unknown => configOf(['--peer', list]).relay?.peers
    expect(peers('wss://b.example, ws://10.0.0.1:8080,https://c.example')).toEqual([
      'wss://b.example',
      'ws://10.0.0.1:8080',
      'wss://c.example',
    ])
    for (const list of ['', 'b.example', 'wss://b.example/signal', 'wss://', 'ftp://b.example', 'wss://b.example,'])
      expect(faultsOf([`--peer=${list}`])).toContain('--peer must be a list of addresses')
    expect(peers('wss://b.example,https://b.example')).toEqual(['wss://b.example'])
    const many = (count: number): string => Array.from({ length: count }, (_, at) => `wss://${at}.example`).join()
    expect(peers(many(256))).toHaveLength(256)
    expect(faultsOf([`--peer=${many(257)}`])).toContain('256 at most')
    expect(configOf(['--relay', 'off']).relay).toBeNull()
    expect(faultsOf(['--relay', 'off', '--peer', 'wss://b.example'])).toContain('leave --peer out, or --relay off')
  })

  it('[NODE-40] throws nothing but its own error, whatever the command line and the environment', () => {
    const flag = fc.constantFrom(...Object.keys(settings).map((key) => `--${key}`), '--help', '-h', '--')
    const variables = Object.values<Setting>(settings).map(({ env }) => env)
    fc.assert(
      fc.property(
        fc.array(fc.oneof(flag, fc.string()), { maxLength: 6 }),
        fc.dictionary(fc.constantFrom(...variables), fc.string()),
        (args, env) => {
          try {
            readConfig(args, env)
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError)
          }
        },
      ),
    )
  })

  it('[NODE-44] has a help, and a guide, that name each flag and variable', async () => {
    const guide = await readFile(join(projectRoot, 'docs/HOSTING.md'), 'utf8')
    expect(readConfig(['-h'], { PORT: 'nonsense' })).toEqual({ ask: 'help' })
    expect(readConfig(['--version'], {})).toEqual({ ask: 'version' })
    for (const [flag, { env, help }] of Object.entries<Setting>(settings)) {
      expect(helpText()).toContain(`--${flag} `)
      expect(helpText()).toContain(env)
      expect(helpText()).toContain(help)
      expect(guide).toMatch(new RegExp(`\\| \`--${flag}\` +\\| \`${env}\` +\\| `))
    }
  })

  it('[NODE-40] keeps rooms in a folder, within a quota that changes what it names and leaves the rest', () => {
    expect(configOf([]).keep).toBeNull()
    expect(configOf(['--keep', '/rooms', '--keep-quota', 'rooms=7,days=3']).keep).toEqual({
      dir: '/rooms',
      quota: { ...defaultKeepQuota, rooms: 7, days: 3 },
    })
    expect(configOf([], { EARSHOT_KEEP: '/rooms' }).keep).toEqual({ dir: '/rooms', quota: defaultKeepQuota })
    expect(faultsOf(['--keep-quota', 'rooms=7'])).toBe(
      'A quota for kept rooms needs a folder for them: set --keep too.',
    )
    for (const list of ['rooms', 'rooms=0', 'tracks=5', 'rooms=-1', ''])
      expect(faultsOf(['--keep', '/rooms', `--keep-quota=${list}`])).toContain(
        '--keep-quota must be a list of NAME=NUMBER',
      )
  })
})
