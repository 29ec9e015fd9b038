import {
  serviceCapabilities,
  transportSymbol,
  TypedEventEmitter,
  type ComponentLogger,
  type Connection,
  type CreateListenerOptions,
  type Listener,
  type ListenerEvents,
  type Transport,
} from '@libp2p/interface'
import { AbstractMultiaddrConnection, repeatingTask, type RepeatingTask, type SendResult } from '@libp2p/utils'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { isSmall } from './small.ts'

/** What is used of an accepted WebSocket; those of npm's `ws` are such. */
export interface InboundSocket {
  binaryType: string
  readonly bufferedAmount: number
  send(data: Uint8Array): void
  close(): void
  terminate(): void
  addEventListener(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(event: 'close', listener: (event: { readonly wasClean: boolean }) => void): void
  addEventListener(event: 'error', listener: () => void): void
}

/** Bytes that wait in one socket before its writers are held back: a clock datagram waits behind all of them. */
const BUFFERED_BYTES = 256 * 1024
/** How often a full socket is looked at, ms: WebSockets do not tell when they have drained. */
const DRAIN_POLL_MS = 10

/**
 * A libp2p transport that takes WebSockets which an HTTP server has accepted. @libp2p/websockets insists on a server of its own, while a node
 * has one public port for everything.
 */
export class InboundSockets {
  #listener: SocketListener | null = null

  /** To be handed to libp2p as a transport; `announced` are the addresses that it tells others. */
  readonly transport =
    (announced: readonly Multiaddr[]) =>
    ({ logger }: { readonly logger: ComponentLogger }): Transport => ({
      [transportSymbol]: true,
      [Symbol.toStringTag]: 'earshot/inbound-sockets',
      ...{ [serviceCapabilities]: ['@libp2p/transport'] },
      createListener: (options) => (this.#listener = new SocketListener(announced, logger, options)),
      listenFilter: (addresses) => addresses.filter((address) => address.equals(LISTEN)),
      dialFilter: () => [],
      dial: (): Promise<Connection> => Promise.reject(new Error('this transport only takes connections')),
    })

  /** Hands over a WebSocket whose handshake is done. */
  accept(socket: InboundSocket, from: Multiaddr): void {
    // Of a bad frame. The socket then closes itself, which is heard; unheard, the error would end the process.
    socket.addEventListener('error', () => {})
    if (this.#listener === null) socket.close()
    else this.#listener.accept(socket, from)
  }
}

/** libp2p listens on addresses only; nothing is opened for this one. */
export const LISTEN = multiaddr('/memory/inbound-sockets')

class SocketListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #announced: readonly Multiaddr[]
  readonly #logger: ComponentLogger
  readonly #upgrader: CreateListenerOptions['upgrader']
  readonly #closing = new AbortController()

  constructor(announced: readonly Multiaddr[], logger: ComponentLogger, { upgrader }: CreateListenerOptions) {
    super()
    this.#announced = announced
    this.#logger = logger
    this.#upgrader = upgrader
  }

  async listen(): Promise<void> {
    this.safeDispatchEvent('listening')
  }

  getAddrs(): Multiaddr[] {
    return [...this.#announced]
  }

  updateAnnounceAddrs(): void {}

  async close(): Promise<void> {
    this.#closing.abort()
    this.safeDispatchEvent('close')
  }

  accept(socket: InboundSocket, from: Multiaddr): void {
    const log = this.#logger.forComponent('earshot:inbound-sockets')
    const connection = new SocketConnection(socket, from, log)
    this.#upgrader.upgradeInbound(connection, { signal: this.#closing.signal }).catch((error: unknown) => {
      // Whoever fails the handshake is cut off; that is its own affair.
      log.error('handshake failed - %e', error)
      connection.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }
}

class SocketConnection extends AbstractMultiaddrConnection {
  readonly #socket: InboundSocket
  readonly #drainPoll: RepeatingTask

  constructor(socket: InboundSocket, remoteAddr: Multiaddr, log: ReturnType<ComponentLogger['forComponent']>) {
    super({ remoteAddr, direction: 'inbound', log })
    this.#socket = socket
    this.#drainPoll = repeatingTask(() => this.#lookIfDrained(), DRAIN_POLL_MS)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) this.onData(new Uint8Array(data))
      else this.abort(new Error('text on a binary connection'))
    })
    socket.addEventListener('close', ({ wasClean }) => {
      this.#drainPoll.stop()
      if (wasClean) this.onTransportClosed()
      else this.onRemoteReset()
    })
  }

  sendData(data: Iterable<Uint8Array> & { readonly byteLength: number; subarray(): Uint8Array }): SendResult {
    const sentBytes = data.byteLength
    for (const part of isSmall(data) ? [data.subarray()] : data) this.#socket.send(part)
    const canSendMore = this.#socket.bufferedAmount < BUFFERED_BYTES
    if (!canSendMore) this.#drainPoll.start()
    return { sentBytes, canSendMore }
  }

  sendReset(): void {
    this.#socket.terminate()
  }

  async sendClose(): Promise<void> {
    this.#socket.close()
  }

  /** What is not read stays in TCP only as far as libp2p's own windows let it pile up. */
  sendPause(): void {}

  sendResume(): void {}

  #lookIfDrained(): void {
    if (this.#socket.bufferedAmount > 0) return
    this.#drainPoll.stop()
    this.safeDispatchEvent('drain')
  }
}
