import { ClickTrack } from './click-track.ts'
import { correctionPpm, CUT_OVER_MS, smoothingShare, STEP_MS } from './correction.ts'
import type { Interpolator, Planes } from './interpolator.ts'
import { makeInterpolator } from './make-interpolator.ts'
import type { RenderReport, RenderSegment, RoomMap, ToRenderer } from './messages.ts'
import { PcmStream } from './pcm-stream.ts'
import { Voice } from './voice.ts'

const FADE_MS = 8
/** A fade after a cut-over or seek: both voices overlap for this long. */
const CROSS_FADE_MS = 10
/** Frames that must be held ahead before a voice starts or rejoins: below it, it would stutter on every late piece. */
const START_MS = 200
/** Two segments of which one ends where the other begins. */
const SEAM_MS = 0.5
/** A segment that ends this close to the source's end ends by itself: signed durations leave out an encoder's padding. */
const END_MS = 100
/** What has less than this left does not begin any more. */
const LEAST_MS = 60
/** Cut-overs are at least this far apart: a clock that is still settling must not make the sound stutter. */
const CUT_PAUSE_MS = 1000
/** The last frames of a track tell whether it ends in silence: below -60 dB a step of level makes no click. */
const TAIL_FRAMES = 256
const SILENT = 0.001
/** Kept behind the present, so that a small step back finds its frames. */
const KEEP_MS = 500

interface Slot {
  segment: RenderSegment
  stream: PcmStream | null
  generation: number
}

/**
 * Renders the room's time line frame by frame: knows the segments in room time, the map from frames to room time, and the decoded
 * sound. Its source position runs on continuously and is drawn towards the room's position by resampling. Runs on the audio thread,
 * and needs nothing of it.
 */
export class Renderer {
  #map: RoomMap | null = null
  #slots: Slot[] = []
  #voices: Voice[] = []
  /** The voice that is steered, and the slot that it plays. */
  #lead: { readonly slot: Slot; voice: Voice } | null = null
  readonly #interpolators = new Map<number, Interpolator>()
  /** Beyond the latest block. */
  #frame = 0
  #cutAtMs = -Infinity
  /** The output lost frames, and the sound is not yet back in its place. */
  #stepped = false
  readonly #clicks = new ClickTrack()

  receive(message: Exclude<ToRenderer, { kind: 'close' }>): void {
    if (message.kind === 'map') this.#setMap(message.map)
    else if (message.kind === 'segments') this.#setSegments(message.segments)
    else if (message.kind === 'clicks') this.#clicks.on = message.on
    else if (message.kind === 'kernel') this.#interpolators.set(message.sampleRate, makeInterpolator(message.kernel))
    else {
      const slot = this.#slots.find((candidate) => candidate.segment.key === message.key)
      if (slot === undefined) return
      if (message.kind === 'open') {
        slot.stream = new PcmStream(message.sampleRate, message.channels)
        slot.generation = message.generation
      } else if (slot.stream !== null && slot.generation === message.generation) {
        if (message.kind === 'pcm') {
          slot.stream.push(message)
          this.#trim(slot.segment, slot.stream)
        } else slot.stream.endFrame = message.frames
      }
    }
  }

  /** Fills `left` and `right` with the frames from context frame `frame` on. */
  render(frame: number, left: Float32Array, right: Float32Array): void {
    left.fill(0)
    right.fill(0)
    const count = left.length
    this.#frame = frame + count
    if (this.#map !== null) this.#steer(this.#map, this.#roomMs(this.#map, frame), count)
    for (const voice of this.#voices) voice.render(left, right, count)
    if (this.#voices.some(isDone)) this.#voices = this.#voices.filter((voice) => !voice.done)
    if (this.#lead !== null && !this.#voices.includes(this.#lead.voice)) this.#lead = null
    this.#clicks.render(this.#map, frame, left, right)
  }

  report(frame: number): RenderReport {
    const lead = this.#lead
    const roomMs = this.#map === null ? null : this.#roomMs(this.#map, frame)
    const sinceCutMs = roomMs === null ? Infinity : roomMs - this.#cutAtMs
    if (lead !== null) {
      const positionMs = (lead.voice.position * 1000) / lead.voice.stream.sampleRate
      const begun = positionMs >= lead.slot.segment.positionMs
      const state = begun ? 'playing' : 'silent'
      const { stream, rate } = lead.voice
      const ratePpm = this.#map === null ? 0 : (rate / this.#nominalRate(stream, this.#map) - 1) * 1e6
      return { frame, state, key: lead.slot.segment.key, positionMs, ratePpm, sinceCutMs }
    }
    const due = roomMs === null ? undefined : this.#due(roomMs, 0)
    const state = due ? 'waiting' : 'silent'
    return { frame, state, key: due?.segment.key ?? null, positionMs: 0, ratePpm: 0, sinceCutMs }
  }

  #setMap(map: RoomMap | null): void {
    const before = this.#map
    this.#map = map
    if (before !== null && map !== null && Math.abs(map.roomMs - this.#roomMs(before, map.frame)) > STEP_MS)
      this.#stepped = true
    if (map === null && this.#lead !== null) {
      const { voice } = this.#lead
      this.#release(voice, (FADE_MS * voice.stream.sampleRate) / 1000)
    }
  }

  #setSegments(segments: readonly RenderSegment[]): void {
    this.#slots = segments.map((segment) => {
      const known = this.#slots.find((slot) => slot.segment.key === segment.key)
      if (known === undefined) return { segment, stream: null, generation: -1 }
      known.segment = segment
      return known
    })
  }

  #roomMs(map: RoomMap, frame: number): number {
    return map.roomMs + (frame - map.frame) * map.msPerFrame
  }

  #due(fromMs: number, spanMs: number): Slot | undefined {
    for (const slot of this.#slots)
      if (slot.segment.startsAtMs <= fromMs + spanMs && slot.segment.endsAtMs > fromMs + LEAST_MS) return slot
    return undefined
  }

  #steer(map: RoomMap, roomMs: number, count: number): void {
    const spanMs = count * map.msPerFrame
    if (this.#lead !== null) this.#follow(this.#lead, map, roomMs, count)
    if (this.#lead === null) this.#start(map, roomMs, spanMs)
  }

  /** Keeps the lead voice on the room's position, or ends it. */
  #follow(lead: { readonly slot: Slot; voice: Voice }, map: RoomMap, roomMs: number, count: number): void {
    const { slot, voice } = lead
    const { stream } = voice
    const fade = (FADE_MS * stream.sampleRate) / 1000
    if (!this.#slots.includes(slot)) return this.#release(voice, fade)
    const target = targetFrame(slot.segment, roomMs, stream.sampleRate)
    const lateMs = ((target - voice.position) * 1000) / stream.sampleRate
    if (Math.abs(lateMs) <= STEP_MS) this.#stepped = false
    if (slot.stream !== stream || this.#stepped || Math.abs(lateMs) > CUT_OVER_MS) this.#cutOver(lead, map, roomMs)
    const current = lead.voice
    if (current === voice) {
      const asked = this.#nominalRate(stream, map) * (1 + correctionPpm(lateMs) * 1e-6)
      voice.rate += (asked - voice.rate) * smoothingShare(count * map.msPerFrame)
    }
    const end = endFrame(slot.segment, current.stream)
    const ahead = current.position + count * current.rate + current.reach + 1
    if (ahead >= end) return this.#handOver(lead, end, map)
    // Frames that are needed for this block, and for fading out if nothing more comes in the next one.
    if (!current.stream.holds(current.position, Math.min(end, ahead + count * current.rate + fade)))
      this.#release(current, fade)
  }

  #release(voice: Voice, fade: number): void {
    voice.stopAt(voice.position, fade)
    this.#lead = null
  }

  /** Jumps to the room's position where its frames are held; otherwise plays on until they are, or until nothing is left. */
  #cutOver(lead: { readonly slot: Slot; voice: Voice }, map: RoomMap, roomMs: number): void {
    const { slot, voice } = lead
    const { stream } = slot
    if (stream === null || roomMs < this.#cutAtMs + CUT_PAUSE_MS) return
    const fade = (CROSS_FADE_MS * voice.stream.sampleRate) / 1000
    const { endsAtMs } = slot.segment
    const position = targetFrame(slot.segment, roomMs, stream.sampleRate)
    if (roomMs >= endsAtMs || roomMs < slot.segment.startsAtMs) return this.#release(voice, fade)
    const needed = Math.min(endFrame(slot.segment, stream), position + (START_MS * stream.sampleRate) / 1000)
    if (!stream.holds(position, needed)) return
    voice.stopAt(voice.position, fade)
    const { gain } = slot.segment
    lead.voice = this.#addVoice(stream, map, position, { start: position, fadeInMs: CROSS_FADE_MS, gain })
    this.#cutAtMs = roomMs
    this.#stepped = false
  }

  /** The lead reaches its end within this block: what follows without a gap takes over at the same instant. */
  #handOver(lead: { readonly slot: Slot; voice: Voice }, end: number, map: RoomMap): void {
    const { slot, voice } = lead
    const { stream } = voice
    const natural = stream.endFrame !== null && end >= stream.endFrame - (END_MS * stream.sampleRate) / 1000
    if (natural) voice.cutAt(end)
    else voice.stopAt(end, (CROSS_FADE_MS * stream.sampleRate) / 1000)
    const seam = slot.segment.endsAtMs
    const next = this.#slots.find(
      (candidate) => candidate !== slot && Math.abs(candidate.segment.startsAtMs - seam) < SEAM_MS,
    )
    this.#lead = null
    if (next?.stream == null) return
    const start = (next.segment.positionMs * next.stream.sampleRate) / 1000
    const needed = Math.min(endFrame(next.segment, next.stream), start + (START_MS * next.stream.sampleRate) / 1000)
    if (!next.stream.holds(start, needed)) return
    // Same error before and after the seam: the next frame follows the last one, whatever the correction is doing.
    const beforeMs = ((end - voice.position) * 1000) / stream.sampleRate
    const position = start - (beforeMs * next.stream.sampleRate) / 1000
    const joined = natural && next.segment.positionMs === 0
    const { gain } = next.segment
    // One piece of music cut in two goes on at its level; what begins after silence begins at its own.
    const gainBefore = joined && soundsUntil(stream, end) ? slot.segment.gain : gain
    const fadeInMs = joined ? 0 : CROSS_FADE_MS
    const successor = this.#addVoice(next.stream, map, position, { start, fadeInMs, gain, gainBefore })
    successor.rate = (voice.rate * next.stream.sampleRate) / stream.sampleRate
    this.#lead = { slot: next, voice: successor }
  }

  #start(map: RoomMap, roomMs: number, spanMs: number): void {
    // One block early, so that the interpolation filter has run in when the first frame sounds.
    const slot = this.#due(roomMs, spanMs * 2)
    if (slot?.stream == null) return
    const { segment, stream } = slot
    const position = targetFrame(segment, roomMs, stream.sampleRate)
    const first = (segment.positionMs * stream.sampleRate) / 1000
    const start = Math.max(first, position)
    const needed = Math.min(endFrame(segment, stream), start + (START_MS * stream.sampleRate) / 1000)
    if (!stream.holds(start, needed)) return
    const fadeInMs = start === 0 ? 0 : FADE_MS
    const { gain } = segment
    this.#lead = { slot, voice: this.#addVoice(stream, map, position, { start, fadeInMs, gain }) }
  }

  #addVoice(
    stream: PcmStream,
    map: RoomMap,
    position: number,
    {
      start,
      fadeInMs,
      gain,
      gainBefore = gain,
    }: { readonly start: number; readonly fadeInMs: number; readonly gain: number; readonly gainBefore?: number },
  ): Voice {
    const fadeIn = (fadeInMs * stream.sampleRate) / 1000
    const voice = new Voice(stream, this.#interpolators.get(stream.sampleRate)!, position, {
      start,
      fadeIn,
      gain,
      gainBefore,
    })
    voice.rate = this.#nominalRate(stream, map)
    this.#voices.push(voice)
    return voice
  }

  #nominalRate(stream: PcmStream, map: RoomMap): number {
    return (map.msPerFrame * stream.sampleRate) / 1000
  }

  /** What has come makes room for itself: forgets what nobody needs any more. */
  #trim(segment: RenderSegment, stream: PcmStream): void {
    if (this.#map === null) return
    const roomMs = this.#roomMs(this.#map, this.#frame)
    const keep = (KEEP_MS * stream.sampleRate) / 1000
    let oldest = Math.max(
      targetFrame(segment, roomMs, stream.sampleRate),
      (segment.positionMs * stream.sampleRate) / 1000,
    )
    for (const voice of this.#voices) if (voice.stream === stream) oldest = Math.min(oldest, voice.position)
    stream.trim(oldest - keep)
  }
}

const isDone = (voice: Voice): boolean => voice.done

/** Source frame that should sound at `roomMs`; runs on linearly before and after the segment. */
const targetFrame = (segment: RenderSegment, roomMs: number, sampleRate: number): number =>
  ((segment.positionMs + roomMs - segment.startsAtMs) * sampleRate) / 1000

/** Whether a stream still sounds when it ends at `end`: there a step of level would be heard. */
function soundsUntil(stream: PcmStream, end: number): boolean {
  const last: Planes = [new Float32Array(TAIL_FRAMES), new Float32Array(TAIL_FRAMES)]
  stream.read(Math.floor(end) - TAIL_FRAMES, TAIL_FRAMES, -Infinity, end, last)
  return last.some((plane) => plane.some((value) => Math.abs(value) > SILENT))
}

/** First source frame beyond the segment. Signed durations in ms stand for whole frames: rounding noise must not cut one off. */
function endFrame(segment: RenderSegment, stream: PcmStream): number {
  const exact = ((segment.positionMs + segment.endsAtMs - segment.startsAtMs) * stream.sampleRate) / 1000
  const whole = Math.round(exact)
  return Math.abs(exact - whole) < 0.05 ? whole : exact
}
