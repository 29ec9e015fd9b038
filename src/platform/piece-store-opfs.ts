import { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { Manifest } from '../media/manifest.ts'
import type { OutsideChange, PieceStore, StoredBlob } from '../media/piece-store.ts'
import { MemoryPieceStore } from './piece-store-memory.ts'
import type { WorkerMethod, WorkerMethods, WorkerReply } from './piece-store-messages.ts'

interface Pending {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

/** Pieces in the origin-private file system, by way of a worker. */
export class OpfsPieceStore implements PieceStore {
  readonly kind = 'opfs'
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #outside = new Set<(change: OutsideChange) => void>()
  #calls = 0
  /** What the last piece was sent in, which came back: to copy each one into a new buffer would leave as much behind as the file is large. */
  #spare: Uint8Array<ArrayBuffer> | null = null

  constructor(worker: Worker) {
    this.#worker = worker
    worker.addEventListener('message', (event: MessageEvent<WorkerReply>) => this.#receive(event.data))
    worker.addEventListener('error', () =>
      this.#fail('The part of Earshot that stores tracks stopped. Reload the page.'),
    )
  }

  list(): Promise<readonly StoredBlob[]> {
    return this.#call('list', [])
  }
  load(id: BlobId): Promise<StoredBlob | null> {
    return this.#call('load', [id])
  }
  create(manifest: Manifest, lastHeardMs: number): Promise<StoredBlob | null> {
    return this.#call('create', [manifest, lastHeardMs])
  }
  async write(id: BlobId, piece: number, bytes: Uint8Array): Promise<void> {
    const sent = this.#spare?.length === bytes.length ? this.#spare : new Uint8Array(bytes.length)
    this.#spare = null
    sent.set(bytes)
    this.#spare = await this.#call('write', [id, piece, sent], [sent.buffer])
  }
  read(id: BlobId, start: number, end: number): Promise<Uint8Array | null> {
    return this.#call('read', [id, start, end])
  }
  file(id: BlobId, type: string): Promise<Blob | null> {
    return this.#call('file', [id, type])
  }
  touch(id: BlobId, lastHeardMs: number): Promise<void> {
    return this.#call('touch', [id, lastHeardMs])
  }
  remove(id: BlobId): Promise<boolean> {
    return this.#call('remove', [id])
  }
  pin(ids: readonly BlobId[]): Promise<void> {
    return this.#call('pin', [ids])
  }
  freeBytes(): Promise<number> {
    return this.#call('freeBytes', [])
  }

  onOutsideChange(listener: (change: OutsideChange) => void): Unsubscribe {
    this.#outside.add(listener)
    return () => this.#outside.delete(listener)
  }

  async close(): Promise<void> {
    await this.#call('close', [])
    this.#worker.terminate()
    this.#fail('The store of tracks was closed.')
  }

  #call<M extends WorkerMethod>(
    method: M,
    args: Parameters<WorkerMethods[M]>,
    transfer: Transferable[] = [],
  ): Promise<ReturnType<WorkerMethods[M]>> {
    const call = this.#calls++
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject })
      this.#worker.postMessage({ call, method, args }, transfer)
    })
  }

  #receive(reply: WorkerReply): void {
    if ('outside' in reply) {
      for (const listener of this.#outside) listener(reply.outside)
      return
    }
    const pending = this.#pending.get(reply.call)
    this.#pending.delete(reply.call)
    if ('result' in reply) pending?.resolve(reply.result as never)
    else pending?.reject(reply.expected ? new StorageError(reply.error) : new Error(reply.error))
  }

  #fail(message: string): void {
    for (const { reject } of this.#pending.values()) reject(new StorageError(message))
    this.#pending.clear()
  }
}

/** Whether tracks can outlive the page here: OPFS and locks need a secure context, and Safari 17 or Firefox 111 at least. */
export const hasOpfs = (): boolean =>
  typeof Worker !== 'undefined' &&
  typeof navigator.locks !== 'undefined' &&
  typeof navigator.storage?.getDirectory === 'function'

/**
 * The best store that this browser has. `memory` (see `PieceStore.kind`) when it has no OPFS or refuses it, as private
 * windows may: the lead tells the person that tracks last as long as the page.
 */
export async function openPieceStore(): Promise<PieceStore> {
  if (!hasOpfs()) return new MemoryPieceStore()
  try {
    await navigator.storage.getDirectory()
  } catch {
    return new MemoryPieceStore() // refused, e.g. in Firefox's private windows: memory does the same for one visit
  }
  const worker = new Worker(new URL('./piece-store.worker.ts', import.meta.url), { type: 'module', name: 'tracks' })
  return new OpfsPieceStore(worker)
}

/** Asks the browser not to clear our storage when the disk runs short; some ask the person. True when it promised. */
export async function persistStorage(): Promise<boolean> {
  if (typeof navigator.storage?.persist !== 'function') return false
  return (await navigator.storage.persisted()) || navigator.storage.persist()
}
