import type { RoomAddress } from '../../../../src/domain/address.ts'
import { decodeHello } from '../../../../src/net/hello-wire.ts'
import { deriveTopic } from '../../../../src/net/topic.ts'
import { streamIds } from '../../../../src/net/webrtc/rtc-connection.ts'
import { SealedTopic } from '../../../../src/net/webrtc/sealed-topic.ts'
import type { Signal } from '../../../../src/net/webrtc/signal.ts'
import { createWebCrypto } from '../../../../src/platform/webcrypto.ts'

declare global {
  interface Window {
    /** Sits between the two clients of a hostile node that knows the room, each of whom takes it for the other. */
    sitBetween(room: RoomAddress, middleUrls: readonly string[]): Promise<void>
    /** By side: the kinds of hello messages that came from there and passed through, and that it hung up. */
    readonly passed: readonly string[]
  }
}

/** Above all random UUIDs, so that both sides make the offer. */
const session = 'ffffffff-ffff-4fff-bfff-ffffffffffff'
const passed: string[] = []

async function sitBetween(room: RoomAddress, middleUrls: readonly string[]): Promise<void> {
  const crypto = await createWebCrypto()
  const { topic, sealKey } = await deriveTopic(room, crypto)
  const sealed = new SealedTopic(crypto, sealKey, reportError)
  const controls = middleUrls.map((url, side) => {
    const socket = new WebSocket(url)
    const connection = new RTCPeerConnection()
    const opened = Object.entries(streamIds).map(([name, id]) => {
      const reliability = name === 'clock' ? { ordered: false, maxRetransmits: 0 } : {}
      return connection.createDataChannel(name, { negotiated: true, id, ...reliability })
    })
    const publish = (signal: Signal): void =>
      sealed.seal(signal, (data) => socket.send(JSON.stringify({ type: 'publish', topic, data })))
    const receive = async (signal: Signal): Promise<void> => {
      const to = signal.from
      if (signal.type === 'announce') return publish({ type: 'announce', from: session, to, links: 0, wanted: 1 })
      if (signal.type !== 'signal') return
      if (signal.signal.type === 'candidate') return connection.addIceCandidate(signal.signal.candidate)
      await connection.setRemoteDescription(signal.signal)
      await connection.setLocalDescription()
      const answer = connection.localDescription!
      publish({ type: 'signal', from: session, to, links: 0, signal: { type: 'answer', sdp: answer.sdp } })
      connection.onicecandidate = ({ candidate }) => {
        if (candidate === null) return
        const { candidate: text, sdpMid, sdpMLineIndex } = candidate
        const inside = { candidate: text, sdpMid, sdpMLineIndex }
        publish({ type: 'signal', from: session, to, links: 0, signal: { type: 'candidate', candidate: inside } })
      }
    }
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data) as { type: string; data: string }
      if (message.type === 'publish') sealed.open(message.data, (signal) => void receive(signal))
    }
    return { side, control: opened[streamIds.control]! }
  })
  for (const { side, control } of controls) {
    control.binaryType = 'arraybuffer'
    const other = controls[1 - side]!.control
    const waiting: Uint8Array<ArrayBuffer>[] = []
    control.onclose = () => passed.push(`${side} closed`)
    other.addEventListener('open', () => waiting.splice(0).forEach((bytes) => other.send(bytes)))
    control.onmessage = ({ data }) => {
      const bytes = new Uint8Array(data as ArrayBuffer)
      passed.push(`${side} ${decodeHello(bytes)?.kind ?? 'other'}`)
      if (other.readyState === 'open') other.send(bytes)
      else waiting.push(bytes)
    }
  }
}

Object.assign(window, { sitBetween, passed })
