import type { Random } from '../../../src/domain/scheduler.ts'
import type { MemoryLink } from '../../../src/net/memory/memory-link.ts'
import type { VirtualTime } from '../../../src/net/memory/virtual-time.ts'
import { cable } from '../paths.ts'

interface Description {
  readonly type: 'offer' | 'answer'
  /** Names the connection that made it: all that two ends of one process need to find each other. */
  readonly sdp: string
}

class FakeChannel {
  readonly label = 'fake'
  readonly bufferedAmountLowThreshold = 0
  readonly bufferedAmount = 0
  readyState = 'connecting'
  binaryType = 'arraybuffer'
  onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null = null
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  readonly #onSend: (message: Uint8Array) => void
  #link: MemoryLink | null = null

  constructor(onSend: (message: Uint8Array) => void) {
    this.#onSend = onSend
  }

  open(link: MemoryLink): void {
    this.#link = link
    this.readyState = 'open'
    link.channel('sync').onMessage((message) => this.onmessage?.({ data: message.slice().buffer }))
    this.onopen?.()
  }

  send(message: Uint8Array): void {
    this.#onSend(message)
    this.#link?.channel('sync').send(message)
  }

  close(): void {
    this.readyState = 'closed'
  }
}

/** As much of WebRTC as simple-peer uses, over the bench's paths in virtual time: what y-webrtc does with it is y-webrtc's own. */
export function fakeWrtc(time: VirtualTime, random: Random, onSend: (message: Uint8Array) => void) {
  const all = new Map<string, FakePeerConnection>()
  let made = 0

  class FakePeerConnection {
    iceConnectionState = 'new'
    localDescription: Description | null = null
    remoteDescription: Description | null = null
    oniceconnectionstatechange: (() => void) | null = null
    ondatachannel: ((event: { readonly channel: FakeChannel }) => void) | null = null
    readonly #name = `connection ${made++}`
    #channel: FakeChannel | null = null

    constructor() {
      all.set(this.#name, this)
    }

    createDataChannel(): FakeChannel {
      return (this.#channel = new FakeChannel(onSend))
    }

    createOffer(): Promise<Description> {
      return Promise.resolve({ type: 'offer', sdp: this.#name })
    }

    createAnswer(): Promise<Description> {
      return Promise.resolve({ type: 'answer', sdp: this.#name })
    }

    setLocalDescription(description: Description): Promise<void> {
      this.localDescription = description
      return Promise.resolve()
    }

    setRemoteDescription(description: Description): Promise<void> {
      this.remoteDescription = description
      if (description.type === 'answer') this.#join(all.get(description.sdp)!)
      return Promise.resolve()
    }

    getStats(): Promise<readonly object[]> {
      return Promise.resolve([{ id: 'pair', type: 'candidate-pair' }])
    }

    close(): void {
      all.delete(this.#name)
    }

    #join(other: FakePeerConnection): void {
      const [here, there] = cable(time, random)
      const theirs = new FakeChannel(onSend)
      other.ondatachannel?.({ channel: theirs })
      this.#channel?.open(here)
      theirs.open(there)
      for (const end of [this, other]) {
        end.iceConnectionState = 'connected'
        end.oniceconnectionstatechange?.()
      }
    }
  }

  return { RTCPeerConnection: FakePeerConnection, RTCSessionDescription: copyOf, RTCIceCandidate: copyOf }
}

/** As a constructor: what simple-peer makes of signals before it hands them over. */
function copyOf(this: object, init: object): void {
  Object.assign(this, init)
}
