import type { MessagePort } from './port.ts'
import type { Seal } from './seal.ts'

/** Seals messages and sends them in the order in which they were given; sealing is asynchronous. */
export class Outbox {
  readonly #port: Pick<MessagePort, 'send'>
  readonly #seal: Seal
  readonly #onFailure: (error: unknown) => void
  #tail: Promise<void> = Promise.resolve()
  #open = true

  constructor(port: Pick<MessagePort, 'send'>, seal: Seal, onFailure: (error: unknown) => void) {
    this.#port = port
    this.#seal = seal
    this.#onFailure = onFailure
  }

  /** A message that the port does not take is dropped: anti-entropy brings its content later. */
  send(message: Uint8Array): void {
    this.#tail = this.#tail
      .then(async () => {
        const sealed = await this.#seal.seal(message)
        if (this.#open) this.#port.send(sealed)
      })
      .catch(this.#onFailure)
  }

  /** Resolves when all that was given so far has been sent. */
  flushed(): Promise<void> {
    return this.#tail
  }

  close(): void {
    this.#open = false
  }
}
