import { EarshotError } from '../../domain/errors.ts'
import type { RoomId } from '../../domain/ids.ts'
import type { Scheduler } from '../../domain/scheduler.ts'
import type { Vector } from '../../replica/room-document.ts'
import type { Pace } from '../heartbeat.ts'
import { loseWhenSilent } from '../silent-node.ts'
import {
  decodeKeepAnswer,
  encodeKeepRequest,
  type KeepAnswer,
  type KeepRefusal,
  type KeepRequest,
  type Shelf,
} from './keep-wire.ts'

/** The part of a browser's WebSocket that is used; Node's global one has it too. */
export type OpenSocket = (url: string) => WebSocket

/** The keeper said no. The message is for the person who asked. */
export class KeeperRefusal extends EarshotError {
  override name = 'KeeperRefusal'
  readonly why: KeepRefusal
  constructor(why: KeepRefusal) {
    super(refusals[why])
    this.why = why
  }
}

const refusals: Readonly<Record<KeepRefusal, string>> = {
  bad: 'The node did not understand this page. Reload it; if that does not help, the node needs an update.',
  rooms: 'The node keeps as many rooms as it has places for. Ask its host, or use another node.',
  space: 'The node has no space left to keep more. Ask its host, or use another node.',
  often: 'Too much was asked of this node from your network today. Try again tomorrow.',
  claimed: 'Somebody else asked the node to keep this room. Only on their device can that be ended.',
  failed: 'The node could not write to its disk. Ask its host.',
}

/** The keeper is gone, or never was there. Expected: it is tried again. */
export class KeeperGone extends EarshotError {
  override name = 'KeeperGone'
}

/** More patient than with a node's signals: on a slow line one part of a room (`keepUpdateBytes`) is on its way for so long. */
export const keeperPace: Pace = { beatMs: 10_000, silenceMs: 30_000 }
/** A ping is no question that anybody waits for. */
const PING_ID = 0

interface Waiting {
  readonly onUpdate: (update: Uint8Array) => Promise<unknown>
  readonly resolve: (answer: KeepAnswer) => void
  readonly reject: (error: Error) => void
}

/** Questions to one keeper and their answers. Everything rejects with KeeperGone once the connection has ended. */
export class KeeperConnection {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #opened = Promise.withResolvers<void>()
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>
  #nextId = 1
  #gone: KeeperGone | null = null
  /** Updates are taken in one after another. */
  #tail: Promise<unknown> = Promise.resolve()

  constructor(url: string, openSocket: OpenSocket, scheduler: Scheduler) {
    this.#socket = openSocket(url)
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.addEventListener('open', () => this.#opened.resolve())
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    const stopWatching = loseWhenSilent(
      this.#socket,
      () => this.#send({ type: 'ping', id: PING_ID }),
      scheduler,
      keeperPace,
    )
    const end = (): void => {
      stopWatching()
      const gone = new KeeperGone('The node that keeps this room is out of reach. It is tried again by itself.')
      this.#gone = gone
      this.#opened.reject(gone)
      for (const { reject } of this.#waiting.values()) reject(gone)
      this.#waiting.clear()
      resolve()
    }
    this.#socket.addEventListener('error', end)
    this.#socket.addEventListener('close', end)
    // Told by each question that waits for it.
    this.#opened.promise.catch(() => undefined)
  }

  open(token: Uint8Array): Promise<Shelf> {
    return this.#askShelf((id) => ({ type: 'open', id, token }))
  }

  keep(claim: Uint8Array, room: RoomId | undefined): Promise<Shelf> {
    return this.#askShelf((id) => ({ type: 'keep', id, claim, ...(room === undefined ? {} : { room }) }))
  }

  forget(claim: Uint8Array): Promise<Shelf> {
    return this.#askShelf((id) => ({ type: 'forget', id, claim }))
  }

  /** Resolves when the update would survive a crash of the keeper, with the number of records that it could not take. @throws KeeperRefusal */
  async put(update: Uint8Array): Promise<number> {
    const answer = await this.#ask((id) => ({ type: 'put', id, update }))
    return answer.type === 'stored' ? answer.left : this.#unexpected()
  }

  /** Hands over what is kept, one update after another. */
  async get(vector: Vector, onUpdate: (update: Uint8Array) => Promise<unknown>): Promise<void> {
    const answer = await this.#ask((id) => ({ type: 'get', id, vector }), onUpdate)
    if (answer.type !== 'end') this.#unexpected()
  }

  close(): void {
    this.#socket.close()
  }

  async #askShelf(request: (id: number) => KeepRequest): Promise<Shelf> {
    const answer = await this.#ask(request)
    return answer.type === 'shelf' ? answer : this.#unexpected()
  }

  async #ask(
    request: (id: number) => KeepRequest,
    onUpdate: Waiting['onUpdate'] = async () => this.#unexpected(),
  ): Promise<KeepAnswer> {
    await this.#opened.promise
    if (this.#gone !== null) throw this.#gone
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<KeepAnswer>()
    this.#waiting.set(id, { onUpdate, resolve, reject })
    this.#send(request(id))
    const answer = await promise
    if (answer.type === 'refused') throw new KeeperRefusal(answer.why)
    return answer
  }

  #send(request: KeepRequest): void {
    this.#socket.send(encodeKeepRequest(request) as Uint8Array<ArrayBuffer>)
  }

  #receive(data: unknown): void {
    const answer = data instanceof ArrayBuffer ? decodeKeepAnswer(new Uint8Array(data)) : null
    if (answer?.type === 'pong') return
    const waiting = answer === null ? undefined : this.#waiting.get(answer.id)
    // Not a keeper of ours, or one that answers what nobody asked.
    if (answer === null || waiting === undefined) return this.close()
    this.#tail = this.#tail.then(async () => {
      if (answer.type === 'update') return void (await waiting.onUpdate(answer.update).catch(waiting.reject))
      this.#waiting.delete(answer.id)
      waiting.resolve(answer)
    })
  }

  #unexpected(): never {
    this.close()
    throw new KeeperGone('The node that keeps this room says what this page does not understand. Reload the page.')
  }
}
