import type { Libp2p, PeerId } from '@libp2p/interface'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { abortWhenSilent } from './silent-relay.ts'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

/** Between attempts, ms: doubled each time, jittered by half, so that a room does not come back in chorus, nor fill a console. */
const firstRetryMs = 2_000
const slowestRetryMs = 120_000
/** The same for a node that has answered once: it speaks libp2p, and members may have no other way to each other. */
const slowestReturnMs = 15_000
/** A connection that lasted so long was a good one, ms: the next attempt is quick again. */
const goodMs = 10_000

export interface MeetingPointOptions {
  readonly url: string
  readonly libp2p: Pick<Libp2p, 'dial'>
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onChange: () => void
}

/**
 * Keeps a connection to one relay. libp2p itself does not: it forgets an address that it listens on through a relay once that relay has gone.
 */
export class MeetingPoint {
  readonly #options: MeetingPointOptions
  readonly address: Multiaddr
  #peer: PeerId | null = null
  #failures = 0
  #slowestMs = slowestRetryMs
  #cancel: Unsubscribe = () => {}
  #stopped = false

  constructor(options: MeetingPointOptions) {
    this.#options = options
    this.address = addressOfUrl(options.url)
    void this.#dial()
  }

  /** The relay, while connected. */
  get peer(): PeerId | null {
    return this.#peer
  }

  /** Whether it was tried in vain since it last answered. */
  get triedInVain(): boolean {
    return this.#failures > 0
  }

  /** The connection itself is closed with libp2p. */
  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  async #dial(): Promise<void> {
    const { libp2p, scheduler } = this.#options
    try {
      const connection = await libp2p.dial(this.address)
      const sinceMs = scheduler.nowMs()
      const stopWatching = abortWhenSilent(connection, scheduler)
      const closed = (): void => {
        stopWatching()
        this.#lost(scheduler.nowMs() - sinceMs)
      }
      connection.addEventListener('close', closed, { once: true })
      this.#peer = connection.remotePeer
      this.#slowestMs = slowestReturnMs
      this.#options.onChange()
    } catch {
      // No relay there, or none now: told by `triedInVain`, tried again.
      this.#lost(0)
    }
  }

  #lost(lastedMs: number): void {
    if (this.#stopped) return
    this.#peer = null
    const { scheduler, random, onChange } = this.#options
    if (lastedMs >= goodMs) this.#failures = 0
    const waitMs = Math.min(firstRetryMs * 2 ** this.#failures, this.#slowestMs) * (0.5 + random())
    this.#failures++
    this.#cancel = scheduler.after(waitMs, () => void this.#dial())
    onChange()
  }
}

/** `ws://host:port` or `wss://host` as a multiaddr. @throws TypeError for anything else. */
export function addressOfUrl(text: string): Multiaddr {
  const { protocol, hostname, port, pathname } = new URL(text)
  if (!['ws:', 'wss:'].includes(protocol) || pathname !== '/')
    throw new TypeError(`${text} is no WebSocket address without a path`)
  const secure = protocol === 'wss:'
  const host = hostname.startsWith('[')
    ? `ip6/${hostname.slice(1, -1)}`
    : `${/^[\d.]+$/.test(hostname) ? 'ip4' : 'dns'}/${hostname}`
  return multiaddr(`/${host}/tcp/${port || (secure ? 443 : 80)}/${secure ? 'tls/ws' : 'ws'}`)
}
