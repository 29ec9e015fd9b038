import { EventEmitter } from 'node:events'
import type * as Y from 'yjs'
import type { MemoryLink } from '../../../src/net/memory/memory-link.ts'
import { cable } from '../paths.ts'
import { YjsRoom } from './yjs-room.ts'

/** What is used of y-websocket and its server. Named at run time only, so that a checkout without them can be checked. */
interface Provider {
  readonly synced: boolean
  readonly awareness: { setLocalState(state: null): void }
  destroy(): void
}
type ProviderClass = new (url: string, room: string, doc: Y.Doc, options: object) => Provider
type Accept = (socket: EventEmitter, request: { readonly url: string }) => void

/** Stock y-websocket with its own central server, both in virtual time: each update goes to the server and from there to everyone. */
export class YWebsocketRoom extends YjsRoom {
  readonly #providers: Provider[] = []

  static async gather(count: number, seed: number): Promise<YWebsocketRoom> {
    const [client, server] = ['y-websocket', '@y/websocket-server/utils']
    const { WebsocketProvider } = (await import(client)) as { readonly WebsocketProvider: ProviderClass }
    const { setupWSConnection } = (await import(server)) as { readonly setupWSConnection: Accept }
    const room = new YWebsocketRoom(seed)
    for (let i = 0; i < count; i++) room.#join(WebsocketProvider, setupWSConnection)
    await room.time.until(() => room.#providers.every(({ synced }) => synced))
    await room.pass(5_000)
    return room
  }

  close(): void {
    for (const provider of this.#providers) provider.destroy()
  }

  #join(Provider: ProviderClass, accept: Accept): void {
    const { doc } = this.enter()
    const { time, random } = this
    const count = (message: Uint8Array): void => this.count(message)

    /** One connection, as the browser's WebSocket to its client and as a `ws` socket to the server. */
    class Socket {
      readonly OPEN = 1
      readyState = 0
      onopen: (() => void) | null = null
      onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null = null
      readonly #up: MemoryLink

      constructor() {
        const [up, down] = cable(time, random)
        this.#up = up
        up.channel('sync').onMessage((message) => this.onmessage?.({ data: message.slice().buffer }))
        const accepted = Object.assign(new EventEmitter(), {
          readyState: 1,
          ping: () => accepted.emit('pong'),
          close: () => {},
          send(message: Uint8Array) {
            count(message)
            down.channel('sync').send(message)
          },
        })
        down.channel('sync').onMessage((message) => accepted.emit('message', message.slice().buffer))
        time.after(0, () => {
          this.readyState = 1
          accept(accepted, { url: '/fanout' })
          this.onopen?.()
        })
      }

      send(message: Uint8Array): void {
        count(message)
        this.#up.channel('sync').send(message)
      }

      close(): void {
        this.readyState = 3
      }
    }
    const provider = new Provider('ws://bench', 'fanout', doc, { WebSocketPolyfill: Socket, disableBc: true })
    // Presence is not what is measured.
    provider.awareness.setLocalState(null)
    this.#providers.push(provider)
  }
}
