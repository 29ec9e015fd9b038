import type { RoomTime } from '../clock/room-time.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { AudioGraph } from './audio-graph.ts'
import { Feeder } from './feeder.ts'
import type { RenderReport, RoomMap, ToRenderer } from './messages.ts'
import { heardAtMs, OutputClock } from './output-clock.ts'
import type { Player, PlayerSegment, PlayerStatus } from './player.ts'
import { roomMap } from './room-map.ts'

/** Decoding of a segment begins this long before it sounds. */
const PREPARE_MS = 20_000
const STATUS_PERIOD_MS = 250
/** Events after which a browser that had silenced the page lets it sound again. */
const WAKE_EVENTS = ['visibilitychange', 'pointerdown', 'keydown'] as const

export interface AudioGraphPlayerOptions {
  readonly roomTime: RoomTime
  /** Its `nowMs` must be the clock of `performance.now()`: the browser stamps its output with that one. */
  readonly scheduler: Scheduler
  readonly createContext?: () => AudioContext
}

/** Engine A: decoded sound, rendered on the audio thread at the room's pace. */
export type AudioGraphPlayer = Player & { spectrum(): Uint8Array }

export const createAudioGraphPlayer = (options: AudioGraphPlayerOptions): AudioGraphPlayer => new GraphPlayer(options)

interface Part {
  readonly feeder: Feeder
  segment: PlayerSegment
}

class GraphPlayer implements AudioGraphPlayer {
  readonly #roomTime: RoomTime
  readonly #scheduler: Scheduler
  readonly #createContext: () => AudioContext
  /** Room time that the renderer counts from: small numbers keep their digits. */
  readonly #epochMs: number
  readonly #clock = new OutputClock()
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  #context: AudioContext | null = null
  #graph: AudioGraph | null = null
  #opening: Promise<void> | null = null
  #parts: Part[] = []
  #nextKey = 0
  #volume = 1
  #muted = false
  #offsetMs = 0
  #report: RenderReport | null = null
  #map: RoomMap | null = null
  #closed = false
  #status: PlayerStatus = {
    state: 'locked',
    segment: null,
    positionMs: 0,
    errorMs: 0,
    outputLatencyMs: 0,
    ratePpm: 0,
    engine: 'audio-graph',
    level: 0,
  }
  #toldAtMs = -Infinity

  constructor({ roomTime, scheduler, createContext }: AudioGraphPlayerOptions) {
    this.#roomTime = roomTime
    this.#scheduler = scheduler
    this.#createContext = createContext ?? (() => new AudioContext({ latencyHint: 'interactive' }))
    this.#epochMs = Math.floor(roomTime.at())
  }

  unlock(): Promise<void> {
    if (this.#closed) return Promise.reject(new DOMException('The player is closed.', 'InvalidStateError'))
    if (this.#context?.state === 'closed') this.#drop()
    // Context and resume() belong into the gesture's own turn: after an await some browsers no longer count it as one.
    const context = (this.#context ??= this.#begin())
    this.#resume()
    this.#opening ??= this.#open(context).catch((error: unknown) => {
      this.#opening = null
      throw error
    })
    return this.#opening
  }

  setSegments(segments: readonly PlayerSegment[]): void {
    const former = this.#parts
    this.#parts = segments.map((segment) => {
      const known = former.find((part) => part.segment.id === segment.id)
      if (known === undefined) return { feeder: this.#feeder(segment), segment }
      known.segment = segment
      return known
    })
    for (const part of former) if (!this.#parts.includes(part)) part.feeder.close()
    this.#postSegments()
    this.#feed()
  }

  setVolume(volume: number): void {
    this.#volume = Math.max(0, Math.min(1, volume))
    this.#applyGain()
  }

  setMuted(muted: boolean): void {
    this.#muted = muted
    this.#applyGain()
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }

  resync(): void {
    this.#clock.reset()
    this.#report = null
    this.#map = null
    this.#post({ kind: 'map', map: null })
  }

  get status(): PlayerStatus {
    return this.#status
  }

  onStatus(listener: (status: PlayerStatus) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  spectrum(): Uint8Array {
    return this.#status.state === 'playing' && this.#graph !== null ? this.#graph.spectrum() : new Uint8Array(0)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { feeder } of this.#parts) feeder.close()
    this.#parts = []
    this.#listeners.clear()
    for (const event of WAKE_EVENTS) document.removeEventListener(event, this.#resume)
    const context = this.#context
    const graph = this.#graph
    this.#drop()
    if (graph !== null) await graph.close()
    else if (context !== null && context.state !== 'closed') await context.close()
  }

  #begin(): AudioContext {
    const context = this.#createContext()
    context.addEventListener('statechange', () => this.#onContextState())
    for (const event of WAKE_EVENTS) document.addEventListener(event, this.#resume)
    return context
  }

  async #open(context: AudioContext): Promise<void> {
    const graph = await AudioGraph.open(context)
    if (this.#closed || this.#context !== context) return graph.close()
    this.#graph = graph
    this.#applyGain()
    graph.port.onmessage = ({ data }: MessageEvent<RenderReport>) => this.#tick(data)
    // Streams that were decoded for a former context went with it.
    this.#parts = this.#parts.map(({ feeder, segment }) => {
      feeder.close()
      return { feeder: this.#feeder(segment), segment }
    })
    this.#postSegments()
  }

  readonly #resume = (): void => {
    const context = this.#context
    if (context === null || context.state === 'running' || context.state === 'closed') return
    // Refused without a gesture: the state stays `locked`, and the next gesture tries again.
    context.resume().catch(() => this.#tell())
  }

  #onContextState(): void {
    if (this.#context?.state !== 'running') {
      // Sleep, a phone call or a lost device: what the clocks said before counts no more.
      this.resync()
      this.#resume()
    }
    this.#tell()
  }

  #drop(): void {
    this.#context = null
    this.#graph = null
    this.#opening = null
    this.#report = null
    this.#map = null
    this.#clock.reset()
  }

  #feeder(segment: PlayerSegment): Feeder {
    return new Feeder(this.#nextKey++, segment.track, (message, transfer) => this.#post(message, transfer))
  }

  #post(message: ToRenderer, transfer: Transferable[] = []): void {
    this.#graph?.port.postMessage(message, transfer)
  }

  #postSegments(): void {
    const segments = this.#parts.map(({ feeder, segment }) => ({
      key: feeder.key,
      startsAtMs: segment.startsAtMs - this.#epochMs,
      positionMs: segment.positionMs,
      endsAtMs: segment.endsAtMs - this.#epochMs,
    }))
    this.#post({ kind: 'segments', segments })
  }

  #applyGain(): void {
    this.#graph?.setGain(this.#muted ? 0 : this.#volume)
  }

  /** Driven by the audio thread's reports: messages are not throttled in hidden tabs as timers are. */
  #tick(report: RenderReport): void {
    const arrivedMs = this.#scheduler.nowMs()
    if (this.#graph === null) return
    this.#report = report
    const { sampleRate } = this.#graph.context
    this.#clock.observe(this.#graph.readOutput(report.frame, arrivedMs))
    if (this.#clock.line !== null) {
      const at = { frame: report.frame, sampleRate, offsetMs: this.#offsetMs, epochMs: this.#epochMs }
      this.#map = roomMap(this.#clock.line, this.#roomTime, at)
      this.#post({ kind: 'map', map: this.#map })
    }
    this.#feed()
    this.#tell()
  }

  #feed(): void {
    if (this.#graph === null) return
    const nowMs = this.#scheduler.nowMs()
    const roomMs = this.#roomTime.at(nowMs)
    for (const { feeder, segment } of this.#parts) {
      if (segment.startsAtMs - roomMs > PREPARE_MS || segment.endsAtMs <= roomMs) continue
      feeder.aim(segment.positionMs + roomMs - segment.startsAtMs, segment.positionMs, nowMs)
    }
  }

  #tell(): void {
    const status = this.#read()
    const before = this.#status
    const changed =
      status.state !== before.state || status.segment !== before.segment || status.message !== before.message
    const nowMs = this.#scheduler.nowMs()
    if (!changed && nowMs - this.#toldAtMs < STATUS_PERIOD_MS) return
    this.#toldAtMs = nowMs
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }

  #read(): PlayerStatus {
    const none = { segment: null, positionMs: 0, errorMs: 0, outputLatencyMs: 0, ratePpm: 0, level: 0 }
    const engine = 'audio-graph' as const
    const report = this.#report
    const graph = this.#graph
    if (graph === null || graph.context.state !== 'running') return { ...none, engine, state: 'locked' }
    const { line } = this.#clock
    const nowMs = this.#scheduler.nowMs()
    const roomMs = this.#roomTime.at(nowMs)
    const outputLatencyMs = line === null ? 0 : heardAtMs(line, graph.context.currentTime) - nowMs
    const level = graph.level()
    const part =
      this.#parts.find(({ feeder }) => feeder.key === report?.key) ??
      this.#parts.find(({ segment }) => segment.startsAtMs <= roomMs && segment.endsAtMs > roomMs)
    if (part === undefined || report === null) return { ...none, engine, state: 'silent', outputLatencyMs, level }
    const { segment, feeder } = part
    const shared = { engine, outputLatencyMs, level, segment: segment.id }
    const targetMs = segment.positionMs + roomMs - segment.startsAtMs
    if (report.state === 'playing' && this.#map !== null) {
      const heardMs = this.#map.roomMs + (report.frame - this.#map.frame) * this.#map.msPerFrame + this.#epochMs
      const errorMs = segment.positionMs + heardMs - segment.startsAtMs - report.positionMs
      return { ...shared, state: 'playing', positionMs: targetMs - errorMs, errorMs, ratePpm: report.ratePpm }
    }
    const standing = { ...shared, positionMs: targetMs, errorMs: 0, ratePpm: 0 }
    if (feeder.failure !== null) return { ...standing, state: 'failed', message: feeder.failure }
    return { ...standing, state: segment.startsAtMs > roomMs ? 'silent' : 'waiting' }
  }
}
