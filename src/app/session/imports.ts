import { EarshotError } from '../../domain/errors.ts'
import type { Track } from '../../domain/record.ts'
import type { ImportOptions } from '../../media/import-track.ts'
import type { ImportView } from '../room-view.ts'

export type ReadTrack = (options: ImportOptions) => Promise<Track>

/** Makes a track of what lies at an address. */
export type ImportLink = (address: string, options: ImportOptions) => Promise<Track>

interface Running {
  view: ImportView
  readonly abort: AbortController
}

/** Files and links on their way into the room: read one after the other, so that a dropped album does not starve the music that plays. */
export class Imports {
  readonly #running = new Map<number, Running>()
  readonly #onChange: () => void
  readonly #onProblem: (problem: unknown) => void
  #nextId = 1
  #queue: Promise<unknown> = Promise.resolve()

  constructor(onChange: () => void, onProblem: (problem: unknown) => void) {
    this.#onProblem = onProblem
    this.#onChange = onChange
  }

  get views(): readonly ImportView[] {
    return [...this.#running.values()].map(({ view }) => view)
  }

  /** Resolves with the track once it is read; with null when it failed or was cancelled, which its view then says. */
  add(name: string, read: ReadTrack, use: (track: Track) => Promise<void>): Promise<void> {
    const id = this.#nextId++
    const abort = new AbortController()
    this.#running.set(id, { view: { id, fileName: name, state: 'reading', fraction: 0 }, abort })
    this.#onChange()
    const done = this.#queue.then(() => this.#read(id, name, read, abort.signal, use))
    this.#queue = done
    return done
  }

  /** Stops reading, or takes a failure's message away. */
  cancel(id: number): void {
    this.#running.get(id)?.abort.abort()
    this.#running.delete(id)
    this.#onChange()
  }

  cancelAll(): void {
    for (const id of [...this.#running.keys()]) this.cancel(id)
  }

  async #read(
    id: number,
    name: string,
    read: ReadTrack,
    signal: AbortSignal,
    use: (track: Track) => Promise<void>,
  ): Promise<void> {
    if (signal.aborted) return
    try {
      const track = await read({ signal, onProgress: (fraction) => this.#update(id, { fraction }) })
      if (signal.aborted) return
      await use(track)
      this.#running.delete(id)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof EarshotError)) this.#onProblem(error)
      this.#update(id, { state: 'failed', message: readable(error, name) })
    }
    this.#onChange()
  }

  #update(id: number, change: Partial<ImportView>): void {
    const running = this.#running.get(id)
    if (!running) return
    running.view = { ...running.view, ...change }
    this.#onChange()
  }
}

function readable(error: unknown, fileName: string): string {
  if (error instanceof EarshotError) return error.message
  return `“${fileName}” could not be added because of an unexpected error. Try it again; if it stays so, please report it.`
}
