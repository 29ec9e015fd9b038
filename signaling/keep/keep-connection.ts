import type { WebSocket } from 'ws'
import type { RoomId } from '../../src/domain/ids.ts'
import type { Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { TokenBucket } from '../../src/domain/token-bucket.ts'
import { decodeKeepRequest, encodeKeepAnswer, type KeepAnswer, type KeepRequest } from '../../src/net/keep/keep-wire.ts'
import { startHeartbeat } from '../heartbeat.ts'
import type { NodeLimits } from '../limits.ts'
import { closeCodes } from '../protocol.ts'
import { Keeper, type Kept } from './keeper.ts'

export interface KeepContext {
  readonly keeper: Keeper
  readonly scheduler: Scheduler
  readonly limits: NodeLimits
  /** Tokens for rooms, and for bytes, of the client's address. */
  readonly rooms: TokenBucket
  readonly bytes: TokenBucket
  /** What the node may send on behalf of this client: its connection's, its address's, and in all. */
  readonly spend: (bytes: number) => boolean
  /** Whether a room's id belongs to a token. */
  readonly tokenFits: (room: RoomId, name: string) => Promise<boolean>
}

/** An answer waits this long for allowance before it is tried again, ms. */
const PACE_MS = 100

/**
 * Serves one page's questions to the keeper, one after another, until its socket closes. What is no question closes it with 1003, too many
 * with 1008, an oversized one (by `ws`) with 1009. Who does not read gets no more: the next part is sent when the last one has left.
 */
export function serveKeeping(socket: WebSocket, context: KeepContext): void {
  const { keeper, scheduler, limits, rooms, bytes, spend, tokenFits } = context
  const messages = new TokenBucket(scheduler, limits.messagesPerSecond, limits.messageBurst)
  let name: string | null = null
  let tail: Promise<void> = Promise.resolve()

  let cancelGrace: Unsubscribe = () => {}

  const open = (): boolean => socket.readyState === socket.OPEN
  const refuse = (code: number, reason: string): void => {
    socket.close(code, reason)
    // Its answer to the close must be read.
    socket.resume()
    cancelGrace = scheduler.after(limits.closeGraceMs, () => socket.terminate())
  }
  const send = async (answer: KeepAnswer): Promise<void> => {
    const message = encodeKeepAnswer(answer)
    while (open() && !spend(message.length)) await pause(scheduler, PACE_MS)
    // Fails when the socket has closed meanwhile: there is nobody left to tell.
    if (open()) await new Promise<void>((resolve) => socket.send(message, () => resolve()))
  }
  const answerWith = <T>(id: number, result: Kept<T>, answer: (value: T) => KeepAnswer): Promise<void> =>
    send(result.ok ? answer(result.value) : { type: 'refused', id, why: result.why })

  const handle = async (request: KeepRequest): Promise<void> => {
    const { id } = request
    if (request.type === 'ping') return send({ type: 'pong', id })
    if (request.type === 'open') name = Keeper.nameOf(request.token)
    const shelf = name
    if (shelf === null) return refuse(closeCodes.unsupported, 'open a room first')
    switch (request.type) {
      case 'open':
        return answerWith(id, keeper.open(shelf), (value) => ({ type: 'shelf', id, ...value }))
      case 'keep': {
        const { room = null, claim } = request
        if (room !== null && !(await tokenFits(room, shelf))) return send({ type: 'refused', id, why: 'bad' })
        const kept = keeper.keep(shelf, claim, room, () => rooms.take(1))
        return answerWith(id, kept, (value) => ({ type: 'shelf', id, ...value }))
      }
      case 'forget':
        return answerWith(id, keeper.forget(shelf, request.claim), (value) => ({ type: 'shelf', id, ...value }))
      case 'put': {
        if (!bytes.take(request.update.length)) return send({ type: 'refused', id, why: 'often' })
        return answerWith(id, await keeper.put(shelf, request.update), (left) => ({ type: 'stored', id, left }))
      }
      case 'get': {
        for (const [client, from] of request.vector)
          for (const update of keeper.updates(shelf, client, from)) {
            if (!open()) return
            await send({ type: 'update', id, update })
          }
        return send({ type: 'end', id })
      }
    }
  }

  socket.on('message', (data: Buffer, isBinary) => {
    if (!open()) return
    if (!messages.take(1)) return refuse(closeCodes.policy, 'too many messages')
    const request = isBinary ? decodeKeepRequest(data) : null
    if (request === null) return refuse(closeCodes.unsupported, 'not a question to a keeper')
    // Nothing more is read while this is being answered.
    socket.pause()
    tail = tail.then(() => handle(request)).finally(() => socket.resume())
    tail.catch(() => socket.terminate())
  })
  const heartbeat = startHeartbeat(socket, scheduler, limits.heartbeatMs, () => socket.terminate())
  socket.on('pong', heartbeat.answered)
  // Reported by `ws`, which then closes the socket itself: nothing is left to do.
  socket.on('error', () => {})
  socket.on('close', () => {
    heartbeat.stop()
    cancelGrace()
  })
}

const pause = (scheduler: Scheduler, ms: number): Promise<void> =>
  new Promise((resolve) => {
    scheduler.after(ms, resolve)
  })
