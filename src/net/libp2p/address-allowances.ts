import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { TokenBucket } from '../../domain/token-bucket.ts'
import type { InboundSocket } from './inbound-sockets.ts'

/** What the addresses of connected members may still make a relay send, by the connections that libp2p made of their sockets. */
export class AddressAllowances {
  readonly #bySource = new Map<string, TokenBucket>()

  /** Until the socket closes. `from` is unique to it: an address holds one connection for each port. */
  hold(socket: InboundSocket, from: Multiaddr, allowance: TokenBucket): void {
    const source = from.toString()
    this.#bySource.set(source, allowance)
    socket.addEventListener('close', () => {
      if (this.#bySource.get(source) === allowance) this.#bySource.delete(source)
    })
  }

  /** Of the first connection that came by such a socket; null when none did. */
  of(connections: readonly Pick<Connection, 'remoteAddr'>[]): TokenBucket | null {
    for (const { remoteAddr } of connections) {
      // libp2p adds who it is.
      const allowance = this.#bySource.get(remoteAddr.toString().replace(/\/p2p\/.*$/, ''))
      if (allowance !== undefined) return allowance
    }
    return null
  }
}
