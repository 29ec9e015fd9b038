const ANALYSER_SIZE = 1024

/** Not in every browser (Safari has none), whatever it would be good for. */
type Capturing = HTMLMediaElement & { captureStream?(): MediaStream }

interface Capture {
  readonly src: string
  readonly stream: MediaStream
}

/**
 * Listens in on media elements without standing in the sound's way: their own output is the one whose delay they know. Where a browser
 * cannot, or may not (media of other origins), it hears nothing.
 */
export class LevelMeter {
  readonly #wave = new Float32Array(ANALYSER_SIZE)
  /** By element: what was captured of which source. */
  readonly #captures = new WeakMap<HTMLMediaElement, Capture>()
  #context: AudioContext | null = null
  #analyser: AnalyserNode | null = null
  #source: MediaStreamAudioSourceNode | null = null
  #bins: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #heard: { readonly element: HTMLMediaElement; readonly track: MediaStreamTrack } | null = null

  /** Listens to this element from now on; null: to none. */
  hear(element: HTMLMediaElement | null): void {
    const track = element === null ? undefined : this.#streamOf(element)?.getAudioTracks()[0]
    const heard = element === null || track === undefined ? null : { element, track }
    if (heard?.element === this.#heard?.element && heard?.track === this.#heard?.track) return
    this.#source?.disconnect()
    this.#source = null
    this.#heard = heard
    if (heard === null) return void this.#context?.suspend()
    this.#context ??= new AudioContext({ latencyHint: 'playback' })
    void this.#context.resume()
    this.#analyser ??= new AnalyserNode(this.#context, { fftSize: ANALYSER_SIZE, smoothingTimeConstant: 0.7 })
    this.#source = this.#context.createMediaStreamSource(new MediaStream([heard.track]))
    this.#source.connect(this.#analyser)
  }

  /** RMS of the last 20 ms, 0 to 1, at the element's own volume. */
  get level(): number {
    if (this.#analyser === null || this.#heard === null) return 0
    this.#analyser.getFloatTimeDomainData(this.#wave)
    const rms = Math.sqrt(this.#wave.reduce((sum, value) => sum + value * value, 0) / ANALYSER_SIZE)
    return Math.min(1, rms * gainOf(this.#heard.element))
  }

  spectrum(): Uint8Array {
    if (this.#analyser === null || this.#heard === null) return new Uint8Array(0)
    if (this.#bins.length === 0) this.#bins = new Uint8Array(this.#analyser.frequencyBinCount)
    this.#analyser.getByteFrequencyData(this.#bins)
    return this.#bins
  }

  /** How long this device's output takes as far as the browser knows, ms: media elements allow for it by themselves. */
  get outputLatencyMs(): number {
    const context = this.#context
    const latencyS: number | undefined = context?.outputLatency ?? context?.baseLatency
    return (latencyS ?? 0) * 1000
  }

  async close(): Promise<void> {
    this.#source?.disconnect()
    this.#heard = null
    await this.#context?.close()
    this.#context = null
    this.#analyser = null
  }

  #streamOf(element: Capturing): MediaStream | undefined {
    const { currentSrc: src } = element
    const known = this.#captures.get(element)
    // What was captured of a former source has ended with it.
    if (known?.src === src) return known.stream
    try {
      const stream = element.captureStream?.()
      if (stream !== undefined) this.#captures.set(element, { src, stream })
      return stream
    } catch (error) {
      // Media of another origin that does not share it: may be played, not listened in on.
      if (error instanceof DOMException && error.name === 'SecurityError') return undefined
      throw error
    }
  }
}

/** What is captured is captured before the element's volume. */
const gainOf = ({ volume, muted }: HTMLMediaElement): number => (muted ? 0 : volume)
