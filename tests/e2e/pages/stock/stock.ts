/** A page as anybody makes one with y-webrtc from npm: nothing of Earshot is in it. */
import { WebrtcProvider } from 'y-webrtc'
import { Doc } from 'yjs'

export interface StockPage {
  /** Joins a room; without a password everything is said in clear, as is y-webrtc's default. */
  join(signalUrl: string, room: string, password?: string): void
  write(key: string, value: string): void
  read(key: string): unknown
  /** Peers that are linked by WebRTC. */
  linked(): number
}

declare global {
  interface Window {
    stock: StockPage
  }
}

const doc = new Doc()
let provider: WebrtcProvider | null = null

window.stock = {
  join(signalUrl, room, password) {
    provider = new WebrtcProvider(room, doc, {
      signaling: [signalUrl],
      ...(password === undefined ? {} : { password }),
      // Two tabs of one browser would talk over a BroadcastChannel; only the node may bring them together.
      filterBcConns: false,
    })
  },
  write: (key, value) => void doc.getMap('shared').set(key, value),
  read: (key) => doc.getMap('shared').get(key),
  linked: () => provider?.room?.webrtcConns.size ?? 0,
}
