import type { Server, Socket } from 'node:net'
import { addressGroup } from './admission.ts'
import type { TrustedProxies } from './client-address.ts'
import type { NodeLimits } from './limits.ts'

export type IncomingLimits = Pick<
  NodeLimits,
  'connections' | 'connectionsPerAddress' | 'plainConnections' | 'plainConnectionsPerAddress'
>

/**
 * All that came in on the node's port, TLS or not, from its first moment: what must be gone before the port is, and what may not take every
 * file descriptor. WebSockets have their own places (`Admission`) and count here as well, so the bounds here are sums of both.
 */
export class Incoming {
  readonly #limits: IncomingLimits
  readonly #proxies: TrustedProxies | null
  readonly #onRefused: () => void
  readonly #sockets = new Set<Socket>()
  readonly #byAddress = new Map<string, number>()

  constructor(limits: IncomingLimits, proxies: TrustedProxies | null, onRefused: () => void) {
    this.#limits = limits
    this.#proxies = proxies
    this.#onRefused = onRefused
  }

  /** Looks at each connection before all others who listen for it: one that is too many is gone for them. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => this.#take(socket))
  }

  /** Ends all of it without a word. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #take(socket: Socket): void {
    const { connections, connectionsPerAddress, plainConnections, plainConnectionsPerAddress } = this.#limits
    const address = socket.remoteAddress ?? ''
    const group = this.#proxies?.trusts(address) === true ? null : addressGroup(address)
    const held = group === null ? 0 : (this.#byAddress.get(group) ?? 0)
    const isTooMany =
      this.#sockets.size >= connections + plainConnections || held >= connectionsPerAddress + plainConnectionsPerAddress
    if (isTooMany) {
      this.#onRefused()
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    if (group !== null) this.#byAddress.set(group, held + 1)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (group !== null) this.#release(group)
    })
  }

  #release(group: string): void {
    const left = (this.#byAddress.get(group) ?? 0) - 1
    if (left > 0) this.#byAddress.set(group, left)
    else this.#byAddress.delete(group)
  }
}
