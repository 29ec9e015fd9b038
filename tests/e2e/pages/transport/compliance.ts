import { hashText, type RoomId } from '../../../../src/domain/ids.ts'
import { complianceCases, type ComplianceEnv, type CompliancePeer } from '../../../net/compliance.ts'
import type { PeerOptions } from './peer.ts'

/** Above 20 s, as the suite asks; a browser at rest needs less than one, one on a busy machine may need many. */
const UNTIL_MS = 60_000

declare global {
  interface Window {
    readonly cases: readonly { readonly id: string; readonly title: string }[]
    /** Runs one case; rejects with what it found broken. */
    runCase(index: number, nodes: Pick<PeerOptions, 'signalUrls' | 'relayUrls'>): Promise<void>
  }
}

/** Each peer lives in a frame of its own: y-webrtc knows one room of a name per page. */
async function openFrame(): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe')
  frame.src = './peer.html'
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  return frame
}

function browserEnv(nodes: PeerOptions, frames: HTMLIFrameElement[]): ComplianceEnv {
  const reported: unknown[] = []
  return {
    reported,
    createRoom: () => ({ room: hashText<RoomId>(crypto.getRandomValues(new Uint8Array(32))) }),
    async createPeer(): Promise<CompliancePeer> {
      const frame = await openFrame()
      frames.push(frame)
      return frame.contentWindow!.peerPage.createPeer({
        ...nodes,
        report: (error) => reported.push(error),
      })
    },
    async until(what, condition) {
      const endMs = performance.now() + UNTIL_MS
      while (!condition()) {
        if (performance.now() > endMs) throw new Error(`not within ${UNTIL_MS} ms: ${what}`)
        await pause(10)
      }
    },
    pause,
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

Object.assign(window, {
  cases: complianceCases.map(({ id, title }) => ({ id, title })),
  async runCase(index: number, nodes: PeerOptions) {
    const frames: HTMLIFrameElement[] = []
    try {
      await complianceCases[index]!.run(browserEnv(nodes, frames))
    } finally {
      for (const frame of frames) frame.remove()
    }
  },
})
