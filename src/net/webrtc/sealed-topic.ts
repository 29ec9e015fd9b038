import { base64, base64urlnopad } from '@scure/base'
import type { Crypto } from '../../domain/crypto.ts'
import { limits } from '../../domain/limits.ts'
import type { ReportError } from '../../domain/listeners.ts'
import { addresseeOf, decodeSignal, type Signal } from './signal.ts'

/** Signals that wait to be opened; more is a flood, and what is dropped is announced again. */
const WAITING = 256
/** Sealed texts that are remembered, so that a signal that came through two nodes, or was replayed, counts once. */
const REMEMBERED = 2_048
const INBOX_BYTES = 16

/**
 * Seals and opens the signals of one topic. Order is kept both ways, although the cryptography is asynchronous: a candidate must not
 * overtake its offer.
 */
export class SealedTopic {
  readonly #crypto: Crypto
  readonly #key: Uint8Array
  readonly #report: ReportError
  readonly #seen = new Set<string>()
  #sealing: Promise<void> = Promise.resolve()
  #opening: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(crypto: Crypto, key: Uint8Array, report: ReportError) {
    this.#crypto = crypto
    this.#key = key
    this.#report = report
  }

  /**
   * Hands the sealed text (standard base64) to `send`, after all that was sealed before, with the inbox of the one whom alone it
   * concerns.
   */
  seal(signal: Signal, send: (text: string, to?: string) => void): void {
    const plain = new TextEncoder().encode(JSON.stringify(signal))
    const addressee = addresseeOf(signal)
    this.#inTurn(async () => {
      const text = base64.encode(await this.#crypto.seal(this.#key, plain))
      const to = addressee === undefined ? undefined : await this.#inboxOf(addressee)
      if (text.length <= limits.signalChars) send(text, to)
    })
  }

  /** Hands the inbox of `session` to `send`, in turn with what is sealed: a member must be in before it speaks. */
  inbox(session: string, send: (inbox: string) => void): void {
    this.#inTurn(async () => send(await this.#inboxOf(session)))
  }

  /** Hands what `text` says to `receive`; drops what is not sealed with the room's key, no signal, or known already. */
  open(text: string, receive: (signal: Signal) => void): void {
    if (text.length > limits.signalChars || this.#waiting >= WAITING || this.#seen.has(text)) return
    this.#remember(text)
    this.#waiting++
    this.#opening = this.#opening
      .then(async () => {
        const signal = await this.#read(text)
        if (signal !== null) receive(signal)
      })
      .catch(this.#report)
      .finally(() => this.#waiting--)
  }

  #inTurn(task: () => Promise<void>): void {
    this.#sealing = this.#sealing.then(task).catch(this.#report)
  }

  /** What a node may call a member by: whoever knows the room can tell it from the name in signals, and nobody the other way. */
  async #inboxOf(session: string): Promise<string> {
    const bytes = await this.#crypto.deriveKey(this.#key, `earshot-inbox-1/${session}`)
    return base64urlnopad.encode(bytes.subarray(0, INBOX_BYTES))
  }

  async #read(text: string): Promise<Signal | null> {
    let sealed: Uint8Array
    try {
      sealed = base64.decode(text)
    } catch {
      return null // not base64: nothing that a member sent
    }
    const plain = await this.#crypto.open(this.#key, sealed)
    if (plain === null) return null
    try {
      return decodeSignal(JSON.parse(new TextDecoder().decode(plain)))
    } catch {
      return null // sealed by someone who knows the room, yet not JSON
    }
  }

  #remember(text: string): void {
    this.#seen.add(text)
    const [oldest] = this.#seen
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest)
  }
}
