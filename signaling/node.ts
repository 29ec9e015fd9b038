import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Scheduler } from '../src/domain/scheduler.ts'
import { createAdmission, type Place } from './admission.ts'
import { answer, pathOf, type MetricsAccess } from './answer.ts'
import { clientAddress, type TrustedProxies } from './client-address.ts'
import { serveConnection } from './connection.ts'
import { createCounts, type NodeCounts } from './counts.ts'
import { createFanOut } from './fan-out.ts'
import { createHub } from './hub.ts'
import { Incoming } from './incoming.ts'
import { defaultNodeLimits, type NodeLimits } from './limits.ts'
import type { IceSettings } from './ice.ts'
import type { NodeLog } from './log.ts'
import { mountLobby } from './lobby/lobby-mount.ts'
import { createMetrics } from './metrics.ts'
import { mayConnect, type OriginPolicy } from './origin.ts'
import { closeCodes, createClientMessageDecoder } from './protocol.ts'
import { mountKeeper, type KeepSettings, type MountedKeeper } from './keep/keep-mount.ts'
import { mountRelay, type MountedRelay, type RelaySettings } from './relay-mount.ts'
import { createNodeScheduler } from './scheduler.ts'
import { loadStaticFiles, type StaticFiles } from './static-files.ts'
import { createSummary } from './summary.ts'
import { createTlsServer, type TlsFiles } from './tls-front.ts'

export interface NodeOptions {
  /** TCP port; 0 takes a free one. */
  readonly port: number
  /** Address to listen on, e.g. `127.0.0.1`, or `::` for all. */
  readonly host: string
  /** The built app; without it the node only signals. */
  readonly distDir?: string
  readonly limits?: Partial<NodeLimits>
  readonly log: NodeLog
  readonly scheduler?: Scheduler
  /** Pages that may use the node; any by default. */
  readonly origins?: OriginPolicy
  /** Proxies whose `X-Forwarded-For` counts; none by default. */
  readonly proxies?: TrustedProxies | null
  /** Who may read `/metrics`; this machine only by default. */
  readonly metricsAccess?: MetricsAccess
  /** Certificate and key for https; plain http by default. */
  readonly tls?: TlsFiles | null
  /** STUN and TURN servers that browsers are told at `/ice`; none by default. */
  readonly ice?: IceSettings
  /** The libp2p relay on `/`; none by default. Without a `url` members are told the address that the node itself knows. */
  readonly relay?: Pick<RelaySettings, 'random' | 'peers'> & { readonly url?: string | undefined }
  /** Rooms that people ask for are kept; none by default. */
  readonly keep?: KeepSettings | null
}

export interface NodeAddress {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:8080`, without a slash at the end; `https:` with TLS. */
  readonly url: string
  /** `ws://127.0.0.1:8080/signal`; `wss:` with TLS. */
  readonly signalUrl: string
}

/** A running community node: it helps browsers meet and keeps nothing, but the rooms that people asked a keeper to keep. */
export interface CommunityNode {
  /** Resolves when it listens; rejects with Node's error (`code: 'EADDRINUSE'`) when it cannot, or when the app cannot be read. */
  readonly ready: Promise<NodeAddress>
  /** Where it listens. Throws before `ready`. */
  address(): NodeAddress
  /** Uses another certificate for handshakes from now on. Throws when the two do not belong together. */
  renew(tls: TlsFiles): void
  /** Closes all connections and the port; safe to call twice. */
  close(): Promise<void>
}

const SIGNAL_PATH = '/signal'
const KEEP_PATH = '/keep'
const LOBBY_PATH = '/lobby'
/** How often the log sums up, ms. */
const SUMMARY_MS = 60_000

/**
 * Starts a node on one port: the built app over HTTP, `/health`, `/metrics`, `/ice`, y-webrtc's signalling protocol on `/signal`, and libp2p's
 * WebSockets on `/` (its addresses carry no path).
 */
export function createNode(options: NodeOptions): CommunityNode {
  const { log, tls = null, proxies = null, metricsAccess = 'local', origins = 'any' } = options
  const limits: NodeLimits = { ...defaultNodeLimits, ...options.limits }
  const scheduler = options.scheduler ?? createNodeScheduler()
  const fanOut = createFanOut(scheduler, limits)
  const hub = createHub(limits, fanOut.ofTopic)
  const admission = createAdmission(limits, fanOut.ofAddress)
  const counts = createCounts()
  const present = (): { connections: number; topics: number } => ({
    connections: admission.count,
    topics: hub.topicCount,
  })
  let relay: MountedRelay | null = null
  let keeper: MountedKeeper | null = null
  const lobby = mountLobby(limits, fanOut, scheduler)
  const metrics = createMetrics(
    counts,
    present,
    () => relay && { ...relay.counts, others: relay.others.length },
    () => keeper?.totals ?? null,
  )
  const health = (): object => ({ ok: true, ...present() })
  const ice = options.ice ?? { urls: [], turnSecret: null }
  const answers = {
    health,
    keeps: () => keeper !== null,
    metrics,
    metricsAccess,
    proxies,
    origins,
    ice,
    others: () => relay?.others ?? [],
    wallMs: () => scheduler.wallMs(),
  }
  const context = { hub, limits, scheduler, counts, fanOut, decode: createClientMessageDecoder(limits) }
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.frameChunks,
    perMessageDeflate: false,
  })

  const serverOptions = {
    headersTimeout: limits.handshakeMs,
    requestTimeout: limits.handshakeMs,
    connectionsCheckingInterval: limits.handshakeMs / 2,
  }
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => {
    // The port is taken first and the app read then, so that early requests wait here for a moment.
    files.then((files) => answer(request, response, { ...answers, files })).catch(() => response.destroy()) // `ready` tells why the app could not be read
  }
  const server = tls === null ? createServer(serverOptions, onRequest) : createTlsServer(serverOptions, tls, onRequest)
  const incoming = new Incoming(limits, proxies, () => (counts.refused.sockets += 1))
  incoming.watch(server)
  const files: Promise<StaticFiles> = listen(server, options.port, options.host).then(() =>
    options.distDir === undefined ? () => false : loadStaticFiles(options.distDir),
  )

  const acceptSignalling = (request: IncomingMessage, stream: Duplex, head: Buffer, _: string, place: Place): void =>
    sockets.handleUpgrade(request, stream, head, (socket: WebSocket) =>
      serveConnection(socket, place.allowance, context),
    )
  const refuse = (stream: Duplex, status: number, why: keyof NodeCounts['refused']): void => {
    counts.refused[why] += 1
    refuseUpgrade(stream, status)
  }
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A handshake that is reset half-way must not become an uncaught error.
    stream.on('error', () => stream.destroy())
    const path = pathOf(request)
    const doors = {
      '/': relay?.accept,
      [SIGNAL_PATH]: acceptSignalling,
      [KEEP_PATH]: keeper?.accept,
      [LOBBY_PATH]: lobby.accept,
    }
    const accept = path !== null && Object.hasOwn(doors, path) ? doors[path as keyof typeof doors] : undefined
    if (accept === undefined) return refuseUpgrade(stream, 404)
    if (!mayConnect(request, origins)) return refuse(stream, 403, 'origin')
    const address = clientAddress(request, proxies)
    if (address === '') return void stream.destroy() // gone already
    const place = admission.admit(address)
    if (typeof place === 'string') return refuse(stream, 503, place)
    stream.once('close', place.release)
    accept(request, stream, head, address, place)
  })
  server.on('clientError', (_error, stream) => refuseUpgrade(stream, 400))

  const diskFailed = (error: unknown): void =>
    log({ event: 'failed', why: `The disk of kept rooms: ${error instanceof Error ? error.message : String(error)}.` })
  // By its name alone: what libp2p says beyond it may hold somebody's key or address.
  const relayFailed = (error: unknown): void =>
    log({
      event: 'failed',
      why: `The libp2p relay: ${error instanceof Error ? error.name : 'an error without a name'}.`,
    })
  const summary = createSummary(counts, present)
  const stopSummary = scheduler.every(SUMMARY_MS, () => {
    const event = summary()
    if (event !== null) log(event)
  })
  const mounted = files.then(async () => {
    if (options.keep) keeper = mountKeeper(options.keep, limits, fanOut, scheduler, diskFailed)
    if (options.relay === undefined) return
    const { random, peers, url = addressOf(server, tls !== null).url.replace(/^http/, 'ws') } = options.relay
    const told = {
      report: relayFailed,
      onPeer: (peer: string, reached: boolean) => log({ event: 'peer', url: peer, reached }),
    }
    relay = await mountRelay({ random, peers, url, lobby: lobby.lobby, limits, ...told }, scheduler)
  })
  const ready = mounted.then(
    () => {
      const address = addressOf(server, tls !== null)
      log({ event: 'listening', port: address.port, tls: tls !== null })
      return address
    },
    (error: unknown) => {
      stopSummary()
      lobby.close()
      keeper?.close()
      server.close()
      throw error
    },
  )

  const closeAll = async (): Promise<void> => {
    await ready.catch(() => {}) // who awaited `ready` has been told why it did not start
    stopSummary()
    if (!server.listening) return
    log({ event: 'stopping', connections: admission.count })
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets.clients) socket.close(closeCodes.goingAway, 'the node stops')
    keeper?.goAway()
    lobby.close()
    server.closeIdleConnections()
    const stopWaiting = scheduler.after(limits.closeGraceMs, () => incoming.destroy())
    await Promise.all([closed, relay?.close()])
    stopWaiting()
    keeper?.close()
    log({ event: 'stopped' })
  }

  let closing: Promise<void> | undefined
  return {
    ready,
    address: () => addressOf(server, tls !== null),
    renew: (files) => {
      if (tls !== null) (server as HttpsServer).setSecureContext(files)
    },
    close: () => (closing ??= closeAll()),
  }
}

function refuseUpgrade(stream: Duplex, status: number): void {
  if (!stream.writable) return void stream.destroy()
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  )
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function addressOf(server: Server, tls: boolean): NodeAddress {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the node does not listen')
  const any = address.address === '::' || address.address === '0.0.0.0'
  const host = any ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address
  const origin = `${host}:${address.port}`
  return {
    host: address.address,
    port: address.port,
    url: `${tls ? 'https' : 'http'}://${origin}`,
    signalUrl: `${tls ? 'wss' : 'ws'}://${origin}${SIGNAL_PATH}`,
  }
}
