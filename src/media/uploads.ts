import type { BlobId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Channel } from '../net/link.ts'
import { encodeMessage, type MediaMessage } from './wire.ts'

/** What is asked of us: a piece, or the manifest. */
export interface Request {
  readonly id: BlobId
  readonly piece: number | 'manifest'
}

/** Reads what a request asks for; null when it is not here. */
export type Answer = (request: Request) => Promise<MediaMessage | null>

/**
 * What one link asked of us, answered one by one. A piece is read from the disk only when the link has drained below
 * `limits.mediaBufferedBytes`: a slow peer costs that much memory and no more, and as every link has one read under way
 * at a time, the disk's order shares our upload fairly among them.
 */
export class LinkUploads {
  readonly #channel: Channel
  readonly #answer: Answer
  readonly #onSent: (bytes: number) => void
  readonly #queue: Request[] = []
  readonly #abort = new AbortController()
  #running = false

  constructor(channel: Channel, answer: Answer, onSent: (bytes: number) => void) {
    this.#channel = channel
    this.#answer = answer
    this.#onSent = onSent
  }

  /** False when too many wait already: the request is dropped, and the peer floods. */
  add(request: Request): boolean {
    if (this.#queue.length >= limits.mediaRequestsWaiting) return false
    this.#queue.push(request)
    if (!this.#running) void this.#run()
    return true
  }

  cancel(id: BlobId, piece: number): void {
    const at = this.#queue.findIndex((request) => request.id === id && request.piece === piece)
    if (at >= 0) this.#queue.splice(at, 1)
  }

  close(): void {
    this.#queue.length = 0
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      await this.#drain()
      for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
        await this.#send(request)
        await this.#drain()
      }
    } catch (error) {
      // The link closed while we waited for it to drain: nothing is left to answer. Anything else is a defect.
      if (!this.#abort.signal.aborted && (error as Error).name !== 'AbortError') throw error
      this.#queue.length = 0
    } finally {
      this.#running = false
    }
  }

  async #send(request: Request): Promise<void> {
    const message = await this.#answer(request)
    if (message === null) {
      if (request.piece !== 'manifest')
        this.#channel.send(encodeMessage({ kind: 'refuse', id: request.id, piece: request.piece }))
      return
    }
    const bytes = encodeMessage(message)
    if (this.#channel.send(bytes)) return this.#onSent(bytes.length)
    // The channel was fuller than its count said: once it has drained there is room, or it closes.
    await this.#channel.drained(this.#abort.signal)
    if (this.#channel.send(bytes)) this.#onSent(bytes.length)
  }

  async #drain(): Promise<void> {
    if (this.#channel.bufferedBytes > limits.mediaBufferedBytes) await this.#channel.drained(this.#abort.signal)
  }
}
