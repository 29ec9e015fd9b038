import type { RoomTime } from '../clock/room-time.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { AudioGraphPlayer } from './audio-graph-player.ts'
import type { MediaElementPlayer } from './media-element/media-element-player.ts'
import type { Player, PlayerSegment, PlayerStatus, Remedy, RoomPlayer } from './player.ts'

type Engine = PlayerStatus['engine']
/** `none`: left out, for this listener alone. */
type Choice = Engine | 'none'

export interface ComposedPlayerOptions {
  readonly roomTime: RoomTime
  readonly graph: AudioGraphPlayer
  readonly element: Pick<MediaElementPlayer, keyof Player | 'spectrum' | 'pictureOf'>
}

/**
 * Gives each segment to the engine that fits it: sound to the audio graph, videos to the media element. Where the one cannot, the other may:
 * a video's sound goes to the graph by itself, a track that the graph cannot decode to the element if the listener wants so.
 */
export class ComposedPlayer implements RoomPlayer {
  readonly #roomTime: RoomTime
  readonly #graph: ComposedPlayerOptions['graph']
  readonly #element: ComposedPlayerOptions['element']
  readonly #listeners = new Set<(status: PlayerStatus) => void>()
  /** By track, until another one plays (a pause keeps it): what the listener chose, or what was left. */
  readonly #chosen = new Map<string, Choice>()
  #segments: readonly PlayerSegment[] = []

  constructor({ roomTime, graph, element }: ComposedPlayerOptions) {
    this.#roomTime = roomTime
    this.#graph = graph
    this.#element = element
    graph.onStatus(() => this.#changed())
    element.onStatus(() => this.#changed())
  }

  async unlock(): Promise<void> {
    // Both within the gesture's own turn.
    await Promise.all([this.#graph.unlock(), this.#element.unlock()])
  }

  setSegments(segments: readonly PlayerSegment[]): void {
    this.#segments = segments
    const tracks = new Set(segments.map(({ track }) => track.ref.id))
    if (tracks.size > 0) for (const track of this.#chosen.keys()) if (!tracks.has(track)) this.#chosen.delete(track)
    this.#share()
  }

  setVolume(volume: number): void {
    this.#graph.setVolume(volume)
    this.#element.setVolume(volume)
  }

  setMuted(muted: boolean): void {
    this.#graph.setMuted(muted)
    this.#element.setMuted(muted)
  }

  setOffset(offsetMs: number): void {
    this.#graph.setOffset(offsetMs)
    this.#element.setOffset(offsetMs)
  }

  resync(): void {
    this.#graph.resync()
    this.#element.resync()
  }

  outputChanged(): void {
    this.#graph.outputChanged()
    this.#element.outputChanged()
  }

  setClicks(on: boolean): void {
    this.#graph.setClicks(on)
    this.#element.setClicks(on)
  }

  remedy(remedy: Remedy): void {
    const segment = this.#current()
    if (segment === null) return
    const track = segment.track.ref.id
    if (remedy === 'skip') this.#chosen.set(track, 'none')
    else if (remedy === 'other-engine') this.#chosen.set(track, other(this.#engineOf(segment)))
    else this.#chosen.delete(track)
    this.#share()
    this.#tell()
  }

  get status(): PlayerStatus {
    const segment = this.#current()
    if (segment === null) return this.#graph.status
    const engine = this.#engineOf(segment)
    if (engine === 'none')
      return { ...this.#graph.status, segment: segment.id, state: 'silent', level: 0, remedies: ['back'] }
    const { status } = engine === 'audio-graph' ? this.#graph : this.#element
    if (status.state !== 'failed' || status.segment !== segment.id) return status
    // What lies elsewhere may be played and not be read: no other engine can have it.
    const mayChange = engine === first(segment) && segment.track.url === undefined
    const remedies: Remedy[] = mayChange ? ['other-engine', 'skip'] : ['skip']
    return { ...status, remedies }
  }

  onStatus(listener: (status: PlayerStatus) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pictureOf(track: string): HTMLVideoElement | null {
    return (this.#chosen.get(track) ?? 'media-element') === 'media-element' ? this.#element.pictureOf(track) : null
  }

  spectrum(): Uint8Array {
    return this.status.engine === 'media-element' ? this.#element.spectrum() : this.#graph.spectrum()
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await Promise.all([this.#graph.close(), this.#element.close()])
  }

  /** What the room is at: what sounds now, else what comes first. */
  #current(): PlayerSegment | null {
    const roomMs = this.#roomTime.at()
    const sounds = ({ startsAtMs, endsAtMs }: PlayerSegment): boolean => startsAtMs <= roomMs && endsAtMs > roomMs
    return this.#segments.find(sounds) ?? this.#segments[0] ?? null
  }

  #engineOf(segment: PlayerSegment): Choice {
    return this.#chosen.get(segment.track.ref.id) ?? first(segment)
  }

  #share(): void {
    const of = (engine: Engine): PlayerSegment[] =>
      this.#segments.filter((segment) => this.#engineOf(segment) === engine)
    this.#graph.setSegments(of('audio-graph'))
    this.#element.setSegments(of('media-element'))
  }

  #changed(): void {
    const { state, segment: id } = this.#element.status
    const failed = state === 'failed' ? this.#segments.find((segment) => segment.id === id) : undefined
    // A video whose pictures this browser cannot show is heard nevertheless.
    if (failed?.video === true && failed.track.url === undefined && !this.#chosen.has(failed.track.ref.id)) {
      this.#chosen.set(failed.track.ref.id, 'audio-graph')
      this.#share()
    }
    this.#tell()
  }

  #tell(): void {
    const { status } = this
    for (const listener of this.#listeners) listener(status)
  }
}

const first = ({ video, track }: PlayerSegment): Engine =>
  video === true || track.url !== undefined ? 'media-element' : 'audio-graph'
const other = (engine: Choice): Engine => (engine === 'audio-graph' ? 'media-element' : 'audio-graph')
