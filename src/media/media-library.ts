import type { Crypto } from '../domain/crypto.ts'
import type { StorageError } from '../domain/errors.ts'
import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { BlobRef, FileTrack } from '../domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import type { Link } from '../net/link.ts'
import type { BlobProgress, BlobReader, Blobs } from './blobs.ts'
import type { NamedBlob } from './file-problem.ts'
import { importTrack, type ImportOptions } from './import-track.ts'
import type { MeasureLoudness } from './loudness-in-worker.ts'
import type { PieceStore } from './piece-store.ts'
import { isComplete } from './holding.ts'
import { Shelf } from './shelf.ts'
import { Swarm } from './swarm.ts'
import type { OnMisbehaviour } from './tuning.ts'

export interface MediaLibraryOptions {
  readonly store: PieceStore
  readonly crypto: Crypto
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onMisbehaviour: OnMisbehaviour
  /** The disk is full or failed while a blob came in: a message for a person. */
  readonly onProblem?: (error: StorageError) => void
  /** Tells how loud a file is that is added; without it only its tags do. */
  readonly measureLoudness?: MeasureLoudness
}

export interface MediaDiagnostics {
  /** Complete blobs here. */
  readonly held: number
  /** Blobs wanted and not complete. */
  readonly wanted: number
  readonly inMBps: number
  readonly outMBps: number
}

/** Wanted blobs that are never given up for others: what plays and what is next, with their covers. */
const KEPT_WANTS = 4

/** All blobs of this device, and the swarm that completes and shares them. */
export class MediaLibrary implements Blobs {
  readonly #shelf: Shelf
  readonly #swarm: Swarm
  readonly #crypto: Crypto
  readonly #measureLoudness: MeasureLoudness | undefined
  readonly #refs = new Map<BlobId, BlobRef>()
  readonly #importing = new Map<BlobId, number>()
  readonly #listeners = new Set<(ref: BlobRef) => void>()

  constructor(options: MediaLibraryOptions) {
    const { store, crypto, scheduler, random, onMisbehaviour, onProblem = () => {} } = options
    this.#crypto = crypto
    this.#measureLoudness = options.measureLoudness
    this.#shelf = new Shelf(store, crypto, scheduler)
    const keep = (): Iterable<BlobId> => this.#kept()
    this.#swarm = new Swarm({ shelf: this.#shelf, crypto, scheduler, random, onMisbehaviour, onProblem, keep })
    this.#swarm.onProgress((id) => this.#tell(id))
    // `ready` rejects for whoever awaits it; here nothing more can be done.
    this.ready.then(() => this.#pin()).catch(() => {})
  }

  /** Settles when what is kept on this device is known; before, everything counts as missing. Rejects with StorageError. */
  get ready(): Promise<void> {
    return this.#shelf.ready
  }

  /** Shares with one more peer until the link closes or the result is called. */
  addLink(link: Link): Unsubscribe {
    return this.#swarm.addLink(link)
  }

  reader(ref: BlobRef): BlobReader {
    let touched = false
    return {
      ref,
      read: async (start, end, signal) => {
        if (!(start >= 0 && start <= end && end <= ref.sizeBytes))
          throw new RangeError(`bytes ${start} to ${end} of ${ref.sizeBytes}`)
        if (start === end) return new Uint8Array(0)
        for (;;) {
          await this.#waitForPieces(ref, start, end, signal)
          if (!touched) this.#shelf.touch(ref.id)
          touched = true
          const bytes = await this.#shelf.read(ref.id, start, end)
          signal.throwIfAborted()
          if (bytes !== null) return bytes
          // Gone between the wait and the read (another tab made room): fetch it again.
        }
      },
    }
  }

  progress(ref: BlobRef): BlobProgress {
    const holding = this.#shelf.get(ref.id)
    const complete = holding !== undefined && isComplete(holding)
    return {
      heldBytes: holding?.heldBytes ?? 0,
      sizeBytes: ref.sizeBytes,
      holders: complete ? 0 : this.#swarm.holders(ref.id),
      complete,
    }
  }

  want(refs: readonly BlobRef[]): void {
    this.#refs.clear()
    for (const ref of refs) this.#refs.set(ref.id, ref)
    this.#swarm.want(refs)
    this.#pin()
  }

  share(ids: ReadonlySet<BlobId>): void {
    this.#swarm.share(ids)
  }

  onProgress(listener: (ref: BlobRef) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Whole blob as a file that stays on the disk, for a media element, as soon as it is here. It may become unreadable when the blob is used
   * elsewhere on this device: then ask again. Rejects with AbortError.
   */
  async file(ref: BlobRef, signal: AbortSignal): Promise<Blob> {
    for (;;) {
      await this.#waitForPieces(ref, 0, ref.sizeBytes, signal)
      // Before, not after: it writes to the file.
      this.#shelf.touch(ref.id)
      const file = await this.#shelf.file(ref.id, ref.type)
      signal.throwIfAborted()
      if (file !== null) return file
    }
  }

  /** Whole blob, e.g. a cover, as soon as it is here. Rejects with AbortError. */
  async readAll(ref: BlobRef, signal: AbortSignal): Promise<Blob> {
    const reader = this.reader(ref)
    const parts: Uint8Array<ArrayBuffer>[] = []
    for (let start = 0; start < ref.sizeBytes; start += limits.pieceBytes) {
      const bytes = await reader.read(start, Math.min(start + limits.pieceBytes, ref.sizeBytes), signal)
      parts.push(bytes as Uint8Array<ArrayBuffer>)
    }
    return new Blob(parts, { type: ref.type })
  }

  /**
   * Reads an audio file into the store; the result is what an `entry` record says of it.
   * Rejects with TrackFileError (not usable: empty, too large, no audio, damaged), StorageError (no room) or AbortError;
   * then nothing has changed.
   */
  async importFile(file: NamedBlob, options: ImportOptions): Promise<FileTrack> {
    await this.ready
    const hold = (id: BlobId): (() => boolean) => this.#holdImport(id)
    const keep = (): ReadonlySet<BlobId> => this.#kept()
    const measureLoudness = this.#measureLoudness
    return importTrack(file, { shelf: this.#shelf, crypto: this.#crypto, keep, hold, measureLoudness }, options)
  }

  diagnostics(): MediaDiagnostics {
    const toMBps = (bytesPerSecond: number): number => Math.round(bytesPerSecond / 1e4) / 100
    return {
      held: [...this.#shelf.all()].filter(isComplete).length,
      wanted: this.#swarm.wants.filter((ref) => !this.progress(ref).complete).length,
      inMBps: toMBps(this.#swarm.inBytesPerSecond),
      outMBps: toMBps(this.#swarm.outBytesPerSecond),
    }
  }

  /** Leaves all links and lets go of the store, which stays open: it belongs to whoever opened it. */
  close(): void {
    this.#swarm.close()
    this.#listeners.clear()
    this.#shelf.close()
  }

  async #waitForPieces(ref: BlobRef, start: number, end: number, signal: AbortSignal): Promise<void> {
    // The store may still be reading its list: what is here need not be fetched.
    await this.ready
    const [first, last] = [Math.floor(start / limits.pieceBytes), Math.floor((end - 1) / limits.pieceBytes)]
    this.#swarm.moveCursor(ref.id, first)
    for (let piece = first; piece <= last; piece++) {
      this.#refs.set(ref.id, ref)
      await this.#swarm.waitFor(ref, piece, signal)
    }
  }

  #kept(): ReadonlySet<BlobId> {
    const wanted = this.#swarm.wants.slice(0, KEPT_WANTS).map((ref) => ref.id)
    return new Set([...wanted, ...this.#importing.keys()])
  }

  #holdImport(id: BlobId): () => boolean {
    this.#importing.set(id, (this.#importing.get(id) ?? 0) + 1)
    this.#pin()
    return () => {
      const left = (this.#importing.get(id) ?? 1) - 1
      if (left > 0) this.#importing.set(id, left)
      else this.#importing.delete(id)
      this.#pin()
      return left === 0
    }
  }

  /** Other tabs must not evict what this one needs. A failure costs at worst a second download. */
  #pin(): void {
    this.#shelf.pin([...this.#kept()]).catch(() => {})
  }

  #tell(id: BlobId): void {
    const ref = this.#refs.get(id)
    if (ref !== undefined) for (const listener of this.#listeners) listener(ref)
  }
}
