import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { limits } from '../../domain/limits.ts'
import type { OpenSocket } from '../keep/keeper-connection.ts'
import { loseWhenSilent } from '../silent-node.ts'

/** Between attempts to reach a node, ms: doubled each time, varied by half. */
const FIRST_RETRY_MS = 2_000
const SLOWEST_RETRY_MS = 120_000
/** What asks a node for cards, those that stand and all that come. */
export const LISTEN = 'listen'
/** What asks a node for a sign of life, and what the node says then. */
export const PING = 'ping'
export const PONG = 'pong'

export interface LobbyClientOptions {
  /** Where a node's lobby is: `wss://host/lobby`. */
  readonly url: string
  readonly openSocket: OpenSocket
  readonly scheduler: Scheduler
  readonly random: Random
  /** A card came, as bytes that nobody has looked at yet. Absent for who only announces. */
  readonly onCard?: (bytes: Uint8Array) => void
  /** Told when the node was reached, or lost or tried in vain. */
  readonly onReach?: (reached: boolean) => void
}

/** A connection to one node's lobby that comes back by itself: takes cards, or brings them. */
export class LobbyClient {
  readonly #options: LobbyClientOptions
  #socket: WebSocket | null = null
  #failures = 0
  #cancel: Unsubscribe = () => {}
  #stopWatching: Unsubscribe = () => {}
  #closed = false
  /** What was published last: sent again when the node is back. */
  #last: Uint8Array | null = null

  constructor(options: LobbyClientOptions) {
    this.#options = options
    this.#connect()
  }

  /** Brings a card to the node. */
  publish(card: Uint8Array): void {
    this.#last = card
    this.#send(card)
  }

  /** Ends the connection; what was given to the socket still leaves. */
  close(): void {
    this.#closed = true
    this.#cancel()
    this.#stopWatching()
    this.#socket?.close()
  }

  #connect(): void {
    const { url, openSocket, scheduler, onCard, onReach } = this.#options
    const socket = openSocket(url)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#stopWatching = loseWhenSilent(socket, () => socket.send(PING), scheduler)
    socket.addEventListener('open', () => {
      this.#failures = 0
      onReach?.(true)
      if (onCard !== undefined) socket.send(LISTEN)
      if (this.#last !== null) this.#send(this.#last)
    })
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer && data.byteLength <= limits.cardBytes) onCard?.(new Uint8Array(data))
    })
    // An error is followed by a close, and a loss by silence by a second one.
    socket.addEventListener('close', () => this.#onClose(), { once: true })
  }

  #onClose(): void {
    const { scheduler, random, onReach } = this.#options
    this.#stopWatching()
    this.#socket = null
    if (this.#closed) return
    onReach?.(false)
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, SLOWEST_RETRY_MS) * (0.5 + random())
    this.#cancel = scheduler.after(waitMs, () => this.#connect())
  }

  #send(card: Uint8Array): void {
    const socket = this.#socket
    if (socket?.readyState === socket?.OPEN) socket?.send(card as Uint8Array<ArrayBuffer>)
  }
}
