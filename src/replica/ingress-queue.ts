import { limits } from '../domain/limits.ts'

/** What a waiting message costs beyond its bytes, so that many tiny ones are bounded as well. */
const OVERHEAD_BYTES = 64

interface Waiting {
  readonly messages: Uint8Array[]
  bytes: number
}

/**
 * Messages of several senders, handled one at a time in turns: verification is asynchronous, and a sender with a long line must not keep the
 * others waiting. A sender whose line is full is not listened to until it gets shorter.
 */
export class IngressQueue<Sender> {
  readonly #handle: (sender: Sender, message: Uint8Array) => Promise<void>
  readonly #onFailure: (error: unknown) => void
  /** A Map keeps its order: whoever was served goes to the end. */
  readonly #lines = new Map<Sender, Waiting>()
  #running = false
  #open = false

  /** `onFailure` hears of a defect in `handle`, which must not throw for anything that a sender says. */
  constructor(handle: (sender: Sender, message: Uint8Array) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#handle = handle
    this.#onFailure = onFailure
  }

  /** Begins to handle what waits; before, messages only line up. */
  start(): void {
    this.#open = true
    void this.#run()
  }

  /** False when the sender's line is full: the message is dropped. */
  push(sender: Sender, message: Uint8Array): boolean {
    const line = this.#lines.get(sender) ?? { messages: [], bytes: 0 }
    const size = message.length + OVERHEAD_BYTES
    if (line.bytes + size > limits.pendingBytesPerSender) return false
    line.messages.push(message)
    line.bytes += size
    this.#lines.set(sender, line)
    void this.#run()
    return true
  }

  /** Forgets what a sender still has in line. */
  remove(sender: Sender): void {
    this.#lines.delete(sender)
  }

  stop(): void {
    this.#open = false
    this.#lines.clear()
  }

  async #run(): Promise<void> {
    if (this.#running || !this.#open) return
    this.#running = true
    try {
      for (let next = this.#next(); next !== null; next = this.#next()) {
        await this.#handle(next.sender, next.message).catch(this.#onFailure)
      }
    } finally {
      this.#running = false
    }
  }

  #next(): { readonly sender: Sender; readonly message: Uint8Array } | null {
    const first = this.#lines.entries().next().value
    if (!this.#open || first === undefined) return null
    const [sender, line] = first
    this.#lines.delete(sender)
    const message = line.messages.shift()
    if (message === undefined) return null
    line.bytes -= message.length + OVERHEAD_BYTES
    if (line.messages.length > 0) this.#lines.set(sender, line)
    return { sender, message }
  }
}
