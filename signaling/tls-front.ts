import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
} from 'node:http'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { Socket } from 'node:net'

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** First byte of every TLS connection: a handshake record (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16

/**
 * An https server that answers plain http on the same port with a way to https: whoever types the address without `https://` arrives
 * all the same.
 */
export function createTlsServer(options: ServerOptions, tls: TlsFiles, onRequest: RequestListener): Server {
  const timeoutMs = options.requestTimeout ?? 0
  const server = createHttpsServer({ ...options, ...tls, handshakeTimeout: timeoutMs }, onRequest)
  const redirects = createHttpServer((request, response) => {
    const location = httpsUrlOf(request)
    const status = location === null ? 400 : 307
    response.writeHead(status, { Connection: 'close', ...(location === null ? {} : { Location: location }) }).end()
  })
  const secure = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const giveUp = (): void => void socket.destroy()
    socket.setTimeout(timeoutMs, giveUp)
    socket.on('error', giveUp)
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      if (first[0] !== TLS_HANDSHAKE) {
        redirects.emit('connection', socket)
        return void socket.resume()
      }
      socket.setTimeout(0)
      socket.off('timeout', giveUp)
      for (const listener of secure) listener.call(server, socket)
    })
  })
  return server
}

/** Where a request for plain http should have gone; null when it does not say its host. */
function httpsUrlOf({ headers, url = '/' }: IncomingMessage): string | null {
  const { host = '' } = headers
  return /^[\w.:[\]-]+$/.test(host) && url.startsWith('/') ? `https://${host}${url}` : null
}
