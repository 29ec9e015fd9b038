import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { MediaKeys, NowPlaying, SystemMedia } from '../../platform/media-session.ts'
import type { NowView, RoomPort, RoomView } from '../room-view.ts'

/** The system counts on by itself; beyond this it is told anew where the music is. */
const POSITION_DRIFT_MS = 1_000

interface RoomMediaKeysOptions {
  readonly room: RoomPort
  readonly system: SystemMedia
  readonly scheduler: Scheduler
  /** Whether the person sees this page now. */
  readonly isInFront: () => boolean
  readonly onProblem: (problem: unknown) => void
}

/**
 * Keys on headphones and lock screens as room intents. Next and seek are everyone's, like the buttons. Pause is everyone's while the
 * page is in front, where it is a button like any other; in a pocket it is the person's own, for the browser sends the same
 * "pause" when a battery dies or headphones are pulled out, and nobody in a room of twenty asked for that.
 */
export class RoomMediaKeys {
  readonly #options: RoomMediaKeysOptions
  readonly #unsubscribe: Unsubscribe
  #told: { readonly key: string; readonly positionMs: number; readonly atMs: number } | null = null
  /** The system took the loudspeaker away, and gives it back some time. */
  #interrupted = false

  constructor(options: RoomMediaKeysOptions) {
    this.#options = options
    this.#unsubscribe = options.room.subscribe(() => this.#update())
    this.#update()
  }

  close(): void {
    this.#unsubscribe()
    this.#options.system.close()
  }

  #update(): void {
    const { room, system, scheduler } = this.#options
    const { now, sound, control } = room.view
    const heard = sound.state !== 'locked'
    const shown = now !== null && (heard || sound.away) ? now : null
    const key = JSON.stringify([shown?.entry, shown?.track.coverUrl, shown?.playing, heard, control.allowed])
    const positionMs = room.positionMs()
    const atMs = scheduler.nowMs()
    const told = this.#told
    const expectedMs = told === null ? 0 : told.positionMs + (shown?.playing === true ? atMs - told.atMs : 0)
    if (told?.key === key && Math.abs(positionMs - expectedMs) < POSITION_DRIFT_MS) return
    this.#told = { key, positionMs, atMs }
    if (shown === null) system.show(null, {})
    else system.show(nowPlaying(shown, positionMs, heard), this.#keys(room.view, shown))
  }

  #keys({ control, sound }: RoomView, { playing }: NowView): MediaKeys {
    const { room, isInFront } = this.#options
    const interrupted = (taken: boolean): void => this.#interrupt(taken)
    const shared: MediaKeys = control.allowed
      ? {
          next: () => this.#run(() => room.skip()),
          seekTo: (positionMs) => this.#run(() => room.seek(positionMs)),
          seekBy: (byMs) => this.#run(() => room.seek(room.positionMs() + byMs)),
        }
      : {}
    if (sound.away) return { ...shared, interrupted, play: () => this.#run(() => room.listen()) }
    if (playing) {
      const pause = (): void => (control.allowed && isInFront() ? this.#run(() => room.pause()) : room.stopListening())
      return { ...shared, interrupted, pause }
    }
    return control.allowed ? { ...shared, interrupted, play: () => this.#run(() => room.play()) } : { interrupted }
  }

  #interrupt(taken: boolean): void {
    const { room } = this.#options
    if (taken) room.stopListening()
    else if (this.#interrupted) this.#run(() => room.listen())
    this.#interrupted = taken
  }

  /** What fails here fails out of the person's sight: they are told by the page when they look. */
  #run(command: () => Promise<void>): void {
    command().catch(this.#options.onProblem)
  }
}

const nowPlaying = ({ track, playing }: NowView, positionMs: number, heard: boolean): NowPlaying => ({
  title: track.title,
  ...(track.artist === undefined ? {} : { artist: track.artist }),
  ...(track.album === undefined ? {} : { album: track.album }),
  ...(track.coverUrl === undefined ? {} : { artworkUrl: track.coverUrl }),
  durationMs: track.durationMs,
  positionMs,
  playing: playing && heard,
})
