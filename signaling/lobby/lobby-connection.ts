import type { WebSocket } from 'ws'
import type { Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { TokenBucket } from '../../src/domain/token-bucket.ts'
import { LISTEN, PING, PONG } from '../../src/net/lobby/lobby-client.ts'
import { startHeartbeat } from '../heartbeat.ts'
import type { NodeLimits } from '../limits.ts'
import { closeCodes } from '../protocol.ts'
import type { Lobby } from './lobby.ts'

export interface LobbyContext {
  readonly lobby: Lobby
  readonly scheduler: Scheduler
  readonly limits: NodeLimits
  /** Whose places the client takes: an address. */
  readonly source: string
  /** What the node may send on behalf of this client. */
  readonly spend: (bytes: number) => boolean
}

/**
 * Serves one page: takes its cards, and gives it those of others once it has asked. What is neither closes it with 1003, too much with 1008;
 * who does not read is cut off.
 */
export function serveLobby(socket: WebSocket, { lobby, scheduler, limits, source, spend }: LobbyContext): void {
  const pings = new TokenBucket(scheduler, limits.messagesPerSecond, limits.messageBurst)
  const cards = new TokenBucket(scheduler, limits.cardsPerMinute / 60, limits.cardBurst)
  let stopListening: Unsubscribe | null = null
  let cancelGrace: Unsubscribe = () => {}

  const open = (): boolean => socket.readyState === socket.OPEN
  const refuse = (code: number, reason: string): void => {
    socket.close(code, reason)
    cancelGrace = scheduler.after(limits.closeGraceMs, () => socket.terminate())
  }
  const send = (message: Uint8Array | string): void => {
    if (!open()) return
    if (socket.bufferedAmount > limits.bufferedBytes) socket.terminate()
    // What there is no allowance for is left out: each card comes again within a minute.
    else if (spend(message.length)) socket.send(message)
  }
  const listen = (): void => {
    if (stopListening !== null) return
    for (const bytes of lobby.cards()) send(bytes)
    stopListening = lobby.listen(send)
  }

  socket.on('message', (data: Buffer, isBinary) => {
    if (!open()) return
    const word = isBinary ? null : data.toString('utf8')
    if (word === PING) return pings.take(1) ? send(PONG) : refuse(closeCodes.policy, 'too many pings')
    if (!cards.take(1)) return refuse(closeCodes.policy, 'too many cards')
    if (word === LISTEN) return listen()
    if (word !== null) return refuse(closeCodes.unsupported, 'not a word of the lobby')
    void lobby.post(new Uint8Array(data), source).then((verdict) => {
      if (verdict === 'reject' && open()) refuse(closeCodes.unsupported, 'not a card of an open room')
    })
  })
  const heartbeat = startHeartbeat(socket, scheduler, limits.heartbeatMs, () => socket.terminate())
  socket.on('pong', heartbeat.answered)
  // Reported by `ws`, which then closes the socket itself: nothing is left to do.
  socket.on('error', () => {})
  socket.on('close', () => {
    heartbeat.stop()
    cancelGrace()
    stopListening?.()
  })
}
