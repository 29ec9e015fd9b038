import { FrameCount } from './frame-count.ts'
import type { RenderReport, ToRenderer } from './messages.ts'
import { Renderer } from './renderer.ts'

// The DOM library does not describe AudioWorkletGlobalScope (Web Audio API, section 1.32).
declare const sampleRate: number
declare const currentFrame: number
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void

const REPORTS_PER_SECOND = 20
/** Blocks of one request of the device are rendered one right after another: a pause of this many ms or more lies between two requests. */
const PAUSE_MS = 2
/** A report is sent late rather than never where requests cannot be told apart. */
const PATIENCE_S = 0.1

/** The shell around `Renderer` on the audio thread. */
class RoomRenderer extends AudioWorkletProcessor {
  readonly #renderer = new Renderer()
  readonly #frames = new FrameCount()
  #open = true
  #nextReport = 0
  #renderedAtMs = 0

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<ToRenderer>) => {
      if (data.kind === 'close') this.#open = false
      else this.#renderer.receive(data)
    }
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? []
    const blockFrames = left?.length ?? 0
    const frame = this.#frames.begin(currentFrame, blockFrames)
    if (left !== undefined && right !== undefined) this.#renderer.render(frame, left, right)
    // Only a request's first block was rendered when the device asked for it. There is no finer clock on the audio thread.
    const nowMs = Date.now()
    const asked = nowMs - this.#renderedAtMs >= PAUSE_MS
    this.#renderedAtMs = nowMs
    if (asked ? frame >= this.#nextReport : frame >= this.#nextReport + PATIENCE_S * sampleRate) {
      this.#nextReport = frame + sampleRate / REPORTS_PER_SECOND
      const report: RenderReport = this.#renderer.report(frame + blockFrames)
      this.port.postMessage(report)
    }
    return this.#open
  }
}

registerProcessor('earshot-room-renderer', RoomRenderer)
