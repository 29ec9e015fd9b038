import { webSockets } from '@libp2p/websockets'

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
      // Handed on to what waits for the socket (p-event).
      const limited = { ...options, timeout: limitMs }
      return dial(address, limited)
    }
    return transport
  }
}
