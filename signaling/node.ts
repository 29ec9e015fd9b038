import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Scheduler } from '../src/domain/scheduler.ts'
import { createAdmission } from './admission.ts'
import { serveConnection } from './connection.ts'
import { securityHeaders } from './headers.ts'
import { createHub } from './hub.ts'
import { defaultNodeLimits, type NodeLimits } from './limits.ts'
import { closeCodes, createClientMessageDecoder } from './protocol.ts'
import { createNodeScheduler } from './scheduler.ts'
import { loadStaticFiles, type StaticFiles } from './static-files.ts'

export interface NodeOptions {
  /** TCP port; 0 takes a free one. */
  readonly port: number
  /** Address to listen on, e.g. `127.0.0.1`, or `::` for all. */
  readonly host: string
  /** The built app; without it the node only signals. */
  readonly distDir?: string
  readonly limits?: Partial<NodeLimits>
  /** One line per event of the node itself. It never holds a topic or an address of a person. */
  readonly log: (line: string) => void
  readonly scheduler?: Scheduler
}

export interface NodeAddress {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string
  /** `ws://127.0.0.1:8080/signal` */
  readonly signalUrl: string
}

/** A running community node: it helps browsers meet and keeps nothing. */
export interface CommunityNode {
  /** Resolves when it listens; rejects with Node's error (`code: 'EADDRINUSE'`) when it cannot, or when the app cannot be read. */
  readonly ready: Promise<NodeAddress>
  /** Where it listens. Throws before `ready`. */
  address(): NodeAddress
  /** Closes all connections and the port; safe to call twice. */
  close(): Promise<void>
}

const SIGNAL_PATH = '/signal'

/** Starts a node on one port: the built app over HTTP, `/healthz`, and y-webrtc's signalling protocol on `/signal`. */
export function createNode(options: NodeOptions): CommunityNode {
  const limits: NodeLimits = { ...defaultNodeLimits, ...options.limits }
  const scheduler = options.scheduler ?? createNodeScheduler()
  const hub = createHub(limits)
  const admission = createAdmission(limits)
  const context = { hub, limits, scheduler, decode: createClientMessageDecoder(limits) }
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.frameChunks,
    perMessageDeflate: false,
  })

  const server = createServer(
    {
      headersTimeout: limits.handshakeMs,
      requestTimeout: limits.handshakeMs,
      connectionsCheckingInterval: limits.handshakeMs / 2,
    },
    (request, response) => {
      // The port is taken first and the app read then, so that early requests wait here for a moment.
      files.then(
        (serve) => handleRequest(request, response, serve, { connections: admission.count, topics: hub.topicCount }),
        () => response.destroy(), // `ready` tells why the app could not be read
      )
    },
  )
  const files: Promise<StaticFiles> = listen(server, options.port, options.host).then(() =>
    options.distDir === undefined ? () => false : loadStaticFiles(options.distDir),
  )

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A handshake that is reset half-way must not become an uncaught error.
    stream.on('error', () => stream.destroy())
    if (pathOf(request) !== SIGNAL_PATH) return refuseUpgrade(stream, 404)
    const release = admission.admit(request.socket.remoteAddress ?? '')
    if (release === null) return refuseUpgrade(stream, 503)
    stream.once('close', release)
    sockets.handleUpgrade(request, stream, head, (socket: WebSocket) => serveConnection(socket, context))
  })
  server.on('clientError', (_error, stream) => refuseUpgrade(stream, 400))

  const ready = files.then(
    () => {
      options.log(`node listens on port ${addressOf(server).port}`)
      return addressOf(server)
    },
    (error: unknown) => {
      server.close()
      throw error
    },
  )

  let closing: Promise<void> | undefined
  return {
    ready,
    address: () => addressOf(server),
    close: () => (closing ??= closeAll(ready, server, sockets, limits, scheduler)),
  }
}

function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  files: StaticFiles,
  counts: { readonly connections: number; readonly topics: number },
): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    return
  }
  const path = pathOf(request)
  if (path === '/healthz') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(JSON.stringify({ ok: true, ...counts }))
    return
  }
  if (path !== null && files(request, response, path)) return
  response.writeHead(path === null ? 400 : 404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Nothing here.\n')
}

/** The decoded path of a request without its query; null when it is malformed. */
function pathOf(request: IncomingMessage): string | null {
  try {
    return decodeURIComponent((request.url ?? '').split(/[?#]/, 1)[0] ?? '')
  } catch {
    return null // a broken percent sequence
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

function addressOf(server: Server): NodeAddress {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the node does not listen')
  const any = address.address === '::' || address.address === '0.0.0.0'
  const host = any ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address
  const origin = `${host}:${address.port}`
  return {
    host: address.address,
    port: address.port,
    url: `http://${origin}`,
    signalUrl: `ws://${origin}${SIGNAL_PATH}`,
  }
}

async function closeAll(
  ready: Promise<unknown>,
  server: Server,
  sockets: WebSocketServer,
  limits: NodeLimits,
  scheduler: Scheduler,
): Promise<void> {
  await ready.catch(() => {}) // who awaited `ready` has been told why it did not start
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets.clients) socket.close(closeCodes.goingAway, 'the node stops')
  server.closeIdleConnections()
  const stopWaiting = scheduler.after(limits.closeGraceMs, () => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
  })
  await closed
  stopWaiting()
}
