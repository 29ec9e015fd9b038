import { spawnSync } from 'node:child_process'
import { CannotRun } from './run-bench.ts'

/** Whose traffic can be cut: between the two homes, between both homes and the node, or all of one home. */
export type Cut = 'between homes' | 'the node' | 'one home'

/** Documentation addresses (RFC 5737) for the internet; both homes use the same private ones, as homes do. */
const NODE_ADDRESS = '198.51.100.10'
const LAN = { router: '192.168.1.1', device: '192.168.1.2' } as const

/** What each router does, as those that people have at home: hides the home behind its own address, and lets nothing in that was not asked for. */
const HOME_ROUTER = `
table ip home {
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
  chain here { type filter hook input priority filter; iifname "wan" ct state new drop; }
  chain within { type filter hook forward priority filter; iifname "wan" ct state new drop; }
}`

const INTERNET = `
table ip internet {
  counter between-homes { }
  chain seen {
    type filter hook forward priority filter - 1;
    iifname "to-a" oifname "to-b" counter name "between-homes"
    iifname "to-b" oifname "to-a" counter name "between-homes"
  }
  chain cuts { type filter hook forward priority filter; }
}`

const CUTS: Readonly<Record<Cut, readonly string[]>> = {
  'between homes': ['iifname "to-a" oifname "to-b" drop', 'iifname "to-b" oifname "to-a" drop'],
  'the node': ['oifname "to-node" drop', 'iifname "to-node" drop'],
  'one home': ['iifname "to-b" drop', 'oifname "to-b" drop'],
}

/**
 * Two homes, each behind a router that translates addresses, and a node with an address of its own, joined by a namespace that stands for the
 * internet: Linux network namespaces and veth pairs. Nothing of it reaches beyond this machine.
 *
 *     home a -- router a --+
 *                          +-- internet -- node
 *     home b -- router b --+
 */
export class Networks {
  readonly nodeAddress = NODE_ADDRESS
  /** Unique for each run. */
  readonly #prefix = `earshot-${process.pid}`
  readonly #made: string[] = []

  private constructor() {
    process.on('exit', () => this.remove())
  }

  /** @throws CannotRun when this machine or this user cannot make any */
  static create(): Networks {
    if (process.getuid?.() !== 0) throw new CannotRun('Network namespaces need root: run this bench with sudo.')
    for (const [command, argument, packageName] of [
      ['ip', '-V', 'iproute2'],
      ['nft', '-v', 'nftables'],
    ] as const)
      if (spawnSync(command, [argument]).status !== 0)
        throw new CannotRun(`"${command}" is missing: install it (Debian: apt-get install ${packageName}).`)
    const networks = new Networks()
    networks.#build()
    return networks
  }

  /** Put before a command: runs it at that place. */
  at(place: 'a' | 'b' | 'node'): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.#name(place)]
  }

  /** From now on packets are lost without a word, as behind a cable that was pulled out. Cuts add up. */
  cut(cut: Cut): void {
    for (const rule of CUTS[cut]) this.#in('internet', ['nft', `add rule ip internet cuts ${rule}`])
  }

  heal(): void {
    this.#in('internet', ['nft', 'flush chain ip internet cuts'])
  }

  /** Packets that one home has sent to the other's address since the beginning. */
  packetsBetweenHomes(): number {
    const listed = this.#in('internet', ['nft', '-j', 'list counter ip internet between-homes'])
    const { nftables } = JSON.parse(listed) as { nftables: readonly { counter?: { packets: number } }[] }
    return nftables.reduce((sum, { counter }) => sum + (counter?.packets ?? 0), 0)
  }

  /** Safe to call twice. What runs inside must have ended. */
  remove(): void {
    for (let name = this.#made.pop(); name !== undefined; name = this.#made.pop()) {
      const { status, stderr } = spawnSync('ip', ['netns', 'del', name])
      if (status !== 0) console.error(`the namespace ${name} is left: ${stderr.toString().trim()}`)
    }
  }

  #build(): void {
    for (const place of ['internet', 'node', 'a', 'router-a', 'b', 'router-b']) {
      this.#run(['ip', 'netns', 'add', this.#name(place)])
      this.#made.push(this.#name(place))
      this.#in(place, ['ip', 'link', 'set', 'lo', 'up'])
    }
    this.#cable({ place: 'internet', device: 'to-node', address: '198.51.100.9/30' }, { place: 'node', device: 'eth0', address: `${NODE_ADDRESS}/30` }) // prettier-ignore
    this.#route('node', '198.51.100.9')
    for (const [home, isp, wan] of [
      ['a', '198.51.100.1', '198.51.100.2'],
      ['b', '198.51.100.5', '198.51.100.6'],
    ] as const) {
      const router = `router-${home}`
      this.#cable({ place: 'internet', device: `to-${home}`, address: `${isp}/30` }, { place: router, device: 'wan', address: `${wan}/30` }) // prettier-ignore
      this.#cable({ place: router, device: 'lan', address: `${LAN.router}/24` }, { place: home, device: 'eth0', address: `${LAN.device}/24` }) // prettier-ignore
      this.#route(router, isp)
      this.#route(home, LAN.router)
      this.#forwards(router, HOME_ROUTER)
    }
    this.#forwards('internet', INTERNET)
  }

  #cable(...ends: readonly [End, End]): void {
    const [one, other] = ends
    this.#run(['ip', 'link', 'add', one.device, 'netns', this.#name(one.place), 'type', 'veth', 'peer', 'name', other.device, 'netns', this.#name(other.place)]) // prettier-ignore
    for (const { place, device, address } of ends) {
      this.#in(place, ['ip', 'address', 'add', address, 'dev', device])
      this.#in(place, ['ip', 'link', 'set', device, 'up'])
    }
  }

  #route(place: string, gateway: string): void {
    this.#in(place, ['ip', 'route', 'add', 'default', 'via', gateway])
  }

  #forwards(place: string, rules: string): void {
    this.#in(place, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1'])
    this.#in(place, ['nft', '-f', '-'], rules)
  }

  #in(place: string, command: readonly string[], input?: string): string {
    return this.#run(['ip', 'netns', 'exec', this.#name(place), ...command], input)
  }

  #run([command = '', ...args]: readonly string[], input?: string): string {
    const { status, stdout, stderr, error } = spawnSync(command, args, input === undefined ? {} : { input })
    if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${error?.message ?? stderr.toString().trim()}`)
    return stdout.toString()
  }

  #name(place: string): string {
    return `${this.#prefix}-${place}`
  }
}

interface End {
  readonly place: string
  readonly device: string
  readonly address: string
}
