import { channelNames, type ChannelName } from '../link.ts'

/** An RTCPeerConnection of ours with the channels that we opened on it, before it is negotiated. */
export interface RtcConnection {
  readonly peerConnection: RTCPeerConnection
  /** Hello, heartbeat and goodbye: apart from all bulk, so that none of them ever waits behind it. */
  readonly control: RTCDataChannel
  readonly channels: Readonly<Record<ChannelName, RTCDataChannel>>
}

/**
 * Stream ids (RFC 8831) agreed beforehand, so that no channel has to be announced in band. simple-peer's own channel has id 0 and carries nothing.
 * They are part of the wire format.
 */
export const streamIds = { yWebrtc: 0, control: 1, sync: 2, presence: 3, media: 4, clock: 5, signals: 6 } as const

export type RtcPeerConnectionClass = new (configuration?: RTCConfiguration) => RTCPeerConnection

/**
 * What simple-peer takes as `wrtc`: its connections are ours, and each is handed to `onConnection` while simple-peer constructs itself.
 * Session descriptions and candidates stay the plain dictionaries that they are: browsers take them, and a bad one is then refused by a
 * rejected promise instead of a constructor that throws.
 */
export function createWrtc(PeerConnection: RtcPeerConnectionClass, onConnection: (connection: RtcConnection) => void) {
  return {
    RTCPeerConnection: function (configuration: RTCConfiguration) {
      const connection = openChannels(new PeerConnection(configuration))
      onConnection(connection)
      return connection.peerConnection
    },
    RTCSessionDescription: function (description: RTCSessionDescriptionInit) {
      return description
    },
    RTCIceCandidate: function (candidate: RTCIceCandidateInit) {
      return candidate
    },
  }
}

/** Opens the channels of a link on a fresh connection. */
export function openChannels(peerConnection: RTCPeerConnection): RtcConnection {
  const open = (name: 'control' | ChannelName): RTCDataChannel => {
    const reliability = name === 'clock' ? { ordered: false, maxRetransmits: 0 } : {}
    const channel = peerConnection.createDataChannel(name, { negotiated: true, id: streamIds[name], ...reliability })
    channel.binaryType = 'arraybuffer'
    return channel
  }
  const control = open('control')
  const channels = Object.fromEntries(channelNames.map((name) => [name, open(name)])) as Record<
    ChannelName,
    RTCDataChannel
  >
  return { peerConnection, control, channels }
}
