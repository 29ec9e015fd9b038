import type { WebSocket } from 'ws'
import type { Scheduler, Unsubscribe } from '../src/domain/scheduler.ts'
import { TokenBucket } from '../src/domain/token-bucket.ts'
import type { NodeCounts } from './counts.ts'
import { spend, type FanOut } from './fan-out.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Hub, Subscriber } from './hub.ts'
import type { NodeLimits } from './limits.ts'
import { closeCodes, encodePublish, pongMessage, type ClientMessage, type ClientMessageDecoder } from './protocol.ts'

export interface ConnectionContext {
  readonly hub: Hub
  readonly decode: ClientMessageDecoder
  readonly limits: NodeLimits
  readonly scheduler: Scheduler
  readonly counts: NodeCounts
  readonly fanOut: FanOut
}

/**
 * Serves one client until its socket closes. Whatever the client does, the worst outcome is that this one socket is closed:
 * 1003 for what is no message, 1008 for a broken limit, 1009 (by `ws`) for an oversized one, 1013 for a full topic.
 * @param ofAddress what the client's address may still make the node send
 */
export function serveConnection(
  socket: WebSocket,
  ofAddress: TokenBucket,
  { hub, decode, limits, scheduler, counts, fanOut }: ConnectionContext,
): void {
  const messageTokens = new TokenBucket(scheduler, limits.messagesPerSecond, limits.messageBurst)
  const ofConnection = fanOut.ofConnection()
  let cancelGrace: Unsubscribe = () => {}

  const open = (): boolean => socket.readyState === socket.OPEN
  const refuse = (why: 'unsupported' | 'policy' | 'tryAgainLater', reason: string): void => {
    hub.leave(subscriber)
    if (!open()) return
    counts.closed[why] += 1
    socket.close(closeCodes[why], reason)
    cancelGrace = scheduler.after(limits.closeGraceMs, () => socket.terminate())
  }
  const cutOff = (why: 'slow' | 'silent'): void => {
    counts.closed[why] += 1
    socket.terminate()
  }
  const send = (text: string): void => {
    if (!open()) return
    // A client that does not read would not read a close frame either.
    if (socket.bufferedAmount > limits.bufferedBytes) cutOff('slow')
    else socket.send(text)
  }
  const subscriber: Subscriber = { deliver: send }

  /** True when the client may go on; control frames cost as much as messages, so that pings cannot flood either. */
  const withinRate = (): boolean => {
    if (!open()) return false
    if (messageTokens.take(1)) return true
    refuse('policy', 'too many messages')
    return false
  }

  const publish = ({ topic, json, to }: ClientMessage & { type: 'publish' }): void => {
    const audience = hub.audience(subscriber, topic, to)
    if (audience === null || audience.receivers.length === 0) return
    const bytes = json.length * audience.receivers.length
    // Dropped rather than punished: in a crowded room an honest client can come here, and it announces again.
    if (!spend(bytes, [ofConnection, ofAddress, audience.allowance, fanOut.total])) {
      counts.signals.dropped += 1
      return
    }
    counts.signals[to === undefined ? 'broadcast' : 'addressed'] += 1
    counts.deliveredBytes += bytes
    const text = encodePublish(topic, json, audience.members)
    for (const receiver of audience.receivers) receiver.deliver(text)
  }

  const handle = (message: ClientMessage): void => {
    switch (message.type) {
      case 'subscribe':
        for (const topic of message.topics) {
          const outcome = hub.subscribe(subscriber, topic, message.inbox)
          if (outcome === 'too-many-topics') return refuse('policy', 'too many topics')
          if (outcome === 'topic-full') return refuse('tryAgainLater', 'topic is full')
        }
        return
      case 'unsubscribe':
        for (const topic of message.topics) hub.unsubscribe(subscriber, topic)
        return
      case 'publish':
        return publish(message)
      case 'ping':
        return send(pongMessage)
    }
  }

  socket.on('message', (bytes: Buffer, isBinary) => {
    if (!withinRate()) return
    if (isBinary) return refuse('unsupported', 'text messages only')
    const message = decode(bytes.toString('utf8'))
    if (message === null) return refuse('unsupported', 'not a signalling message')
    handle(message)
  })
  socket.on('ping', withinRate)
  socket.on('pong', () => {
    if (withinRate()) heartbeat.answered()
  })

  const heartbeat = startHeartbeat(socket, scheduler, limits.heartbeatMs, () => cutOff('silent'))
  // `ws` reports protocol errors (oversized frame, bad UTF-8, reset) here and then closes the socket itself: nothing is left to do.
  socket.on('error', () => {})
  socket.on('close', () => {
    heartbeat.stop()
    cancelGrace()
    hub.leave(subscriber)
  })
}
