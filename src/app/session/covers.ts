import type { BlobId } from '../../domain/ids.ts'
import type { BlobRef } from '../../domain/record.ts'

/** Cover pictures as object URLs: made once a cover's bytes are complete, revoked when the room closes. */
export class Covers {
  readonly #urls = new Map<BlobId, string>()
  readonly #loading = new Set<BlobId>()
  readonly #abort = new AbortController()
  readonly #readAll: (ref: BlobRef, signal: AbortSignal) => Promise<Blob>
  readonly #onChange: () => void
  readonly #onProblem: (problem: unknown) => void

  constructor(
    readAll: (ref: BlobRef, signal: AbortSignal) => Promise<Blob>,
    onChange: () => void,
    onProblem: (problem: unknown) => void,
  ) {
    this.#readAll = readAll
    this.#onProblem = onProblem
    this.#onChange = onChange
  }

  url(ref: BlobRef): string | undefined {
    const url = this.#urls.get(ref.id)
    if (url === undefined && !this.#loading.has(ref.id)) void this.#load(ref)
    return url
  }

  close(): void {
    this.#abort.abort()
    for (const url of this.#urls.values()) URL.revokeObjectURL(url)
    this.#urls.clear()
  }

  async #load(ref: BlobRef): Promise<void> {
    this.#loading.add(ref.id)
    try {
      const blob = await this.#readAll(ref, this.#abort.signal)
      if (this.#abort.signal.aborted) return
      this.#urls.set(ref.id, URL.createObjectURL(blob))
      this.#onChange()
    } catch (error) {
      // A cover that cannot be read is no reason to bother anyone: the drawn one stays. Asked again with the next view.
      this.#loading.delete(ref.id)
      if (!this.#abort.signal.aborted) this.#onProblem(error)
    }
  }
}
