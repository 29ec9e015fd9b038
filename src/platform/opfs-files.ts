import { StorageError } from '../domain/errors.ts'
import { isBlobId, type BlobId } from '../domain/ids.ts'
import type { Manifest } from '../media/manifest.ts'
import type { OutsideChange, StoredBlob } from '../media/piece-store.ts'
import {
  bytesRange,
  createBlobFile,
  openBlobFile,
  readBytes,
  writeLastHeard,
  writePiece,
  type SyncFile,
} from './blob-file.ts'
import { BlobPins } from './blob-pins.ts'
import type { WorkerMethods } from './piece-store-messages.ts'

type AsyncMethods<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never
}
interface SyncHandle extends SyncFile {
  close(): void
}

const FOLDER = 'tracks'
const CHANNEL = 'earshot-tracks'
/** Our share of what the browser would give the origin: the rest is for rooms, and for the person's disk. */
const SHARE = 0.8

/** The disk is full, or the browser's quota is used up. */
class FullError extends StorageError {}

/**
 * One file per blob in the origin-private file system. Sync handles shut out every other tab, so a file is opened for one
 * operation at a time, under a lock of its own that all tabs share: nobody is refused, everybody waits a millisecond.
 * Verified pieces are the same in every tab, hence two tabs that fetch the same blob write the same bytes.
 */
export class OpfsFiles implements AsyncMethods<WorkerMethods> {
  readonly #channel = new BroadcastChannel(CHANNEL)
  readonly #pins = new BlobPins()
  readonly #sizes = new Map<BlobId, number>()

  constructor(onOutside: (change: OutsideChange) => void) {
    this.#channel.onmessage = (event: MessageEvent<OutsideChange>) => {
      if ('removed' in event.data) this.#sizes.delete(event.data.id)
      onOutside(event.data)
    }
  }

  async list(): Promise<readonly StoredBlob[]> {
    const found: StoredBlob[] = []
    for await (const name of (await folder()).keys()) {
      if (!isBlobId(name)) continue
      const blob = await this.load(name)
      if (blob !== null) found.push(blob)
      // What a crash left of a beginning: nobody is at it, for creating holds the lock throughout.
      else await this.#delete(name)
    }
    return found
  }

  async load(id: BlobId): Promise<StoredBlob | null> {
    const blob = await this.#with(id, false, (file) => openBlobFile(file, id))
    if (blob !== null) this.#sizes.set(id, blob.manifest.sizeBytes)
    return blob
  }

  async create(manifest: Manifest, lastHeardMs: number): Promise<StoredBlob | null> {
    const { id, sizeBytes } = manifest
    try {
      const blob = await this.#with(id, true, (file) => {
        const known = openBlobFile(file, id)
        if (known !== null) return known
        createBlobFile(file, { manifest, lastHeardMs })
        return { manifest, held: new Uint8Array(manifest.leaves.length / 32), lastHeardMs }
      })
      this.#sizes.set(id, sizeBytes)
      return blob
    } catch (error) {
      if (!(error instanceof FullError)) throw error
      // What the disk took before it was full is given back.
      await this.#delete(id)
      return null
    }
  }

  /** The result is `bytes`: the buffer goes back to the page, for its next piece. */
  async write(id: BlobId, piece: number, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const done = await this.#with(id, false, (file) => {
      writePiece(file, this.#size(file, id), piece, bytes)
      return true
    })
    if (done === null) throw new StorageError('The track was removed while it was being stored. Add it again.')
    this.#channel.postMessage({ id, piece } satisfies OutsideChange)
    return bytes
  }

  async read(id: BlobId, start: number, end: number): Promise<Uint8Array | null> {
    return this.#with(id, false, (file) => readBytes(file, this.#size(file, id), start, end))
  }

  async file(id: BlobId, type: string): Promise<Blob | null> {
    const sizeBytes = await this.#with(id, false, (file) => this.#size(file, id))
    if (sizeBytes === null) return null
    // Under the same lock as all that changes the file: the snapshot that a File is then holds until the next change.
    return locked(id, async () => {
      try {
        const whole = await (await (await folder()).getFileHandle(id)).getFile()
        return whole.slice(...bytesRange(sizeBytes), type)
      } catch (error) {
        if (isNotFound(error)) return null
        throw explained(error)
      }
    })
  }

  async touch(id: BlobId, lastHeardMs: number): Promise<void> {
    await this.#with(id, false, (file) => writeLastHeard(file, lastHeardMs))
  }

  async remove(id: BlobId): Promise<boolean> {
    const removed = await this.#pins.unlessPinned(id, () => this.#delete(id))
    if (removed !== true) return false
    this.#sizes.delete(id)
    this.#channel.postMessage({ id, removed: true } satisfies OutsideChange)
    return true
  }

  async pin(ids: readonly BlobId[]): Promise<void> {
    this.#pins.set(ids)
  }

  async freeBytes(): Promise<number> {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate()
    return quota * SHARE - usage
  }

  async close(): Promise<void> {
    this.#pins.set([])
    this.#channel.close()
  }

  async #delete(id: BlobId): Promise<boolean> {
    return locked(id, async () => {
      try {
        await (await folder()).removeEntry(id)
      } catch (error) {
        if (!isNotFound(error)) throw explained(error)
      }
      return true
    })
  }

  #size(file: SyncFile, id: BlobId): number {
    const size = this.#sizes.get(id) ?? openBlobFile(file, id)?.manifest.sizeBytes
    if (size === undefined)
      throw new StorageError(
        'A stored track is damaged. Clear this site’s data in the browser’s settings, then reload.',
      )
    this.#sizes.set(id, size)
    return size
  }

  /** Runs one operation on a blob's file; null when there is none and `create` is false. */
  async #with<T>(id: BlobId, create: boolean, task: (file: SyncFile) => T): Promise<T | null> {
    return locked(id, async () => {
      try {
        const file = await open(await (await folder()).getFileHandle(id, { create }))
        try {
          return task(file)
        } finally {
          file.close()
        }
      } catch (error) {
        if (!create && isNotFound(error)) return null
        throw explained(error)
      }
    })
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(FOLDER, { create: true })
}

const open = (handle: FileSystemFileHandle): Promise<SyncHandle> =>
  (handle as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }).createSyncAccessHandle()

const locked = <T>(id: BlobId, task: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`earshot-file-${id}`, task) as Promise<T>

const isNotFound = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError'

/** What a person should read when the disk refuses. */
function explained(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  if (error.name === 'QuotaExceededError') {
    const message =
      'This device has no room left for tracks. Free some disk space, or clear other sites’ data in the browser’s settings.'
    return new FullError(message, { cause: error })
  }
  return new StorageError(
    `The browser’s storage failed (${error.name}). Reload the page; if it fails again, free some disk space.`,
    { cause: error },
  )
}
