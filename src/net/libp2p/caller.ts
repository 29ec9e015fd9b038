import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Crypto } from '../../domain/crypto.ts'
import type { Scheduler } from '../../domain/scheduler.ts'
import { attemptMs } from '../attempt.ts'
import type { Announcement } from './envelope.ts'
import type { Host } from './host.ts'
import { addressOfUrl, type MeetingPoint } from './meeting-point.ts'
import { openWires, type StreamWires } from './stream-wires.ts'
import { tokenBytes } from './wire.ts'

/** When direct connections to so many members failed, and none came about, this network lets none through: the relay is tried at once. */
const hopelessAfter = 2

export interface CallerOptions {
  readonly host: Host
  readonly points: () => readonly MeetingPoint[]
  /** Relays that our own nodes vouch for, by libp2p PeerId. */
  readonly otherRelays: () => Promise<ReadonlyMap<string, string>>
  readonly scheduler: Scheduler
  readonly crypto: Crypto
  /** Whether WebRTC can be tried before a circuit. */
  readonly direct: boolean
}

/** Opens links to members by what they announced: directly where that works, else by a circuit through a relay that both can use. */
export class Caller {
  readonly #options: CallerOptions
  readonly #calling = new Set<string>()
  readonly #upgrading = new Set<string>()
  /** Members with whom no direct connection came about, while none did with anybody. */
  readonly #closed = new Set<string>()
  #directWorks = false

  constructor(options: CallerOptions) {
    this.#options = options
  }

  /** Links that are being made to whom none stands. */
  get calling(): number {
    return this.#calling.size
  }

  /** Whether a circuit is all that can be expected of a call: this host has no other way, or its network seems to let none through. */
  get isConfined(): boolean {
    return !this.#options.direct || (!this.#directWorks && this.#closed.size >= hopelessAfter)
  }

  isCalling(host: string): boolean {
    return this.#calling.has(host) || this.#upgrading.has(host)
  }

  /** Whether this member opened a connection to us so lately that a link over it may still be on its way. */
  isCalledBy(called: string): boolean {
    return this.#latelyFrom(called).length > 0
  }

  /** The same of a direct connection: only that can take the place of a relayed link. */
  isCalledDirectlyBy(called: string): boolean {
    return this.#latelyFrom(called).some(({ direct }) => direct)
  }

  /** libp2p PeerIds of the relays through which this host can be called. */
  get reserved(): readonly string[] {
    const { host, points } = this.#options
    const circuits = host
      .getMultiaddrs()
      .map(String)
      .filter((address) => address.includes('/p2p-circuit'))
    const relays = points().flatMap(({ peer }) => (peer === null ? [] : [peer.toString()]))
    return relays.filter((relay) => circuits.some((address) => address.includes(`/p2p/${relay}/p2p-circuit`)))
  }

  /** Rejects when it cannot be reached. */
  call(announcement: Announcement): Promise<StreamWires> {
    return this.#during(announcement, this.#calling, async () => this.#open(await this.#connect(announcement)))
  }

  /** Rejects when it cannot be reached directly, whatever circuits there are. */
  callDirectly(announcement: Announcement): Promise<StreamWires> {
    return this.#during(announcement, this.#upgrading, async () => {
      const circuit = await this.#circuit(announcement.relays)
      return this.#open(await this.#connectDirectly(announcement.host, circuit))
    })
  }

  #latelyFrom(called: string): readonly Connection[] {
    const { host, scheduler } = this.#options
    const sinceMs = scheduler.wallMs() - attemptMs
    return host
      .getConnections()
      .filter(
        ({ direction, remotePeer, timeline }) =>
          direction === 'inbound' && timeline.open > sinceMs && remotePeer.toString() === called,
      )
  }

  async #during<T>({ host }: Announcement, set: Set<string>, task: () => Promise<T>): Promise<T> {
    set.add(host)
    try {
      return await task()
    } finally {
      set.delete(host)
    }
  }

  #open(connection: Connection): Promise<StreamWires> {
    const { host, scheduler, crypto } = this.#options
    return openWires(connection, host.peerId.toString(), crypto.randomBytes(tokenBytes), scheduler)
  }

  async #connect({ host: called, relays }: Announcement): Promise<Connection> {
    const { host, direct } = this.#options
    const circuit = await this.#circuit(relays)
    const hopeless = this.#closed.has(called) || this.#closed.size >= hopelessAfter
    if (direct && (this.#directWorks || !hopeless)) {
      try {
        return await this.#connectDirectly(called, circuit)
      } catch {
        if (!this.#directWorks) this.#closed.add(called) // a closed network; the circuit remains
      }
    }
    return host.dial(multiaddr(`${circuit}/p2p/${called}`))
  }

  async #connectDirectly(called: string, circuit: string): Promise<Connection> {
    // `force`: a circuit that stands already would be taken for as good.
    const connection = await this.#options.host.dial(multiaddr(`${circuit}/webrtc/p2p/${called}`), { force: true })
    this.#directWorks = true
    this.#closed.delete(called)
    return connection
  }

  /** A way through one of these relays. Only those that are ours, or that ours vouch for: an address that a member names is never dialled. */
  async #circuit(relays: readonly string[]): Promise<string> {
    const { points, otherRelays } = this.#options
    const own = points().find(({ peer }) => peer !== null && relays.includes(peer.toString()))
    if (own !== undefined) return `${own.address.toString()}/p2p/${own.peer?.toString() ?? ''}/p2p-circuit`
    const others = await otherRelays()
    for (const relay of relays) {
      const url = others.get(relay)
      if (url !== undefined) return `${addressOfUrl(url).toString()}/p2p/${relay}/p2p-circuit`
    }
    throw new Error('no relay in common')
  }
}
