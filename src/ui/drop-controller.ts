import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Takes files that are dropped or pasted anywhere on the page. `over` is true while files hang above it. */
export class DropController implements ReactiveController {
  over = false
  readonly #host: ReactiveControllerHost
  readonly #take: (files: readonly File[]) => void
  /** dragenter and dragleave come for every element that is crossed: only their balance says whether the pointer has left. */
  #depth = 0

  constructor(host: ReactiveControllerHost, take: (files: readonly File[]) => void) {
    this.#host = host
    this.#take = take
    host.addController(this)
  }

  hostConnected(): void {
    window.addEventListener('dragenter', this.#onEnter)
    window.addEventListener('dragleave', this.#onLeave)
    window.addEventListener('dragover', this.#onOver)
    window.addEventListener('drop', this.#onDrop)
    window.addEventListener('paste', this.#onPaste)
  }

  hostDisconnected(): void {
    window.removeEventListener('dragenter', this.#onEnter)
    window.removeEventListener('dragleave', this.#onLeave)
    window.removeEventListener('dragover', this.#onOver)
    window.removeEventListener('drop', this.#onDrop)
    window.removeEventListener('paste', this.#onPaste)
  }

  readonly #onEnter = (event: DragEvent): void => {
    if (!hasFiles(event.dataTransfer)) return
    this.#depth += 1
    this.#set(true)
  }

  readonly #onLeave = (event: DragEvent): void => {
    if (!hasFiles(event.dataTransfer)) return
    this.#depth = Math.max(0, this.#depth - 1)
    if (this.#depth === 0) this.#set(false)
  }

  readonly #onOver = (event: DragEvent): void => {
    if (!hasFiles(event.dataTransfer)) return
    // Without this the browser would leave the page and open the file.
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
  }

  readonly #onDrop = (event: DragEvent): void => {
    this.#depth = 0
    this.#set(false)
    if (!hasFiles(event.dataTransfer)) return
    event.preventDefault()
    this.#give(event.dataTransfer)
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    if (!hasFiles(event.clipboardData)) return
    event.preventDefault()
    this.#give(event.clipboardData)
  }

  #give(data: DataTransfer | null): void {
    const files = [...(data?.files ?? [])]
    if (files.length > 0) this.#take(files)
  }

  #set(over: boolean): void {
    if (this.over === over) return
    this.over = over
    this.#host.requestUpdate()
  }
}

const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true
