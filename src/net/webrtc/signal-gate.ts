/**
 * Stands between y-webrtc and its connection to a node. Outwards only what we mean to say passes, sealed; inwards only what was sealed
 * with the room's key, has the right form, and is wanted. y-webrtc itself trusts whatever a node sends: bad JSON, an unknown answer or a
 * foreign candidate make it throw.
 */
import type { SignalingConn } from 'y-webrtc'
import type { Unsubscribe } from '../../domain/scheduler.ts'
import { limits } from '../../domain/limits.ts'

export interface TopicGate {
  /** y-webrtc wishes to hear the topic; `send` subscribes, with the inbox for signals that are for this page alone. */
  subscribe(send: (inbox?: string) => void): void
  /** y-webrtc wishes to publish `data` in clear; `send` publishes a sealed text. */
  outbound(data: unknown, send: (text: string, to?: string) => void): void
  /** A node published `text`; `deliver` makes y-webrtc act on a message as if it had come in clear. */
  inbound(text: string, deliver: (data: unknown) => void): void
}

/** Kept on the connection itself, whose `send` is wrapped once. */
const gatesKey = Symbol.for('earshot.signal-gates')
type Gates = Map<string, TopicGate>
type GatedConn = SignalingConn & { [gatesKey]?: Gates }

/** Guards `topic` on `conn`. From the first call on, the connection passes nothing for topics that have no gate. */
export function gateTopic(conn: SignalingConn, topic: string, gate: TopicGate): Unsubscribe {
  const gates = (conn as GatedConn)[gatesKey] ?? install(conn)
  gates.set(topic, gate)
  return () => {
    if (gates.get(topic) === gate) gates.delete(topic)
  }
}

/** Publishes a text that is sealed already, to one inbox or to all. Does nothing while the node is out of reach. */
export const publishSealed = (conn: SignalingConn, topic: string, text: string, to?: string): void =>
  conn.send({ type: 'publish', topic, data: text, to })

/** Makes y-webrtc act on a signal as if the node had published it in clear. */
export const deliverSignal = (conn: SignalingConn, topic: string, data: unknown): void =>
  conn.emit('message', [{ type: 'publish', topic, data }, conn])

function install(conn: GatedConn): Gates {
  const gates: Gates = new Map()
  conn[gatesKey] = gates
  const sendRaw = conn.send.bind(conn)
  const sendOpen = (message: unknown): void => {
    // A socket that is still connecting throws; one that is closing stays silent. Both are told again after the next connect.
    if (conn.connected) sendRaw(message)
  }
  conn.send = (message) => passOutwards(message, gates, sendOpen)
  const guardSocket = (): void => {
    const socket = conn.ws
    if (socket === null) return
    const original = socket.onmessage
    socket.onmessage = (event) => {
      if (isPong(event.data)) original?.call(socket, event)
      else passInwards(event.data, gates, conn)
    }
  }
  // lib0 makes a new socket for each reconnect and tells so synchronously when it opens: before its first message.
  conn.on('connect', guardSocket)
  if (conn.connected) guardSocket()
  return gates
}

function passOutwards(message: unknown, gates: Gates, sendRaw: (message: unknown) => void): void {
  const { type, topic, topics, data } = message as { type: string; topic?: string; topics?: string[]; data?: unknown }
  if (type === 'ping') return sendRaw(message)
  if (type === 'subscribe' || type === 'unsubscribe') {
    for (const name of topics ?? []) {
      const gate = gates.get(name)
      if (type === 'unsubscribe' && gate !== undefined) sendRaw({ type, topics: [name] })
      else gate?.subscribe((inbox) => sendRaw({ type, topics: [name], inbox }))
    }
    return
  }
  const gate = topic === undefined ? undefined : gates.get(topic)
  if (type !== 'publish' || gate === undefined) return
  if (typeof data === 'string') return sendRaw(message)
  gate.outbound(data, (text, to) => sendRaw({ type: 'publish', topic, data: text, to }))
}

function passInwards(frame: unknown, gates: Gates, conn: SignalingConn): void {
  const message = parse(frame)
  if (message?.type !== 'publish' || typeof message.topic !== 'string' || typeof message.data !== 'string') return
  const { topic, data } = message
  gates.get(topic)?.inbound(data, (signal) => deliverSignal(conn, topic, signal))
}

/** lib0 must see pongs: without one in 30 s it gives the connection up. */
const isPong = (frame: unknown): boolean => parse(frame)?.type === 'pong'

function parse(frame: unknown): { type?: unknown; topic?: unknown; data?: unknown } | null {
  // The envelope around a sealed text is short.
  if (typeof frame !== 'string' || frame.length > limits.signalChars + 1_024) return null
  try {
    const value: unknown = JSON.parse(frame)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null // a node that speaks no JSON is a node that says nothing
  }
}
