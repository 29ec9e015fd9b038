import { webRTC } from '@libp2p/webrtc'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import type { Transport } from '../transport.ts'
import { createLibp2pTransport, type Libp2pTransportOptions } from './transport.ts'

export interface BrowserLibp2pOptions extends Omit<Libp2pTransportOptions, 'direct'> {
  /** STUN and TURN servers for the next connection, and whether it may go through them only; none by default, which is enough within one network. */
  readonly ice?: () => RTCConfiguration
}

/** libp2p in a browser: circuits are upgraded to direct WebRTC connections where the network lets them through. */
export const createBrowserLibp2pTransport = ({
  ice = () => ({ iceServers: [] }),
  ...options
}: BrowserLibp2pOptions): Transport =>
  createLibp2pTransport({
    onNetworkChange,
    ...options,
    direct: webRTC({ rtcConfiguration: ice }),
  })

/** Of a change from one network to another without a gap only some browsers tell (Network Information API). */
function onNetworkChange(listener: () => void): Unsubscribe {
  const { connection } = navigator as { readonly connection?: EventTarget }
  globalThis.addEventListener('online', listener)
  connection?.addEventListener('change', listener)
  return () => {
    globalThis.removeEventListener('online', listener)
    connection?.removeEventListener('change', listener)
  }
}
