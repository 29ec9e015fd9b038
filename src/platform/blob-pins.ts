import type { BlobId } from '../domain/ids.ts'

const pinName = (id: BlobId): string => `earshot-pin-${id}`

/** What this tab plays or imports, held by shared locks, so that no other tab evicts it; the browser lets go when the tab dies. */
export class BlobPins {
  readonly #held = new Map<BlobId, AbortController>()

  set(ids: readonly BlobId[]): void {
    for (const [id, release] of this.#held) {
      if (ids.includes(id)) continue
      release.abort()
      this.#held.delete(id)
    }
    for (const id of ids) if (!this.#held.has(id)) this.#hold(id)
  }

  /** Runs the task unless some tab, this one too, has the blob pinned; then null. */
  async unlessPinned<T>(id: BlobId, task: () => Promise<T>): Promise<T | null> {
    if (this.#held.has(id)) return null
    const options = { mode: 'exclusive', ifAvailable: true } as const
    return (await navigator.locks.request(pinName(id), options, (lock) => (lock === null ? null : task()))) as T | null
  }

  #hold(id: BlobId): void {
    const release = new AbortController()
    this.#held.set(id, release)
    const { signal } = release
    const released = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    // Rejects only when it is released before it was granted, which is as good.
    navigator.locks.request(pinName(id), { mode: 'shared', signal }, () => released).catch(() => {})
  }
}
