import { webRTC } from '@libp2p/webrtc'
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
}: BrowserLibp2pOptions): Transport => createLibp2pTransport({ ...options, direct: webRTC({ rtcConfiguration: ice }) })
