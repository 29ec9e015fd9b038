import type { RoomTime } from '../clock/room-time.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { AudioGraph } from './audio-graph.ts'
import { OutputBuffer } from './output-buffer.ts'
import type { RenderReport, RoomMap, ToRenderer } from './messages.ts'
import { OutputClock } from './output-clock.ts'
import { Parts } from './parts.ts'
import type { Player, PlayerSegment, PlayerStatus } from './player.ts'
import { differs, LOCKED, readStatus } from './player-status.ts'
import { isForetold, roomMap } from './room-map.ts'
import { onWake } from './wake.ts'

const STATUS_PERIOD_MS = 250
/** A context that says it runs but has rendered nothing for so long is stuck (iOS after a call, a device that went away). */
const STUCK_MS = 1_500

export interface AudioGraphPlayerOptions {
  readonly roomTime: RoomTime
  /** Its `nowMs` must be the clock of `performance.now()`: the browser stamps its output with that one. */
  readonly scheduler: Scheduler
  /** Told of what the player gets along without. */
  readonly onProblem?: (problem: Error) => void
  readonly createContext?: (latencyHint: number) => AudioContext
}

/** Engine A: decoded sound, rendered on the audio thread at the room's pace. */
export type AudioGraphPlayer = Player & { spectrum(): Uint8Array }

export const createAudioGraphPlayer = (options: AudioGraphPlayerOptions): AudioGraphPlayer => new GraphPlayer(options)

class GraphPlayer implements AudioGraphPlayer {
  readonly #roomTime: RoomTime
  readonly #scheduler: Scheduler
  readonly #onProblem: (problem: Error) => void
  readonly #createContext: (latencyHint: number) => AudioContext
  /** Room time that the renderer counts from, a whole second: small numbers keep their digits. */
  readonly #epochMs: number
  #clock = new OutputClock()
  readonly #buffer = new OutputBuffer()
  readonly #parts: Parts
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  #context: AudioContext | null = null
  #graph: AudioGraph | null = null
  #opening: Promise<void> | null = null
  #volume = 1
  #muted = false
  #offsetMs = 0
  #clicks = false
  #report: RenderReport | null = null
  #map: RoomMap | null = null
  #closed = false
  #renewals = 0
  /** Whether an output that began amiss has been begun anew: once for a page, which loads once. */
  #anew: 'not yet' | 'under way' | 'done' = 'not yet'
  #stopWaking: Unsubscribe | null = null
  #stopWatching: Unsubscribe = () => undefined
  #status: PlayerStatus = LOCKED
  #toldAtMs = -Infinity

  constructor({ roomTime, scheduler, createContext, onProblem }: AudioGraphPlayerOptions) {
    this.#onProblem = onProblem ?? (() => undefined)
    this.#roomTime = roomTime
    this.#scheduler = scheduler
    this.#createContext = createContext ?? ((latencyHint) => new AudioContext({ latencyHint }))
    this.#epochMs = Math.floor(roomTime.at() / 1000) * 1000
    this.#parts = new Parts(this.#epochMs, (message, transfer) => this.#post(message, transfer))
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
    this.#parts.set(segments)
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

  resync(clock?: OutputClock): void {
    this.#forgetTime(clock)
    this.#post({ kind: 'map', map: null })
  }

  outputChanged(): void {
    if (this.#graph === null) return
    // A crystal's pace outlasts a stream, not the device.
    const clock = new OutputClock()
    void this.#renew(clock).then((renewed) => renewed || this.resync(clock))
  }

  setClicks(on: boolean): void {
    this.#clicks = on
    this.#post({ kind: 'clicks', on })
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
    this.#parts.close()
    this.#listeners.clear()
    this.#stopWaking?.()
    this.#stopWatching()
    const context = this.#context
    const graph = this.#graph
    this.#drop()
    if (graph !== null) await graph.close()
    else if (context !== null && context.state !== 'closed') await context.close()
  }

  #begin(): AudioContext {
    const context = this.#createContext(this.#buffer.wantedS)
    context.addEventListener('statechange', () => this.#onContextState(context))
    this.#stopWaking ??= onWake(this.#wake)
    return context
  }

  async #open(context: AudioContext): Promise<void> {
    const graph = await AudioGraph.open(context)
    if (this.#closed || this.#context !== context) return graph.close()
    this.#install(graph)
  }

  #install(graph: AudioGraph, clock?: OutputClock): void {
    this.#context = graph.context
    this.#graph = graph
    this.#forgetTime(clock)
    this.#applyGain()
    graph.onReport((report) => {
      // A former graph still reports until it is closed, of another context's frames.
      if (graph === this.#graph) this.#tick(report)
    })
    this.#parts.renew()
    this.#post({ kind: 'clicks', on: this.#clicks })
    this.#feed()
  }

  /** Goes over to a new context: its buffer, sample rate and device are those of now. False where the browser refuses or wants a new gesture: the former one plays on. */
  async #renew(clock?: OutputClock): Promise<boolean> {
    const turn = ++this.#renewals
    try {
      const context = this.#begin()
      const graph = await AudioGraph.open(context)
      this.#resumeContext(context)
      await graph.settles(this.#scheduler)
      const former = this.#graph
      const wanted = !this.#closed && former !== null && turn === this.#renewals
      const installed = wanted && context.state === 'running'
      if (installed) this.#install(graph, clock)
      await (installed ? former : graph).close()
      return installed || !wanted
    } catch (cause) {
      this.#onProblem(new Error('No other output context here.', { cause }))
      return false
    }
  }

  readonly #wake = (): void => {
    this.#resume()
    const seen = this.#report
    this.#stopWatching()
    this.#stopWatching = this.#scheduler.after(STUCK_MS, () => {
      if (this.#report === seen && this.#context?.state === 'running') this.outputChanged()
    })
  }

  #resume(): void {
    if (this.#context !== null) this.#resumeContext(this.#context)
  }

  #resumeContext(context: AudioContext): void {
    if (context.state === 'running' || context.state === 'closed') return
    // Refused without a gesture: the state stays `locked`, and the next gesture tries again.
    context.resume().catch(() => this.#tell())
  }

  #onContextState(context: AudioContext): void {
    if (context !== this.#context) return
    if (context.state !== 'running') {
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
    this.#forgetTime()
  }

  #forgetTime(clock = this.#clock): void {
    ;(this.#clock = clock).reset()
    this.#report = null
    this.#map = null
    this.#buffer.reset(this.#scheduler.nowMs())
  }

  #post(message: ToRenderer, transfer: Transferable[] = []): void {
    this.#graph?.post(message, transfer)
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
    const { jumps } = this.#clock
    this.#clock.observe(this.#graph.readOutput(report.frame, arrivedMs))
    // The buffer runs dry on this machine; where a larger one cannot be had, it plays on.
    if (this.#clock.jumps > jumps && this.#buffer.add(arrivedMs)) void this.#renew()
    if (this.#clock.line !== null && this.#mayBegin()) {
      const at = { frame: report.frame, sampleRate, offsetMs: this.#offsetMs, epochMs: this.#epochMs }
      const map = roomMap(this.#clock.line, this.#roomTime, at)
      // Each message wakes the audio thread: only what it would not find by itself.
      if (this.#map === null || !isForetold(map, this.#map)) {
        this.#map = map
        this.#post({ kind: 'map', map })
      }
    }
    this.#feed()
    this.#tell()
  }

  /** What sounds stays; before that, time must not be young, and an output that began while the page still loaded is replaced by one that begins now. */
  #mayBegin(): boolean {
    if (this.#anew === 'not yet' && this.#clock.beganAmiss) {
      this.#anew = 'under way'
      void this.#renew().finally(() => (this.#anew = 'done'))
    }
    return this.#anew !== 'under way' && !(this.#map === null && this.#roomTime.young)
  }

  #feed(): void {
    if (this.#graph === null) return
    const nowMs = this.#scheduler.nowMs()
    this.#parts.feed(nowMs, this.#roomTime.at(nowMs))
  }

  #tell(): void {
    const status = this.#read()
    const nowMs = this.#scheduler.nowMs()
    if (!differs(status, this.#status) && nowMs - this.#toldAtMs < STATUS_PERIOD_MS) return
    this.#toldAtMs = nowMs
    this.#status = status === LOCKED ? status : { ...status, level: this.#graph?.level() ?? 0 }
    for (const listener of this.#listeners) listener(this.#status)
  }

  #read(): PlayerStatus {
    const graph = this.#graph
    if (graph === null || graph.context.state !== 'running') return LOCKED
    const nowMs = this.#scheduler.nowMs()
    return readStatus({
      ...{ graph, line: this.#clock.line, nowMs, roomMs: this.#roomTime.at(nowMs), epochMs: this.#epochMs },
      ...{ report: this.#report, map: this.#map },
      ranDryAtMs: this.#buffer.latestMs,
      parts: this.#parts.list,
    })
  }
}
