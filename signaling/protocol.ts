import * as v from 'valibot'
import type { NodeLimits } from './limits.ts'

/**
 * y-webrtc's signalling protocol, version 10, as a client may speak it: JSON text messages.
 * One thing is narrower than in y-webrtc: `data` must be base64 text. That is the form of sealed signals, and Earshot seals all
 * of them; so the node cannot be used to pass anything in clear, by mistake or on purpose.
 */
export type ClientMessage =
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly topics: readonly string[] }
  | { readonly type: 'publish'; readonly topic: string; readonly data: string }
  | { readonly type: 'ping' }

export type MessageLimits = Pick<NodeLimits, 'frameBytes' | 'topicChars' | 'topicsPerMessage'>
export type ClientMessageDecoder = (text: string) => ClientMessage | null

/** Builds the one decoder of the wire format: a typed message, or null for anything else. It never throws. */
export function createClientMessageDecoder(limits: MessageLimits): ClientMessageDecoder {
  const topic = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.topicChars))
  const topics = v.pipe(v.array(topic), v.maxLength(limits.topicsPerMessage))
  const schema = v.variant('type', [
    v.object({ type: v.literal('subscribe'), topics }),
    v.object({ type: v.literal('unsubscribe'), topics }),
    v.object({ type: v.literal('publish'), topic, data: v.pipe(v.string(), v.minLength(1), v.base64()) }),
    v.object({ type: v.literal('ping') }),
  ])
  return (text) => {
    // UTF-8 takes at least one byte per UTF-16 unit, so a longer text cannot be a legal frame.
    if (text.length > limits.frameBytes) return null
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return null // not JSON (or nested too deeply for the parser): not a message
    }
    const result = v.safeParse(schema, value, { abortEarly: true })
    return result.success ? result.output : null
  }
}

/** A signal as its receivers see it; `clients` counts the topic's subscribers, the sender among them, as y-webrtc's own server does. */
export const encodePublish = (topic: string, data: string, clients: number): string =>
  JSON.stringify({ type: 'publish', topic, data, clients })

export const pongMessage = JSON.stringify({ type: 'pong' })

/** Close codes (RFC 6455, section 7.4.1, and the IANA registry) that the node uses. An oversized frame is answered 1009 by `ws` itself. */
export const closeCodes = {
  /** The node stops. */
  goingAway: 1001,
  /** Binary, or text that is no message of the protocol. */
  unsupported: 1003,
  /** A limit was broken. */
  policy: 1008,
  /** The topic is full. */
  tryAgainLater: 1013,
} as const
