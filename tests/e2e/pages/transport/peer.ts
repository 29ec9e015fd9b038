import type { RoomAddress } from '../../../../src/domain/address.ts'
import type { Signer } from '../../../../src/domain/crypto.ts'
import { createIdentity, createWebCrypto } from '../../../../src/platform/webcrypto.ts'
import { realScheduler } from '../../../../src/platform/scheduler.ts'
import type { NeighbourCaps } from '../../../../src/net/neighbours.ts'
import { createBrowserLibp2pTransport } from '../../../../src/net/libp2p/browser.ts'
import { createWebRtcTransport } from '../../../../src/net/webrtc/transport.ts'
import type { Link } from '../../../../src/net/link.ts'
import type { Membership } from '../../../../src/net/transport.ts'
import type { CompliancePeer } from '../../../net/compliance.ts'

export interface PeerOptions {
  readonly signalUrls: readonly string[]
  /** Over libp2p by these relays, instead of WebRTC by `signalUrls`. */
  readonly relayUrls?: readonly string[]
  readonly neighbours?: NeighbourCaps
  /** Sees another certificate in its descriptions than the one that was used, as if somebody sat in the middle. */
  readonly otherFingerprint?: boolean
  /** Asks on y-webrtc's own channel for the other's document, and counts what comes there. */
  readonly asksYWebrtc?: boolean
  readonly report?: (error: unknown) => void
}

/** What happened in a room that was entered, in order. */
export interface PeerEvent {
  readonly kind: 'link' | 'close' | 'status' | 'message'
  readonly what: string
}

export interface PeerPage {
  createPeer(options: PeerOptions): Promise<CompliancePeer>
  /** Enters a room with a fresh key and keeps note of what happens; the result is the PeerId. */
  enter(room: RoomAddress, options: PeerOptions): Promise<string>
  readonly events: readonly PeerEvent[]
  /** The room that was entered. */
  membership: Membership | null
  /** Messages that came on y-webrtc's own channel. */
  readonly onYWebrtc: readonly unknown[]
  /** Errors that nobody caught. */
  readonly uncaught: readonly string[]
}

declare global {
  interface Window {
    peerPage: PeerPage
  }
}

// As a frame of the compliance page: its `instanceof` checks must know our errors.
if (window.parent !== window) {
  const { RangeError, Error, DOMException } = window.parent as unknown as typeof globalThis
  Object.assign(globalThis, { RangeError, Error, DOMException })
}

const uncaught: string[] = []
window.addEventListener('error', (event) => uncaught.push(event.message))
window.addEventListener('unhandledrejection', (event) => uncaught.push(String(event.reason)))

/** Descriptions whose fingerprint differs from the certificate's in one digit. */
class MisinformedConnection extends RTCPeerConnection {
  override get remoteDescription(): RTCSessionDescription | null {
    const description = super.remoteDescription
    if (description === null) return null
    const sdp = description.sdp.replace(
      /(a=fingerprint:sha-256 )(.)/g,
      (_, name, digit) => name + (digit === '0' ? '1' : '0'),
    )
    return new RTCSessionDescription({ type: description.type, sdp })
  }
}

const onYWebrtc: unknown[] = []

/** Speaks y-webrtc: asks for the document and for the awareness, and hands in an update. */
class AskingConnection extends RTCPeerConnection {
  override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, init)
    if (label !== 'y-webrtc') return channel
    channel.addEventListener('message', ({ data }) => onYWebrtc.push(data))
    channel.addEventListener('open', () => {
      for (const message of [[0, 0, 1, 0], [3], [0, 2, 2, 0, 0]]) channel.send(Uint8Array.from(message))
    })
    return channel
  }
}

function connectionClass({ otherFingerprint, asksYWebrtc }: PeerOptions): typeof RTCPeerConnection {
  if (otherFingerprint === true) return MisinformedConnection
  return asksYWebrtc === true ? AskingConnection : RTCPeerConnection
}

async function createPeer(options: PeerOptions): Promise<CompliancePeer> {
  const crypto = await createWebCrypto()
  const [{ signer }, { signer: stranger }] = [await createIdentity(), await createIdentity()]
  const network = {
    ...{ crypto, scheduler: realScheduler(), random: Math.random, session: crypto.randomBytes(16) },
    onUnload: (task: () => void) => {
      window.addEventListener('pagehide', task)
      return () => window.removeEventListener('pagehide', task)
    },
    ...(options.report && { report: options.report }),
    ...(options.neighbours && { neighbours: options.neighbours }),
  }
  const { signalUrls, relayUrls } = options
  const transport =
    relayUrls === undefined
      ? createWebRtcTransport({ ...network, signalUrls, RTCPeerConnection: connectionClass(options) })
      : createBrowserLibp2pTransport({ ...network, relayUrls })
  const impostor: Signer = { peer: signer.peer, sign: (bytes) => stranger.sign(bytes) }
  return {
    peer: signer.peer,
    join: (room) => transport.join(room, signer),
    joinAsImpostor: (room) => transport.join(room, impostor),
  }
}

const events: PeerEvent[] = []
const note = (kind: PeerEvent['kind'], what: string): void => void events.push({ kind, what })

async function enter(room: RoomAddress, options: PeerOptions): Promise<string> {
  const peer = await createPeer(options)
  const membership = peer.join(room)
  membership.onStatus(({ state }) => note('status', state))
  membership.onLink((link: Link) => {
    note('link', link.peer)
    link.channel('sync').onMessage((bytes) => note('message', new TextDecoder().decode(bytes)))
    const stopCarrying = membership.carryOver?.(link)
    link.onClose((reason) => {
      stopCarrying?.()
      note('close', `${link.peer} ${reason}`)
    })
  })
  window.peerPage.membership = membership
  return peer.peer
}

window.peerPage = { createPeer, enter, events, membership: null, onYWebrtc, uncaught }
