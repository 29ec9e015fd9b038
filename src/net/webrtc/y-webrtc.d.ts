/**
 * The part of y-webrtc 10.3 that `rendezvous.ts` stands on. Its own types are out of reach: its package names `import` before `types`.
 * Sources: y-webrtc/src/y-webrtc.js, lib0/websocket.js, simple-peer/index.js.
 */
declare module 'y-webrtc' {
  import type { Doc } from 'yjs'

  /** lib0's WebsocketClient. It subscribes to all rooms of the page whenever it connects. */
  export class SignalingConn {
    constructor(url: string)
    readonly url: string
    readonly connected: boolean
    readonly unsuccessfulReconnects: number
    readonly ws: WebSocket | null
    /** Whether lib0's own timer may make a new socket. */
    shouldConnect: boolean
    /** Makes a new socket when there is none. */
    connect(): void
    /** Closes the socket; nothing is told any more. */
    destroy(): void
    send(message: unknown): void
    on(event: 'connect', listener: () => void): void
    emit(event: 'message', args: [message: unknown, conn: SignalingConn]): void
  }

  /** simple-peer's Duplex. */
  export interface SimplePeer {
    removeAllListeners(event: 'data'): void
    resume(): void
    send(bytes: Uint8Array): void
    destroy(): void
  }

  export interface Room {
    /** Random UUID of this join, used in signals only. */
    readonly peerId: string
    readonly webrtcConns: ReadonlyMap<string, { readonly peer: SimplePeer; destroy(): void }>
    readonly _beforeUnloadHandler: () => void
  }

  export interface ProviderOptions {
    readonly signaling: readonly string[]
    /** Seals signals; Earshot seals them itself. */
    readonly password?: string
    readonly maxConns?: number
    readonly filterBcConns: boolean
    readonly peerOpts?: Readonly<Record<string, unknown>>
  }

  export class WebrtcProvider {
    constructor(roomName: string, doc: Doc, options: ProviderOptions)
    readonly awareness: { setLocalState(state: null): void }
    readonly key: Promise<unknown>
    readonly room: Room | null
    on(event: 'peers', listener: (change: { added: string[]; removed: string[] }) => void): void
    disconnect(): void
    destroy(): void
  }
}
