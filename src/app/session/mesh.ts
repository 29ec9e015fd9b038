import type { RoomAddress } from '../../domain/address.ts'
import type { Signer } from '../../domain/crypto.ts'
import type { PeerId } from '../../domain/ids.ts'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Link, TransportName } from '../../net/link.ts'
import type { Membership, Transport, TransportStatus } from '../../net/transport.ts'

/** Attaches one service of the room to one link; the result detaches it. */
export type Attach = (link: Link) => Unsubscribe

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
  readonly refuses: (peer: PeerId) => boolean
  readonly onChange: () => void
}

/** All links of a room, over every transport at once, each with every service of the room attached while it stands. */
export class Mesh {
  readonly links = new Set<Link>()
  readonly #memberships: ReadonlyMap<TransportName, Membership>
  readonly #unsubscribes: Unsubscribe[] = []

  constructor(options: MeshOptions) {
    this.#memberships = new Map(
      options.transports.map((transport) => [transport.name, transport.join(options.room, options.signer)]),
    )
    for (const membership of this.#memberships.values()) {
      this.#unsubscribes.push(
        membership.onLink((link) => this.#attach(link, options)),
        membership.onStatus(options.onChange),
      )
    }
  }

  /** Linked peers, each once however many links it has. */
  get peers(): ReadonlySet<PeerId> {
    return new Set([...this.links].map((link) => link.peer))
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
    for (const unsubscribe of this.#unsubscribes.splice(0)) unsubscribe()
    await Promise.all([...this.#memberships.values()].map((membership) => membership.leave()))
  }

  #attach(link: Link, { services, refuses, onChange }: MeshOptions): void {
    if (refuses(link.peer)) {
      link.close('misbehaved')
      return
    }
    this.links.add(link)
    const detach = services.map((attach) => attach(link))
    link.onClose(() => {
      for (const stop of detach) stop()
      this.links.delete(link)
      onChange()
    })
    onChange()
  }
}
