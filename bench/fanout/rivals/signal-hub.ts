interface Message {
  readonly type: string
  readonly topic?: string
  readonly data?: { readonly to?: string; readonly from?: string }
}

/**
 * A signalling server without a network, as `WebSocket`. Each peer has an address of its own, which is also its room's name: y-webrtc keeps one room
 * of a name per process, so here one room has as many names as peers. What is for one goes to one: stock servers send it to all, who drop it.
 */
export function signalHub(): typeof WebSocket {
  const sockets = new Map<string, HubSocket>()

  class HubSocket {
    onopen: (() => void) | null = null
    onmessage: ((event: { readonly data: string }) => void) | null = null
    onclose: (() => void) | null = null
    readonly #name: string
    /** y-webrtc's name for the peer behind this socket. */
    #peer = ''

    constructor(url: string) {
      this.#name = new URL(url).hostname
      sockets.set(this.#name, this)
      setImmediate(() => this.onopen?.())
    }

    send(text: string): void {
      const message = JSON.parse(text) as Message
      if (message.type === 'ping') this.onmessage?.({ data: '{"type":"pong"}' })
      // y-webrtc announces all rooms of its process at all servers of its process.
      if (message.type !== 'publish' || message.topic !== this.#name) return
      this.#peer = message.data?.from ?? ''
      const to = message.data?.to
      for (const [topic, socket] of sockets) {
        if (socket === this || (to !== undefined && socket.#peer !== to)) continue
        setImmediate(() => socket.onmessage?.({ data: JSON.stringify({ ...message, topic }) }))
      }
    }

    close(): void {
      sockets.delete(this.#name)
      setImmediate(() => this.onclose?.())
    }
  }
  return HubSocket as unknown as typeof WebSocket
}
