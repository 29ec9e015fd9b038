import { vi } from 'vitest'
import type { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { RenderReport, ToRenderer } from '../../src/player/messages.ts'
import { Renderer } from '../../src/player/renderer.ts'
import { BLOCK } from './support.ts'

/** The device asks for so much sound at a time. */
const REQUEST_MS = 10
const REPORT_MS = 50

/** The loudspeaker that a machine plays through. */
export interface Device {
  readonly sampleRate: number
  /** From rendering to sound. */
  readonly latencyMs: number
  /** How much faster than the local clock its crystal runs. */
  readonly ppm?: number
}

/**
 * A machine's sound in virtual time: fake contexts whose graph is the shipped renderer, and an ear at the loudspeaker. What the page
 * has of `document` and `window` are two event targets.
 */
export class FakeAudio {
  readonly document = new EventTarget()
  readonly contexts: FakeContext[] = []
  /** Local times at which a click was heard. */
  readonly clicks: number[] = []
  device: Device = { sampleRate: 48_000, latencyMs: 30 }
  /** How fast the timestamps of contexts that begin now run away from the truth, ms a second. */
  runAwayMsPerS = 0
  /** Whether contexts may run; false: as without a gesture, or during a phone call. */
  allowed = true
  readonly time: VirtualTime

  constructor(time: VirtualTime) {
    this.time = time
    const page = new EventTarget()
    vi.stubGlobal('document', this.document)
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    const passing = class {
      readonly gain = { setTargetAtTime: () => {} }
      readonly frequencyBinCount = 512
      connect = (to: unknown): unknown => to
      getFloatTimeDomainData = () => {}
    }
    vi.stubGlobal('GainNode', passing)
    vi.stubGlobal('AnalyserNode', passing)
    vi.stubGlobal(
      'AudioWorkletNode',
      class {
        readonly port
        constructor(context: FakeContext) {
          this.port = context.port
        }
        connect = (to: unknown): unknown => to
      },
    )
  }

  readonly create = (): AudioContext => {
    const context = new FakeContext(this)
    this.contexts.push(context)
    return context as unknown as AudioContext
  }

  get running(): FakeContext[] {
    return this.contexts.filter(({ state }) => state === 'running')
  }
}

export class FakeContext extends EventTarget {
  state: AudioContextState | 'interrupted' = 'suspended'
  readonly sampleRate: number
  readonly baseLatency = 0.005
  readonly outputLatency: number
  readonly destination = {}
  readonly audioWorklet = { addModule: () => Promise.resolve() }
  readonly port = {
    onmessage: null as ((event: { readonly data: RenderReport }) => void) | null,
    postMessage: (message: ToRenderer) => {
      if (message.kind === 'map') this.maps += 1
      if (message.kind !== 'close') this.#renderer.receive(message)
    },
    close: () => {},
  }
  /** Maps that came so far. */
  maps = 0
  /** A context that says it runs and does not. */
  stuck = false
  readonly #audio: FakeAudio
  readonly #device: Device
  readonly #runAwayMsPerS: number
  readonly #renderer: Renderer
  #frame = 0
  /** Sound that the device has taken, ms; the last block of a request may wait for the next. */
  #takenMs = 0
  /** Local time at which context time 0 was heard, as of the latest request. */
  #originMs = 0
  #quietSinceFrame = 0
  #nextReportMs = 0

  constructor(audio: FakeAudio) {
    super()
    this.#audio = audio
    this.#device = audio.device
    this.#runAwayMsPerS = audio.runAwayMsPerS
    this.sampleRate = audio.device.sampleRate
    this.outputLatency = audio.device.latencyMs / 1000
    this.#renderer = new Renderer()
    audio.time.every(REQUEST_MS, () => this.#request())
  }

  get currentTime(): number {
    return this.#frame / this.sampleRate
  }

  /** Frame by frame the truth: what Chrome says wanders around it, see `OutputClock`'s own tests. */
  getOutputTimestamp(): { contextTime: number; performanceTime: number } {
    const performanceTime = this.#audio.time.nowMs()
    const awayMs = this.#runAwayMsPerS * this.currentTime
    return { contextTime: Math.max(0, performanceTime - this.#originMs - awayMs) / 1000, performanceTime }
  }

  resume(): Promise<void> {
    if (!this.#audio.allowed || this.state === 'closed')
      return Promise.reject(new DOMException('not now', 'InvalidStateError'))
    this.become('running')
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.become('closed')
    return Promise.resolve()
  }

  /** The browser changes its state by itself. */
  become(state: FakeContext['state']): void {
    if (this.state === state) return
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }

  #request(): void {
    if (this.state !== 'running' || this.stuck) return
    const nowMs = this.#audio.time.nowMs()
    this.#originMs = nowMs + this.#device.latencyMs - this.#takenMs
    this.#takenMs += REQUEST_MS * (1 + (this.#device.ppm ?? 0) * 1e-6)
    const until = (this.#takenMs * this.sampleRate) / 1000
    const left = new Float32Array(BLOCK)
    const right = new Float32Array(BLOCK)
    while (this.#frame + BLOCK <= until) {
      this.#renderer.render(this.#frame, left, right)
      left.forEach((value, i) => this.#hear(value, this.#frame + i))
      this.#frame += BLOCK
    }
    if (nowMs < this.#nextReportMs) return
    this.#nextReportMs = nowMs + REPORT_MS
    this.port.onmessage?.({ data: this.#renderer.report(this.#frame) })
  }

  /** A click begins where sound follows a tenth of a second of silence. */
  #hear(value: number, frame: number): void {
    if (Math.abs(value) < 0.02) return
    if (frame - this.#quietSinceFrame > this.sampleRate / 10)
      this.#audio.clicks.push(this.#originMs + (frame * 1000) / this.sampleRate)
    this.#quietSinceFrame = frame
  }
}
