import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** A node that relays as y-webrtc's own server does, and says to its clients whatever the test wants. */
export class HostileNode {
  readonly signalUrl: string
  readonly #server: WebSocketServer
  readonly #topics = new Map<WebSocket, Set<string>>()
  readonly #middles: WebSocket[] = []

  private constructor(server: WebSocketServer) {
    this.#server = server
    this.signalUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/signal`
    server.on('connection', (socket, request) => {
      const middle = /^\/middle\/(\d)$/.exec(request.url ?? '')
      if (middle !== null) return this.#listenIn(socket, Number(middle[1]))
      this.#topics.set(socket, new Set())
      socket.on('message', (data: Buffer) => this.#relay(socket, data.toString()))
      socket.on('close', () => this.#topics.delete(socket))
    })
  }

  static async start(): Promise<HostileNode> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise((resolve) => server.once('listening', resolve))
    return new HostileNode(server)
  }

  /** Where somebody in the middle talks to the clients, by their order of arrival, and hears them instead of the others. */
  get middleUrls(): readonly string[] {
    return [0, 1].map((client) => this.signalUrl.replace('/signal', `/middle/${client}`))
  }

  get middles(): number {
    return this.#middles.length
  }

  /** Everything that clients published, as it came. */
  readonly published: string[] = []

  say(frame: string | Uint8Array): void {
    for (const socket of this.#topics.keys()) socket.send(frame)
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #relay(from: WebSocket, text: string): void {
    const message = JSON.parse(text) as { type: string; topic: string; topics: string[] }
    if (message.type === 'ping') from.send(JSON.stringify({ type: 'pong' }))
    if (message.type === 'subscribe') for (const topic of message.topics) this.#topics.get(from)?.add(topic)
    if (message.type !== 'publish') return
    this.published.push(text)
    const middle = this.#middles[[...this.#topics.keys()].indexOf(from)]
    if (middle !== undefined) return middle.send(text)
    for (const [socket, topics] of this.#topics) if (topics.has(message.topic)) socket.send(text)
  }

  #listenIn(socket: WebSocket, client: number): void {
    this.#middles[client] = socket
    socket.on('message', (data: Buffer) => [...this.#topics.keys()][client]?.send(data.toString()))
  }
}
