import type { Stream } from '@libp2p/interface'
import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import { createLengthReader, withLength } from './length-prefix.ts'

/** What may come on a stream before anybody reads it: a hello. */
const EARLY_MESSAGES = 8

type Reader = (message: Uint8Array, receivedAtMs: number) => void

/** Whole messages over one libp2p stream. It breaks (`onEnd`) when the other side breaks the format. */
export class StreamPipe {
  readonly stream: Stream
  #early: Parameters<Reader>[] = []
  #reader: Reader | null = null

  constructor(stream: Stream, maxBytes: number, scheduler: Pick<Scheduler, 'nowMs'>) {
    this.stream = stream
    let receivedAtMs = 0
    const read = createLengthReader(maxBytes, (message) => this.#tell(message, receivedAtMs))
    stream.addEventListener('message', ({ data }) => {
      receivedAtMs = scheduler.nowMs()
      for (const part of data instanceof Uint8Array ? [data] : data) {
        if (!read(part)) return this.abort('a message beyond its limit')
      }
    })
  }

  get isOpen(): boolean {
    return this.stream.status === 'open' && this.stream.writeStatus === 'writable'
  }

  get bufferedBytes(): number {
    return this.stream.writeBufferLength
  }

  /** False when the stream is closed: nothing of the message went out. */
  send(message: Uint8Array): boolean {
    if (!this.isOpen) return false
    try {
      // libp2p's own answer tells only whether it had to hold some back; `bufferedBytes` tells how much.
      this.stream.send(withLength(message))
      return true
    } catch {
      return false // it closed between the check and the call; `onEnd` tells
    }
  }

  /** Told whenever some of what was held back may have gone. */
  onDrain(listener: () => void): Unsubscribe {
    const { stream } = this
    // `drain` comes before more is sent, `idle` once nothing is left.
    stream.addEventListener('drain', listener)
    stream.addEventListener('idle', listener)
    return () => {
      stream.removeEventListener('drain', listener)
      stream.removeEventListener('idle', listener)
    }
  }

  /** The message that opens the stream; those after it wait for `onMessage`. */
  onFirst(reader: (message: Uint8Array) => void): void {
    this.onMessage((message) => {
      this.#reader = null
      reader(message)
    })
  }

  /** Hands over what came already, then everything as it comes. */
  onMessage(reader: Reader): void {
    this.#reader = reader
    for (const message of this.#early.splice(0)) reader(...message)
  }

  /** Told once when the stream has ended, by whichever side. */
  onEnd(listener: () => void): void {
    if (this.stream.status === 'open') this.stream.addEventListener('close', listener, { once: true })
    else listener()
  }

  abort(why: string): void {
    this.#early = []
    this.stream.abort(new Error(why))
  }

  #tell(message: Uint8Array, receivedAtMs: number): void {
    if (this.#reader !== null) this.#reader(message, receivedAtMs)
    else if (this.#early.push([message, receivedAtMs]) > EARLY_MESSAGES) this.abort('a flood before the hello')
  }
}
