import type { MultiaddrConnection, Upgrader } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { isSmall } from './small.ts'

/** Time for a WebSocket to open, ms. Less than the 6 s after which libp2p aborts a dial to an address. */
const openMs = 5_000

type WebSocketsInit = Parameters<typeof webSockets>[0]

/**
 * libp2p's WebSockets, of which no dial outlasts `limitMs`. A dial that libp2p aborts leaves its socket behind, opening for as long as the
 * browser lets it, and browsers open one WebSocket to a host at a time: the one for signals would wait behind it for a minute after the node
 * is back. One that fails by itself is closed.
 */
export function outboundSockets(init: WebSocketsInit = {}, limitMs = openMs): ReturnType<typeof webSockets> {
  const create = webSockets(init)
  return (components) => {
    const transport = create(components)
    const dial = transport.dial.bind(transport)
    transport.dial = (address, options) => {
      const { upgrader } = options
      const upgradeOutbound = ((connection, how) =>
        upgrader.upgradeOutbound(sendsSmallWhole(connection), how)) as Upgrader['upgradeOutbound']
      // The timeout is handed on to what waits for the socket (p-event).
      const limited = {
        ...options,
        timeout: limitMs,
        upgrader: Object.assign(Object.create(upgrader) as Upgrader, { upgradeOutbound }),
      }
      return dial(address, limited)
    }
    return transport
  }
}

/** Makes a connection send what is small as one message of its socket, not as one of each part. */
function sendsSmallWhole(connection: MultiaddrConnection): MultiaddrConnection {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(isSmall(data) ? data.subarray() : data)
  return connection
}
