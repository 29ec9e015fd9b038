import { channelNames } from '../link.ts'
import { linkPace } from '../heartbeat.ts'
import type { Wires } from '../wires.ts'
import { bindingOf } from './fingerprints.ts'
import { RtcChannel } from './rtc-channel.ts'
import type { RtcConnection } from './rtc-connection.ts'

/** A WebRTC connection as something to say hello over: negotiated data channels, bound by both sides' certificates. */
export function rtcWires({ peerConnection, control, channels }: RtcConnection): Wires {
  return {
    transport: 'webrtc',
    get relayed() {
      return leadsThroughTurn(peerConnection)
    },
    // Whether a TURN server is on the way each side finds out for itself, later.
    pace: linkPace,
    weight: 1,
    sendControl(bytes) {
      if (control.readyState !== 'open') return
      try {
        control.send(Uint8Array.from(bytes))
      } catch {
        // Closing between the check and the call: the heartbeat of the other side will tell.
      }
    },
    onControl(listener) {
      control.addEventListener('message', ({ data }) =>
        listener(data instanceof ArrayBuffer ? new Uint8Array(data) : null),
      )
    },
    channel: (name, context) => new RtcChannel(name, channels[name], context),
    onOpen(listener) {
      const all = [control, ...channelNames.map((name) => channels[name])]
      const stop = new AbortController()
      const look = (): void => {
        // A busy browser opens the channels before it says what was agreed: which certificates those are is not known until then.
        if (peerConnection.signalingState !== 'stable' || !all.every(({ readyState }) => readyState === 'open')) return
        stop.abort()
        listener(bindingOf(peerConnection))
      }
      for (const channel of all) channel.addEventListener('open', look, { signal: stop.signal })
      peerConnection.addEventListener('signalingstatechange', look, { signal: stop.signal })
    },
  }
}

/** Whether either side reaches the other by a TURN server; false where the browser does not tell. */
function leadsThroughTurn({ sctp }: RTCPeerConnection): boolean {
  const ice: Partial<RTCIceTransport> | undefined = sctp?.transport.iceTransport
  const pair = ice?.getSelectedCandidatePair?.()
  return pair?.local?.type === 'relay' || pair?.remote?.type === 'relay'
}
