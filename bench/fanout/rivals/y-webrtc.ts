import { WebrtcProvider } from 'y-webrtc'
import { fakeWrtc } from './fake-rtc.ts'
import { signalHub } from './signal-hub.ts'
import { YjsRoom } from './yjs-room.ts'

const MEETING_TRIES = 1_000

/** Stock y-webrtc, every peer joined to every other one: each sends every update that it gets on to all others. */
export class YWebrtcRoom extends YjsRoom {
  readonly #providers: WebrtcProvider[] = []
  readonly #wrtc = fakeWrtc(this.time, this.random, (message) => this.count(message))

  static async gather(count: number, seed: number): Promise<YWebrtcRoom> {
    const room = new YWebrtcRoom(seed)
    globalThis.WebSocket = signalHub()
    // One after another: offers that cross leave some of its connections half made.
    for (let i = 0; i < count; i++) {
      room.#join(i)
      let tries = 0
      do {
        if (tries++ > MEETING_TRIES) throw new Error('the peers of y-webrtc do not all meet')
        // Its sockets and simple-peer wait on real timers.
        await new Promise((resolve) => setTimeout(resolve, 5))
        await room.pass(10)
      } while (!room.#isMesh())
    }
    await room.pass(5_000)
    return room
  }

  close(): void {
    for (const provider of this.#providers) provider.destroy()
  }

  #isMesh(): boolean {
    return this.#providers.every(({ room }) => {
      const conns = [...(room?.webrtcConns.values() ?? [])] as unknown as { readonly connected: boolean }[]
      return conns.length === this.#providers.length - 1 && conns.every(({ connected }) => connected)
    })
  }

  #join(i: number): void {
    const { doc } = this.enter()
    const provider = new WebrtcProvider(`peer-${i}`, doc, {
      signaling: [`ws://peer-${i}`],
      filterBcConns: false,
      peerOpts: { wrtc: this.#wrtc },
      // Its own cap of 20 to 34 would leave larger rooms in cliques that never hear of each other.
      maxConns: Number.MAX_SAFE_INTEGER,
    })
    // Presence is not what is measured.
    provider.awareness.setLocalState(null)
    this.#providers.push(provider)
  }
}
