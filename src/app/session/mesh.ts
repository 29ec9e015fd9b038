import type { RoomAddress } from '../../domain/address.ts'
import type { Signer } from '../../domain/crypto.ts'
import type { PeerId } from '../../domain/ids.ts'
import { Listeners } from '../../domain/listeners.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Link, TransportName } from '../../net/link.ts'
import type { ByHand, Elsewhere, Gossip, Membership, Transport, TransportStatus } from '../../net/transport.ts'

/** Attaches one service of the room to one link; the result detaches it. */
export type Attach = (link: Link) => Unsubscribe
/** Attaches one service of the room to gossip that reaches all of it. */
export type AttachGossip = (gossip: Gossip) => Unsubscribe

interface TransportView {
  readonly name: TransportName
  readonly state: TransportStatus['state']
  readonly links: number
  readonly attempts: number
}

interface MeshOptions {
  readonly transports: readonly Transport[]
  readonly room: RoomAddress
  readonly signer: Signer
  readonly services: readonly Attach[]
  readonly gossiping: readonly AttachGossip[]
  readonly refuses: (peer: PeerId) => boolean
  readonly onChange: () => void
}

/** The network of last resort: it may lead through a relay, so a link over any other replaces its links to the same page. */
const isFallback = (name: TransportName): boolean => name === 'libp2p'

/**
 * All links of a room, over every transport at once, each with every service of the room attached while it stands. A page is one neighbour,
 * however many networks lead to it.
 */
export class Mesh {
  readonly links = new Set<Link>()
  readonly #options: MeshOptions
  readonly #memberships = new Map<TransportName, Membership>()
  readonly #unsubscribes: Unsubscribe[] = []
  readonly #onFreed = new Listeners<[session: string]>()
  readonly #elsewhere: Elsewhere = elsewhereOf(() => this.#preferred, this.#onFreed)
  #left = false

  constructor(options: MeshOptions) {
    this.#options = options
    for (const transport of options.transports) this.join(transport)
  }

  /** Joins the room over one more network, now or later. */
  join(transport: Transport): void {
    if (this.#left) return
    const { room, signer, gossiping, onChange } = this.#options
    const membership = transport.join(room, signer, isFallback(transport.name) ? this.#elsewhere : undefined)
    this.#memberships.set(transport.name, membership)
    const { gossip } = membership
    if (gossip !== undefined) this.#unsubscribes.push(...gossiping.map((attach) => attach(gossip)))
    this.#unsubscribes.push(
      membership.onLink((link) => this.#attach(link)),
      membership.onStatus(onChange),
    )
  }

  /** Linked peers, each once however many links it has. */
  get peers(): ReadonlySet<PeerId> {
    return new Set([...this.links].map((link) => link.peer))
  }

  /** How two people link by codes; undefined when no network here can. */
  get byHand(): ByHand | undefined {
    return [...this.#memberships.values()].find(({ byHand }) => byHand !== undefined)?.byHand
  }

  /** How each network is doing. */
  get transports(): readonly TransportView[] {
    return [...this.#memberships].map(([name, { status, links, attempts }]) => ({
      name,
      state: status.state,
      links: links.size,
      attempts,
    }))
  }

  get attempts(): number {
    return this.transports.reduce((sum, { attempts }) => sum + attempts, 0)
  }

  /** The best that any transport can say of its meeting points. */
  get reach(): 'meeting' | 'connecting' | 'unreachable' {
    const states = this.transports.map(({ state }) => state)
    if (states.includes('meeting')) return 'meeting'
    return states.includes('connecting') ? 'connecting' : 'unreachable'
  }

  cutOff(peer: PeerId): void {
    for (const link of this.links) if (link.peer === peer) link.close('misbehaved')
  }

  async leave(): Promise<void> {
    this.#left = true
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe()
    await Promise.all([...this.#memberships.values()].map((membership) => membership.leave()))
  }

  get #preferred(): readonly Link[] {
    return [...this.links].filter(({ transport }) => !isFallback(transport))
  }

  #attach(link: Link): void {
    const { services, refuses, onChange } = this.#options
    if (refuses(link.peer)) {
      link.close('misbehaved')
      return
    }
    if (isFallback(link.transport) && this.#elsewhere.has(link.session, link.peer)) {
      link.close('replaced')
      return
    }
    const replaced = [...this.links].filter(
      (other) => isFallback(other.transport) && !isFallback(link.transport) && isSamePage(other, link),
    )
    this.links.add(link)
    const carrying = [...this.#memberships.values()].flatMap(({ carryOver }) => carryOver ?? [])
    const detach = [...services, ...carrying].map((attach) => attach(link))
    link.onClose(() => {
      for (const stop of detach) stop()
      this.links.delete(link)
      if (!isFallback(link.transport) && !this.#elsewhere.has(link.session)) this.#onFreed.tell(link.session)
      onChange()
    })
    for (const other of replaced) other.close('replaced')
    onChange()
  }
}

const isSamePage = (a: Pick<Link, 'session' | 'peer'>, b: Pick<Link, 'session' | 'peer'>): boolean =>
  a.session === b.session && a.peer === b.peer

/** What the network of last resort has to know of the others. */
const elsewhereOf = (preferred: () => readonly Link[], onFreed: Listeners<[session: string]>): Elsewhere => ({
  get count() {
    return preferred().length
  },
  has: (session, peer) => preferred().some((link) => isSamePage(link, { session, peer: peer ?? link.peer })),
  onFreed: (listener) => onFreed.add(listener),
})
