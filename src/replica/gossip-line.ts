import { limits } from '../domain/limits.ts'
import type { Unsubscribe } from '../domain/scheduler.ts'
import type { IngressQueue } from './ingress-queue.ts'
import { Outbox } from './outbox.ts'
import type { BroadcastPort, Verdict } from './port.ts'
import type { Seal } from './seal.ts'

/**
 * All gossip of one network as one sender in an ingress queue: there is no neighbour behind it who could be blamed or asked. Each message gets
 * its verdict, in order, when its turn has come.
 */
export class GossipLine {
  readonly outbox: Outbox
  readonly #seal: Seal
  readonly #queue: Pick<IngressQueue<GossipLine>, 'push' | 'remove'>
  readonly #judge: (message: Uint8Array) => Promise<Verdict>
  readonly #waiting: ((verdict: Verdict) => void)[] = []
  readonly #stopListening: Unsubscribe

  /** `queue` gives messages their turns by `handle`; `judge` uses one once it was opened. */
  constructor(
    port: BroadcastPort,
    seal: Seal,
    queue: Pick<IngressQueue<GossipLine>, 'push' | 'remove'>,
    judge: (message: Uint8Array) => Promise<Verdict>,
    onFailure: (error: unknown) => void,
  ) {
    this.#seal = seal
    this.#queue = queue
    this.#judge = judge
    const send = (message: Uint8Array): boolean => {
      port.publish(message)
      return true
    }
    this.outbox = new Outbox({ send }, seal, onFailure)
    this.#stopListening = port.onMessage((message) => {
      if (message.length > limits.gossipBytes) return Promise.resolve('reject')
      // Too much at once is dropped without blame, although gossip will not bring it again for a while: links compare what they hold.
      if (!queue.push(this, message)) return Promise.resolve('ignore')
      return new Promise((resolve) => this.#waiting.push(resolve))
    })
  }

  /** The message whose turn it is. When judging fails, that is the queue's to tell. */
  async handle(sealed: Uint8Array): Promise<void> {
    let verdict: Verdict = 'ignore'
    try {
      const message = await this.#seal.open(sealed)
      verdict = message === null ? 'reject' : await this.#judge(message)
    } finally {
      this.#waiting.shift()?.(verdict)
    }
  }

  close(): void {
    this.#stopListening()
    this.#queue.remove(this)
    this.outbox.close()
    for (const resolve of this.#waiting.splice(0)) resolve('ignore')
  }
}
