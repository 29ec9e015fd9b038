import type { WebSocket } from 'ws'
import type { Scheduler, Unsubscribe } from '../src/domain/scheduler.ts'
import type { Hub, Subscriber } from './hub.ts'
import type { NodeLimits } from './limits.ts'
import { closeCodes, pongMessage, type ClientMessage, type ClientMessageDecoder } from './protocol.ts'
import { TokenBucket } from '../src/domain/token-bucket.ts'

export interface ConnectionContext {
  readonly hub: Hub
  readonly decode: ClientMessageDecoder
  readonly limits: NodeLimits
  readonly scheduler: Scheduler
}

/**
 * Serves one client until its socket closes. Whatever the client does, the worst outcome is that this one socket is closed:
 * 1003 for what is no message, 1008 for a broken limit, 1009 (by `ws`) for an oversized one, 1013 for a full topic.
 */
export function serveConnection(socket: WebSocket, { hub, decode, limits, scheduler }: ConnectionContext): void {
  const messageTokens = new TokenBucket(scheduler, limits.messagesPerSecond, limits.messageBurst)
  const fanOutTokens = new TokenBucket(scheduler, limits.fanOutBytesPerSecond, limits.fanOutBurstBytes)
  let answeredPing = true
  let cancelGrace: Unsubscribe = () => {}

  const open = (): boolean => socket.readyState === socket.OPEN
  const refuse = (code: number, reason: string): void => {
    hub.leave(subscriber)
    if (!open()) return
    socket.close(code, reason)
    cancelGrace = scheduler.after(limits.closeGraceMs, () => socket.terminate())
  }
  const send = (text: string): void => {
    if (!open()) return
    // A client that does not read would not read a close frame either.
    if (socket.bufferedAmount > limits.bufferedBytes) socket.terminate()
    else socket.send(text)
  }
  const subscriber: Subscriber = { deliver: send }

  /** True when the client may go on; control frames cost as much as messages, so that pings cannot flood either. */
  const withinRate = (): boolean => {
    if (!open()) return false
    if (messageTokens.take(1)) return true
    refuse(closeCodes.policy, 'too many messages')
    return false
  }

  const handle = (message: ClientMessage): void => {
    switch (message.type) {
      case 'subscribe':
        for (const topic of message.topics) {
          const outcome = hub.subscribe(subscriber, topic)
          if (outcome === 'too-many-topics') return refuse(closeCodes.policy, 'too many topics')
          if (outcome === 'topic-full') return refuse(closeCodes.tryAgainLater, 'topic is full')
        }
        return
      case 'unsubscribe':
        for (const topic of message.topics) hub.unsubscribe(subscriber, topic)
        return
      case 'publish':
        // Dropped rather than punished: in a crowded room an honest client can come here, and y-webrtc announces again.
        if (!fanOutTokens.take(message.data.length * hub.audience(subscriber, message.topic))) return
        return hub.publish(subscriber, message.topic, message.data)
      case 'ping':
        return send(pongMessage)
    }
  }

  socket.on('message', (bytes: Buffer, isBinary) => {
    if (!withinRate()) return
    if (isBinary) return refuse(closeCodes.unsupported, 'text messages only')
    const message = decode(bytes.toString('utf8'))
    if (message === null) return refuse(closeCodes.unsupported, 'not a signalling message')
    handle(message)
  })
  socket.on('ping', withinRate)
  socket.on('pong', () => {
    if (withinRate()) answeredPing = true
  })

  const stopHeartbeat = scheduler.every(limits.heartbeatMs, () => {
    if (!answeredPing) return socket.terminate()
    answeredPing = false
    if (open()) socket.ping()
  })
  // `ws` reports protocol errors (oversized frame, bad UTF-8, reset) here and then closes the socket itself: nothing is left to do.
  socket.on('error', () => {})
  socket.on('close', () => {
    stopHeartbeat()
    cancelGrace()
    hub.leave(subscriber)
  })
}
