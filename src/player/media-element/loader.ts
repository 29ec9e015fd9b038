import { EarshotError } from '../../domain/errors.ts'
import type { TrackBytes } from '../player.ts'
import type { ElementSource, OpenElementSource } from './element-source.ts'

/** A source that fails is opened again: the file behind it may have changed. After this many times the browser cannot play it. */
const MOST_OPENINGS = 3

/** What loading needs of an HTMLVideoElement. */
export type LoadableElement = Pick<HTMLVideoElement, 'src' | 'removeAttribute' | 'load'>

interface LoaderOptions {
  readonly element: LoadableElement
  readonly open: OpenElementSource
  /** The element has a source now, or there will be none. */
  readonly onSettled: () => void
}

/** Gives a media element the bytes of one track at a time. */
export class Loader {
  readonly #options: LoaderOptions
  #track: TrackBytes | null = null
  #source: ElementSource | null = null
  #opening: AbortController | null = null
  #openings = 0
  #failed = false
  #problem: string | null = null

  constructor(options: LoaderOptions) {
    this.#options = options
  }

  /** Id of the track that is loaded or on its way. */
  get track(): string | null {
    return this.#track?.ref.id ?? null
  }

  /** The element has the track's source. */
  get isReady(): boolean {
    return this.#source !== null
  }

  get hasFailed(): boolean {
    return this.#failed
  }

  /** Why the bytes could not be had, in words for a person, when it was that what failed. */
  get problem(): string | null {
    return this.#problem
  }

  /** Does nothing when the track is loaded already. */
  load(track: TrackBytes): void {
    if (track.ref.id === this.track) return
    this.unload()
    this.#track = track
    this.#open()
  }

  /** The element has given up on its source. */
  retry(): void {
    this.#release()
    if (this.#openings < MOST_OPENINGS) return this.#open()
    this.#fail(null)
  }

  unload(): void {
    this.#release()
    this.#track = null
    this.#openings = 0
    this.#failed = false
    this.#problem = null
  }

  #open(): void {
    const track = this.#track
    if (track === null) return
    const opening = new AbortController()
    const { signal } = opening
    this.#opening = opening
    this.#openings++
    this.#options.open(track, signal).then(
      (source) => {
        if (signal.aborted) return source.release()
        this.#source = source
        this.#options.element.src = source.url
        this.#options.onSettled()
      },
      (error: unknown) => {
        if (!signal.aborted) this.#fail(error)
      },
    )
  }

  #fail(error: unknown): void {
    this.#failed = true
    this.#problem = error instanceof EarshotError ? error.message : null
    this.#options.onSettled()
  }

  #release(): void {
    this.#opening?.abort()
    this.#opening = null
    if (this.#source === null) return
    this.#options.element.removeAttribute('src')
    this.#options.element.load()
    this.#source.release()
    this.#source = null
  }
}
