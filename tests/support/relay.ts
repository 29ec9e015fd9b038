import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { reportUncaught } from '../../src/domain/listeners.ts'
import { createRelay, relayFrameBytes, type Relay, type RelayOptions } from '../../src/net/libp2p/relay.ts'
import { realScheduler } from '../../src/platform/scheduler.ts'

export interface RelayServer extends Relay {
  readonly url: string
  readonly port: number
}

/** A relay on a free loopback port, mounted as a node mounts it. `onSocket` is shown each socket before the relay takes it. */
export async function startRelay(
  options: Partial<RelayOptions> = {},
  port = 0,
  onSocket: (socket: WebSocket) => void = () => {},
): Promise<RelayServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const taken = (server.address() as AddressInfo).port
  const url = `ws://127.0.0.1:${taken}`
  const relay = await createRelay({
    ...{ scheduler: realScheduler(), random: Math.random, report: reportUncaught, urls: [url] },
    ...options,
  })
  const sockets = new WebSocketServer({ server, maxPayload: relayFrameBytes, perMessageDeflate: false })
  sockets.on('connection', (socket, request) => {
    onSocket(socket)
    relay.accept(socket, request.socket.remoteAddress ?? '127.0.0.1', request.socket.remotePort ?? 0)
  })
  return {
    url,
    port: taken,
    peer: relay.peer,
    get counts() {
      return relay.counts
    },
    get others() {
      return relay.others
    },
    accept: (...args) => relay.accept(...args),
    async close() {
      await relay.close()
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
