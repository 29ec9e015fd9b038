/**
 * The only file that touches y-webrtc. It meets peers through nodes and negotiates connections; its document is empty, its data channel is
 * silent, and all that it does is first allowed here (docs/decisions/0001-y-webrtc-behind-a-gate.md).
 */
import { SignalingConn, WebrtcProvider, type Room } from 'y-webrtc'
import { Doc } from 'yjs'
import type { Random, Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { forEachUrl, type Urls } from '../../domain/urls.ts'
import { paceReturns } from './paced-return.ts'
import { createWrtc, streamIds, type RtcConnection, type RtcPeerConnectionClass } from './rtc-connection.ts'
import type { Carrier } from '../carry/carrier.ts'
import { decodeSignal, type Signal } from './signal.ts'
import { deliverSignal, gateTopic, publishSealed } from './signal-gate.ts'
import type { SealedTopic } from './sealed-topic.ts'

export interface RendezvousOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly signalUrls: Urls
  readonly topic: string
  readonly sealed: SealedTopic
  /** Brings signals over links where no node does. */
  readonly carrier: Carrier
  readonly PeerConnection: RtcPeerConnectionClass
  readonly ice: () => RTCConfiguration
  /** Links that stand now; told to others with every signal. */
  readonly links: () => number
  /** A signal of another member. `deliver` has y-webrtc act on it: make an offer, answer, take a candidate. */
  readonly onSignal: (signal: Signal, deliver: () => void) => void
  /** A connection to `session` began; its channels are not open yet. */
  readonly onPeer: (session: string, connection: RtcConnection) => void
  readonly onGone: (session: string) => void
  /** A node was reached (true), or lost, tried in vain, or is no longer used. */
  readonly onNode: (url: string, reached: boolean) => void
}

/** Members of whom it is remembered that they were last heard over links. */
const mostCarried = 200

export class Rendezvous {
  /** Resolves when it has its name and hears signals. */
  readonly opened: Promise<void>
  readonly #options: RendezvousOptions
  readonly #doc: Doc
  readonly #provider: WebrtcProvider
  readonly #conns = new Set<SignalingConn>()
  readonly #stopNodes: Unsubscribe
  /** Names in signals of those that were heard over links: no node is known to lead to them. */
  readonly #carried = new Set<string>()
  #room: Room | null = null
  #fresh: RtcConnection | null = null

  constructor(options: RendezvousOptions) {
    this.#options = options
    this.#doc = new Doc()
    const wrtc = createWrtc(options.PeerConnection, (connection) => (this.#fresh = connection))
    this.#provider = new WebrtcProvider(options.topic, this.#doc, {
      // Fixed for good: we keep the connections to nodes ourselves.
      signaling: [],
      maxConns: Number.MAX_SAFE_INTEGER,
      filterBcConns: false,
      peerOpts: {
        wrtc,
        config: {
          // Read by simple-peer anew for each connection: credentials of TURN servers expire.
          get iceServers() {
            return options.ice().iceServers
          },
          get iceTransportPolicy() {
            return options.ice().iceTransportPolicy
          },
        },
        channelName: 'y-webrtc',
        channelConfig: { negotiated: true, id: streamIds.yWebrtc },
      },
    })
    // A local state would be sent to other tabs of this browser every 15 s.
    this.#provider.awareness.setLocalState(null)
    this.#provider.on('peers', ({ added, removed }) => {
      for (const session of added) this.#tame(session)
      for (const session of removed) options.onGone(session)
    })
    this.#stopNodes = forEachUrl(options.signalUrls, (url) => this.#useNode(url))
    // y-webrtc opens its room in a microtask, before any socket can have opened.
    this.opened = this.#provider.key.then(() => this.#onOpened())
  }

  /** Our name in signals; empty for the first microtasks. */
  get session(): string {
    return this.#room?.peerId ?? ''
  }

  /** Whether anybody would hear an announcement. */
  get reachesOthers(): boolean {
    return this.nodesReached > 0 || this.#options.carrier.size > 0
  }

  get nodesReached(): number {
    return [...this.#conns].filter((conn) => conn.connected).length
  }

  /** Whether every node was tried in vain since it was last reached; true without any. */
  get triedInVain(): boolean {
    return [...this.#conns].every((conn) => !conn.connected && conn.unsuccessfulReconnects > 0)
  }

  /** Whether a connection to `session` stands or is being made. */
  has(session: string): boolean {
    return this.#room?.webrtcConns.has(session) ?? false
  }

  /** Tells the room, or the one whom alone it concerns, through every node. */
  publish(signal: Signal): void {
    this.#options.sealed.seal(signal, (text, to) => {
      for (const conn of this.#conns) publishSealed(conn, this.#options.topic, text, to)
      this.#carry(signal, text, to)
    })
  }

  /** A sealed signal came over a link instead of a node. */
  hear(text: string): void {
    this.#options.sealed.open(text, (signal) => {
      if (this.#room === null || signal.from === this.session) return
      this.#carried.add(signal.from)
      const [first] = this.#carried
      if (this.#carried.size > mostCarried && first !== undefined) this.#carried.delete(first)
      // y-webrtc knows its nodes only: this one need not be reached, and what goes out to it is carried as well.
      const [conn] = this.#conns
      this.#options.onSignal(signal, () => conn && deliverSignal(conn, this.#options.topic, signal))
    })
  }

  /** Ends the connection; `onGone` follows soon. */
  drop(session: string): void {
    this.#room?.webrtcConns.get(session)?.destroy()
  }

  /** Ends everything. Resolves when a new rendezvous on the same topic may begin. */
  async leave(): Promise<void> {
    this.#provider.disconnect()
    this.#stopNodes()
    this.#provider.destroy()
    await this.#provider.key
    this.#doc.destroy()
  }

  /** While a node is reached, only to those that none leads to. */
  #carry(signal: Signal, text: string, to: string | undefined): void {
    if (this.nodesReached > 0 && (signal.to === undefined || !this.#carried.has(signal.to))) return
    this.#options.carrier.publish(text, to ?? null)
  }

  #onOpened(): void {
    this.#room = this.#provider.room
    const { carrier, sealed } = this.#options
    sealed.inbox(this.session, (inbox) => carrier.open(inbox))
    // y-webrtc would leave its rooms for good on `beforeunload`, which a person may still cancel; we say goodbye on `pagehide`.
    const handler = this.#room?._beforeUnloadHandler
    if (handler !== undefined) globalThis.removeEventListener('beforeunload', handler)
    for (const conn of this.#conns) if (conn.connected) this.#options.onNode(conn.url, true)
  }

  /** Links that were found through a node stand on when it is no longer used. */
  #useNode(url: string): Unsubscribe {
    const { scheduler, random, topic, onNode } = this.#options
    const conn = new SignalingConn(url)
    const ungate = this.#guard(conn)
    const stopReturns = paceReturns(conn, { scheduler, random, onLost: () => onNode(url, false) })
    conn.on('connect', () => onNode(url, true))
    this.#conns.add(conn)
    return () => {
      this.#conns.delete(conn)
      stopReturns()
      conn.send({ type: 'unsubscribe', topics: [topic] })
      ungate()
      conn.destroy()
      onNode(url, false)
    }
  }

  #guard(conn: SignalingConn): Unsubscribe {
    const { sealed, topic, links, onSignal } = this.#options
    return gateTopic(conn, topic, {
      subscribe: (send) => {
        const session = this.#provider.room?.peerId
        if (session === undefined) send()
        else sealed.inbox(session, send)
      },
      outbound: (data, send) => {
        const signal = decodeSignal({ ...(data as object), links: links() })
        // y-webrtc announces at moments of its own choosing; we announce when we want neighbours.
        if (signal?.type !== 'signal') return
        sealed.seal(signal, (text, to) => {
          send(text, to)
          this.#carry(signal, text, to)
        })
      },
      inbound: (text, deliver) => {
        sealed.open(text, (signal) => {
          if (this.#room === null || signal.from === this.session) return
          onSignal(signal, () => deliver(signal))
        })
      },
    })
  }

  /** Called while y-webrtc still stands in the call that made the connection: takes its document off it. */
  #tame(session: string): void {
    const connection = this.#fresh
    this.#fresh = null
    const peer = this.#room?.webrtcConns.get(session)?.peer
    if (peer === undefined || connection === null) return
    peer.removeAllListeners('data')
    // Flowing without a listener: what a hostile peer sends there is dropped, not buffered.
    peer.resume()
    peer.send = () => {}
    this.#options.onPeer(session, connection)
  }
}
