import { createCipheriv } from 'node:crypto'
import type { Crypto } from '../../src/domain/crypto.ts'
import type { BlobId, PeerId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import type { BlobRef } from '../../src/domain/record.ts'
import type { Random, Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { makeManifest, type Manifest } from '../../src/media/manifest.ts'
import { MediaLibrary, type MediaLibraryOptions } from '../../src/media/media-library.ts'
import type { PieceStore } from '../../src/media/piece-store.ts'
import type { Channel, CloseReason, Link } from '../../src/net/link.ts'
import { MemoryPieceStore } from '../../src/platform/piece-store-memory.ts'
import { nodeCrypto } from '../support/node-crypto.ts'

/** Mulberry32: small, seeded, good enough for tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const crypto: Crypto = nodeCrypto(seeded(1))

/** Bytes that look random, the same for the same seed. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed & 0xff), Buffer.alloc(16, (seed >> 8) & 0xff))
  return new Uint8Array(stream.update(new Uint8Array(count)))
}

/** Time that stands still until a test moves it. */
export class ManualTime implements Scheduler {
  #now = 0
  #tasks: { atMs: number; readonly periodMs: number | null; readonly task: () => void }[] = []

  nowMs(): number {
    return this.#now
  }
  wallMs(): number {
    return 1_800_000_000_000 + this.#now
  }
  after(delayMs: number, task: () => void): Unsubscribe {
    return this.#add({ atMs: this.#now + delayMs, periodMs: null, task })
  }
  every(periodMs: number, task: () => void): Unsubscribe {
    return this.#add({ atMs: this.#now + periodMs, periodMs, task })
  }

  /** Moves on to the next task and lets what it caused settle. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      await settle()
      const next = this.#tasks.toSorted((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined || next.atMs > until) break
      this.#now = next.atMs
      if (next.periodMs === null) this.#tasks = this.#tasks.filter((other) => other !== next)
      else next.atMs += next.periodMs
      next.task()
    }
    this.#now = until
    await settle()
  }

  /** Moves time on until the condition holds; fails after a minute of its own time. */
  async until(condition: () => boolean, what: string): Promise<void> {
    for (let ms = 0; !condition(); ms += 50) {
      if (ms > 60_000) throw new Error(`never happened: ${what}`)
      await this.advance(50)
    }
  }

  #add(task: { atMs: number; readonly periodMs: number | null; readonly task: () => void }): Unsubscribe {
    this.#tasks.push(task)
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task)
    }
  }
}

/** Lets promises and messages run until nothing is left of the present instant. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

const LOW_WATER = 64 * 1024

/** One direction of a link: messages wait in `queue` until they are let through. */
export class FakeChannel implements Channel {
  readonly queue: Uint8Array[] = []
  readonly sent: Uint8Array[] = []
  readonly #listeners = new Set<(message: Uint8Array, receivedAtMs: number) => void>()
  readonly #drains = new Set<{ readonly resolve: () => void; readonly reject: (reason: unknown) => void }>()
  readonly time: Scheduler
  other!: FakeChannel
  /** Most bytes that ever waited. */
  peakBytes = 0
  /** Bytes that may pass; Infinity: no brake. */
  allowance = Infinity
  closed = false

  constructor(time: Scheduler) {
    this.time = time
  }

  get bufferedBytes(): number {
    return this.queue.reduce((sum, message) => sum + message.length, 0)
  }

  send(message: Uint8Array): boolean {
    if (message.length > limits.messageBytes) throw new RangeError('too large')
    if (this.closed) return false
    this.sent.push(message)
    this.queue.push(message.slice())
    this.peakBytes = Math.max(this.peakBytes, this.bufferedBytes)
    setImmediate(() => this.flow())
    return true
  }

  flow(): void {
    while (!this.closed && this.queue[0] !== undefined && this.queue[0].length <= this.allowance) {
      const message = this.queue.shift()!
      this.allowance -= message.length
      for (const listener of this.other.#listeners) listener(message, this.time.nowMs())
    }
    if (this.bufferedBytes <= LOW_WATER) {
      for (const drain of this.#drains) drain.resolve()
      this.#drains.clear()
    }
  }

  async drained(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.closed) throw new DOMException('closed', 'AbortError')
    if (this.bufferedBytes <= LOW_WATER) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#drains.add({ resolve, reject })
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    return promise
  }

  onMessage(listener: (message: Uint8Array, receivedAtMs: number) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  shut(): void {
    this.closed = true
    this.queue.length = 0
    for (const drain of this.#drains) drain.reject(new DOMException('closed', 'AbortError'))
    this.#drains.clear()
  }
}

export class FakeLink implements Link {
  readonly transport = 'memory'
  readonly relayed = false
  readonly peer: PeerId
  readonly id: string
  readonly session: string
  readonly media: FakeChannel
  readonly #listeners = new Set<(reason: CloseReason) => void>()
  #reason: CloseReason | null = null
  other!: FakeLink

  constructor(peer: PeerId, id: string, time: Scheduler) {
    this.peer = peer
    this.id = id
    this.session = id
    this.media = new FakeChannel(time)
  }

  get closed(): boolean {
    return this.#reason !== null
  }
  channel(): Channel {
    return this.media
  }
  close(reason: CloseReason): void {
    if (this.#reason !== null) return
    this.#reason = reason
    this.media.shut()
    for (const listener of this.#listeners) listener(reason)
    this.other.close(reason === 'left' ? 'left' : 'lost')
  }
  onClose(listener: (reason: CloseReason) => void): Unsubscribe {
    if (this.#reason !== null) listener(this.#reason)
    else this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** A link between `a` and `b`: the first end is a's, and names b. */
export function fakeLink(time: Scheduler, a: string, b: string): readonly [FakeLink, FakeLink] {
  const [atA, atB] = [new FakeLink(b as PeerId, `${a}-${b}`, time), new FakeLink(a as PeerId, `${a}-${b}`, time)]
  atA.other = atB
  atB.other = atA
  atA.media.other = atB.media
  atB.media.other = atA.media
  return [atA, atB]
}

export interface Peer {
  readonly name: string
  readonly library: MediaLibrary
  readonly store: PieceStore
  readonly blamed: { readonly peer: string; readonly why: string; readonly points: number }[]
  readonly problems: string[]
}

export function makePeer(
  name: string,
  time: Scheduler,
  store: PieceStore = new MemoryPieceStore(),
  options: Pick<MediaLibraryOptions, 'measureLoudness'> = {},
): Peer {
  const peer: Peer = {
    name,
    store,
    blamed: [],
    problems: [],
    library: new MediaLibrary({
      store,
      crypto,
      scheduler: time,
      random: seeded(name.length + name.charCodeAt(name.length - 1)),
      onMisbehaviour: (who, why, points) => peer.blamed.push({ peer: who, why, points }),
      onProblem: (error) => peer.problems.push(error.message),
      ...options,
    }),
  }
  peer.library.share(everything)
  return peer
}

/** The blobs of a room that names every blob there is. */
export const everything: ReadonlySet<BlobId> = new (class extends Set<BlobId> {
  override has(): boolean {
    return true
  }
})()

/** Links two peers; the result is the first one's end. */
export function connect(time: Scheduler, a: Peer, b: Peer): FakeLink {
  const [atA, atB] = fakeLink(time, a.name, b.name)
  a.library.addLink(atA)
  b.library.addLink(atB)
  return atA
}

export async function manifestOf(bytes: Uint8Array): Promise<Manifest> {
  return makeManifest(crypto, bytes.length, async (start, end) => bytes.subarray(start, end))
}

export const refOf = ({ id, sizeBytes }: Manifest): BlobRef => ({ id, sizeBytes, type: 'audio/mpeg' })

/** A store that holds all of several blobs. */
export async function storeWithAll(...blobs: readonly Uint8Array[]): Promise<MemoryPieceStore> {
  const store = new MemoryPieceStore()
  for (const bytes of blobs) await fill(store, bytes)
  return store
}

/** A store that holds these pieces of these bytes; all when none are named. */
export async function storeWith(bytes: Uint8Array, pieces?: readonly number[]): Promise<MemoryPieceStore> {
  const store = new MemoryPieceStore()
  await fill(store, bytes, pieces)
  return store
}

export async function fill(store: PieceStore, bytes: Uint8Array, pieces?: readonly number[]): Promise<Manifest> {
  const manifest = await manifestOf(bytes)
  await store.create(manifest, 0)
  const count = manifest.leaves.length / 32
  for (const piece of pieces ?? Array.from({ length: count }, (_, i) => i)) {
    await store.write(manifest.id, piece, bytes.subarray(piece * limits.pieceBytes, (piece + 1) * limits.pieceBytes))
  }
  return manifest
}

export const isWhole = (peer: Peer, ref: BlobRef) => (): boolean => peer.library.progress(ref).complete

/** Whether the peer reads exactly these bytes; comparing buffers is a thousand times quicker than `toEqual`. */
export async function holdsExactly(peer: Peer, ref: BlobRef, bytes: Uint8Array): Promise<boolean> {
  const read = await peer.library.reader(ref).read(0, ref.sizeBytes, new AbortController().signal)
  return Buffer.compare(read, bytes) === 0
}
