import { UnsupportedError } from '../domain/errors.ts'
import type { Scheduler } from '../domain/scheduler.ts'
import { makeKernel } from './kernel.ts'
import type { RenderReport, ToRenderer } from './messages.ts'
import type { OutputReading } from './output-clock.ts'
import workletUrl from './worklet.ts?worker&url'

/** Smoothing of volume changes: fast for a finger, too slow for a click. */
const VOLUME_TIME_CONSTANT_S = 0.015
const ANALYSER_SIZE = 1024
/** A context that does not run by then wants a gesture. */
const RUNS_WITHIN_MS = 2_000

/** Renderer node, own volume and meter of one context. */
export class AudioGraph {
  readonly context: AudioContext
  readonly #port: MessagePort
  /** Sample rates whose kernel the renderer has. */
  readonly #rates = new Set<number>()
  readonly #gain: GainNode
  readonly #analyser: AnalyserNode
  readonly #wave = new Float32Array(ANALYSER_SIZE)
  readonly #bins: Uint8Array<ArrayBuffer>

  private constructor(context: AudioContext) {
    const node = new AudioWorkletNode(context, 'earshot-room-renderer', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [2],
    })
    this.context = context
    this.#port = node.port
    this.#gain = new GainNode(context)
    this.#analyser = new AnalyserNode(context, { fftSize: ANALYSER_SIZE, smoothingTimeConstant: 0.7 })
    this.#bins = new Uint8Array(this.#analyser.frequencyBinCount)
    node.connect(this.#gain).connect(this.#analyser).connect(context.destination)
  }

  /** Rejects with UnsupportedError where audio worklets are missing (pages on plain http, old browsers). A context that fails is closed. */
  static async open(context: AudioContext): Promise<AudioGraph> {
    // Missing on plain http, whatever the types say.
    const worklet: AudioWorklet | undefined = context.audioWorklet
    if (worklet === undefined) {
      throw new UnsupportedError(
        'This page cannot play in step here: open it over https or on localhost, in a current browser.',
      )
    }
    try {
      await worklet.addModule(workletUrl)
      return new AudioGraph(context)
    } catch (error) {
      await context.close()
      throw error
    }
  }

  /** Resolves when the context runs, or when it is known to wait for a gesture. */
  settles(scheduler: Scheduler): Promise<void> {
    const { context } = this
    return new Promise((resolve) => {
      const cancel = scheduler.after(RUNS_WITHIN_MS, resolve)
      const check = (): void => {
        if (context.state !== 'running') return
        cancel()
        resolve()
      }
      context.addEventListener('statechange', check)
      check()
    })
  }

  onReport(listener: (report: RenderReport) => void): void {
    this.#port.onmessage = ({ data }: MessageEvent<RenderReport>) => listener(data)
  }

  /** Ahead of the first stream of a sample rate goes its kernel: to calculate it takes longer than the audio thread has for a block. */
  post(message: ToRenderer, transfer: Transferable[] = []): void {
    if (message.kind === 'open' && !this.#rates.has(message.sampleRate)) {
      const { sampleRate } = message
      this.#rates.add(sampleRate)
      const kernel = makeKernel(Math.min(1, this.context.sampleRate / sampleRate))
      this.post({ kind: 'kernel', sampleRate, kernel }, [kernel.rows.buffer, kernel.slopes.buffer])
    }
    this.#port.postMessage(message, transfer)
  }

  setGain(gain: number): void {
    this.#gain.gain.setTargetAtTime(gain, this.context.currentTime, VOLUME_TIME_CONSTANT_S)
  }

  /** RMS of what left the graph in the last 20 ms, 0 to 1. */
  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#wave)
    const wave = this.#wave
    let squares = 0
    // By index: what an iterator hands out is an object for each sample, a tenth of all that was left to be collected.
    for (let i = 0; i < wave.length; i++) squares += wave[i]! * wave[i]!
    return Math.min(1, Math.sqrt(squares / wave.length))
  }

  /** Magnitudes of the audible spectrum, 0 to 255 each, low frequencies first. */
  spectrum(): Uint8Array {
    this.#analyser.getByteFrequencyData(this.#bins)
    return this.#bins
  }

  /** What the browser says of its output as a message, posted when frame `frame` had been rendered, arrives at `nowMs`. */
  readOutput(frame: number, nowMs: number): OutputReading {
    const { baseLatency, sampleRate } = this.context
    // Not in every browser, whatever the types say.
    const outputLatency = this.context.outputLatency as number | undefined
    const read = this.context.getOutputTimestamp as AudioContext['getOutputTimestamp'] | undefined
    const { contextTime, performanceTime } = read?.call(this.context) ?? {}
    const told = contextTime !== undefined && performanceTime !== undefined
    return {
      renderedS: frame / sampleRate,
      nowMs,
      outputLatencyS: outputLatency ?? baseLatency,
      timestamp: told ? { contextTimeS: contextTime, performanceMs: performanceTime } : null,
    }
  }

  async close(): Promise<void> {
    this.post({ kind: 'close' })
    this.#port.close()
    if (this.context.state !== 'closed') await this.context.close()
  }
}
