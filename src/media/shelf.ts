import type { Crypto } from '../domain/crypto.ts'
import { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { chooseEvictions } from './eviction.ts'
import type { Holding } from './holding.ts'
import { pieceLength, verifyPiece, type Manifest } from './manifest.ts'
import { leafHasher, type HashLeaf } from './merkle.ts'
import type { PieceStore, StoredBlob } from './piece-store.ts'

/** The blobs on this device: a store, what is in it, and the rule that nothing unverified gets in. */
export class Shelf {
  readonly #store: PieceStore
  readonly #hashLeaf: HashLeaf
  readonly #scheduler: Scheduler
  readonly #holdings = new Map<BlobId, Holding>()
  readonly #adopting = new Map<BlobId, Promise<Holding>>()
  #lastAdoption: Promise<unknown> = Promise.resolve()
  readonly #listeners = new Set<(id: BlobId) => void>()
  readonly #stopOutside: Unsubscribe
  /** Settles when the store's list was read; rejects with StorageError. */
  readonly ready: Promise<void>

  constructor(store: PieceStore, crypto: Crypto, scheduler: Scheduler) {
    this.#store = store
    this.#hashLeaf = leafHasher(crypto)
    this.#scheduler = scheduler
    this.ready = store.list().then((blobs) => {
      for (const blob of blobs) this.#keep(blob)
      for (const { manifest } of blobs) this.#tell(manifest.id)
    })
    this.#stopOutside = store.onOutsideChange((change) => {
      if ('removed' in change) this.#drop(change.id)
      else void this.#heardOfPiece(change.id, change.piece)
    })
  }

  get(id: BlobId): Holding | undefined {
    return this.#holdings.get(id)
  }

  all(): Iterable<Holding> {
    return this.#holdings.values()
  }

  /** Told after any change of what is held. */
  onChange(listener: (id: BlobId) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Makes room for a blob whose manifest was verified, at the cost of blobs outside `keep`. Rejects with StorageError. */
  async adopt(manifest: Manifest, keep: ReadonlySet<BlobId>): Promise<Holding> {
    const known = this.#holdings.get(manifest.id) ?? this.#adopting.get(manifest.id)
    if (known !== undefined) return known
    // One after another: two at once would both count on the same free bytes.
    const adoption = this.#lastAdoption.then(() => this.#create(manifest, keep))
    this.#lastAdoption = adoption.catch(() => {})
    this.#adopting.set(manifest.id, adoption)
    try {
      return await adoption
    } finally {
      this.#adopting.delete(manifest.id)
    }
  }

  async #create(manifest: Manifest, keep: ReadonlySet<BlobId>): Promise<Holding> {
    const { id, sizeBytes } = manifest
    await this.#makeRoom(sizeBytes - (await this.#store.freeBytes()), sizeBytes, keep)
    let stored = await this.#store.create(manifest, this.#scheduler.wallMs())
    if (stored === null) {
      // Fuller than it said: as many bytes must go as are to come.
      await this.#makeRoom(sizeBytes, sizeBytes, keep)
      stored = await this.#store.create(manifest, this.#scheduler.wallMs())
    }
    if (stored === null) throw new StorageError(noRoom(sizeBytes))
    const holding = this.#keep(stored)
    this.#tell(id)
    return holding
  }

  async #makeRoom(bytes: number, forBytes: number, keep: ReadonlySet<BlobId>): Promise<void> {
    if (bytes <= 0) return
    const victims = chooseEvictions([...this.#holdings.values()], bytes, keep)
    if (victims === null) throw new StorageError(noRoom(forBytes))
    for (const id of victims) if (await this.#store.remove(id)) this.#drop(id)
  }

  /** Verifies a piece and stores it. `corrupt`: it is not what the manifest says; `gone`: the blob is not kept any more. */
  async put(id: BlobId, piece: number, bytes: Uint8Array): Promise<'stored' | 'corrupt' | 'gone'> {
    const holding = this.#holdings.get(id)
    if (holding === undefined) return 'gone'
    if (!(await verifyPiece(this.#hashLeaf, holding.manifest, piece, bytes))) return 'corrupt'
    if (this.#holdings.get(id) !== holding) return 'gone'
    if (holding.held[piece] === 1) return 'stored'
    await this.#store.write(id, piece, bytes)
    this.#markHeld(id, piece)
    return 'stored'
  }

  /** Bytes [start, end), whose pieces must be here; null when they have gone meanwhile. */
  async read(id: BlobId, start: number, end: number): Promise<Uint8Array | null> {
    const bytes = await this.#store.read(id, start, end)
    if (bytes === null) this.#drop(id)
    return bytes
  }

  /** A whole blob as a file, whose pieces must all be here; null when they have gone meanwhile. */
  async file(id: BlobId, type: string): Promise<Blob | null> {
    const file = await this.#store.file(id, type)
    if (file === null) this.#drop(id)
    return file
  }

  touch(id: BlobId): void {
    const holding = this.#holdings.get(id)
    if (holding === undefined) return
    holding.lastHeardMs = this.#scheduler.wallMs()
    // Only the order of eviction hangs on it: a failure here would meet its person on the next read or write.
    this.#store.touch(id, holding.lastHeardMs).catch(() => {})
  }

  async remove(id: BlobId): Promise<void> {
    if (await this.#store.remove(id)) this.#drop(id)
  }

  async pin(ids: readonly BlobId[]): Promise<void> {
    await this.#store.pin(ids)
  }

  /** Lets go of the store, which belongs to whoever opened it and lives on. */
  close(): void {
    this.#stopOutside()
    this.#listeners.clear()
    // Nothing of ours plays any more. If the store is closed already, so are its pins.
    this.#store.pin([]).catch(() => {})
  }

  #keep({ manifest, held, lastHeardMs }: StoredBlob): Holding {
    let heldBytes = 0
    held.forEach((one, piece) => {
      if (one === 1) heldBytes += pieceLength(manifest.sizeBytes, piece)
    })
    const holding = { manifest, held, heldBytes, lastHeardMs }
    this.#holdings.set(manifest.id, holding)
    return holding
  }

  #markHeld(id: BlobId, piece: number): void {
    const holding = this.#holdings.get(id)
    if (holding === undefined || holding.held[piece] !== 0) return
    holding.held[piece] = 1
    holding.heldBytes += pieceLength(holding.manifest.sizeBytes, piece)
    this.#tell(id)
  }

  async #heardOfPiece(id: BlobId, piece: number): Promise<void> {
    if (this.#holdings.has(id)) return this.#markHeld(id, piece)
    // Another tab began this blob; if it cannot be read now, this tab fetches for itself.
    const stored = await this.#store.load(id).catch(() => null)
    if (stored === null || this.#holdings.has(id)) return
    this.#keep(stored)
    this.#tell(id)
  }

  #drop(id: BlobId): void {
    if (this.#holdings.delete(id)) this.#tell(id)
  }

  #tell(id: BlobId): void {
    for (const listener of this.#listeners) listener(id)
  }
}

const noRoom = (sizeBytes: number): string =>
  `There is no room on this device for ${Math.ceil(sizeBytes / 1e6)} MB more. Free some disk space, or clear other sites' data in the browser's settings.`
