import * as v from 'valibot'
import type { NodeLimits } from './limits.ts'

/**
 * y-webrtc's signalling protocol, version 10, as a client may speak it: JSON text messages. Earshot adds two members that other
 * clients and nodes pass over: `inbox`, an opaque name under which the sender takes signals that are for it alone in these topics,
 * and `to`, the inbox that a signal is for.
 */
export type ClientMessage =
  | { readonly type: 'subscribe'; readonly topics: readonly string[]; readonly inbox?: string | undefined }
  | { readonly type: 'unsubscribe'; readonly topics: readonly string[] }
  | {
      readonly type: 'publish'
      readonly topic: string
      /** JSON text of the signal, to be passed on as it is. */
      readonly json: string
      readonly to?: string | undefined
    }
  | { readonly type: 'ping' }

export type MessageLimits = Pick<NodeLimits, 'frameBytes' | 'topicChars' | 'topicsPerMessage' | 'inboxChars'>
export type ClientMessageDecoder = (text: string) => ClientMessage | null

/** Builds the one decoder of the wire format: a typed message, or null for anything else. It never throws. */
export function createClientMessageDecoder(limits: MessageLimits): ClientMessageDecoder {
  const topic = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.topicChars))
  const topics = v.pipe(v.array(topic), v.maxLength(limits.topicsPerMessage))
  const inbox = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.inboxChars))
  // Sealed signals are base64, which needs no escapes in JSON. Stock y-webrtc without a password sends objects.
  const data = v.union([
    v.pipe(
      v.string(),
      v.minLength(1),
      v.check(isBase64),
      v.transform((text) => `"${text}"`),
    ),
    v.pipe(
      v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
      v.transform((object) => JSON.stringify(object)),
    ),
  ])
  const schema = v.variant('type', [
    v.object({ type: v.literal('subscribe'), topics, inbox: v.optional(inbox) }),
    v.object({ type: v.literal('unsubscribe'), topics }),
    v.pipe(
      v.object({ type: v.literal('publish'), topic, data, to: v.optional(inbox) }),
      v.transform(({ type, topic, data, to }) => ({ type, topic, json: data, to })),
    ),
    v.object({ type: v.literal('ping') }),
  ])
  return (text) => {
    // UTF-8 takes at least one byte per UTF-16 unit, so a longer text cannot be a legal frame.
    if (text.length > limits.frameBytes) return null
    try {
      const result = v.safeParse(schema, JSON.parse(text), { abortEarly: true })
      return result.success ? result.output : null
    } catch {
      return null // not JSON, or nested too deeply to be read or written: not a message
    }
  }
}

/**
 * Standard base64 in its one canonical form, as all encoders write it. Decoding and encoding again is ten times faster than a regular
 * expression, and signals are most of what a node reads.
 */
const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text

/** A signal as its receivers see it; `clients` counts the topic's subscribers, the sender among them, as y-webrtc's own server does. */
export const encodePublish = (topic: string, json: string, clients: number): string =>
  `{"type":"publish","topic":${JSON.stringify(topic)},"data":${json},"clients":${clients}}`

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
