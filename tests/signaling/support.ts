import { expect, onTestFinished } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import type { NodeLimits } from '../../signaling/limits.ts'
import { createNode, type CommunityNode, type NodeOptions } from '../../signaling/node.ts'

/** A node on a free port that is closed when the test ends. */
export async function startNode(
  limits: Partial<NodeLimits> = {},
  options: Partial<NodeOptions> = {},
): Promise<CommunityNode> {
  const node = createNode({ port: 0, host: '127.0.0.1', log: () => {}, limits, ...options })
  onTestFinished(() => node.close())
  await node.ready
  return node
}

export interface TestClient {
  readonly socket: WebSocket
  send(message: unknown): void
  /** The next message, parsed. */
  next(): Promise<unknown>
  /** Resolves with code and reason when the node has closed the connection. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** A connected client that keeps what it receives. */
export async function connect(node: CommunityNode, options: ClientOptions = {}): Promise<TestClient> {
  const socket = new WebSocket(node.address().signalUrl, options)
  onTestFinished(() => socket.terminate())
  const received: unknown[] = []
  let wake = (): void => {}
  socket.on('message', (bytes: Buffer) => {
    received.push(JSON.parse(bytes.toString('utf8')))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })),
  )
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => {}) // a hostile client may be reset while it writes; `closed` tells the outcome
  return {
    socket,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    async next() {
      while (received.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return received.shift()
    },
  }
}

/** Sends all earlier messages through: the node handles one connection's messages in order, so its pong comes after them. */
export async function settle(client: TestClient): Promise<void> {
  client.send({ type: 'ping' })
  expect(await client.next()).toEqual({ type: 'pong' })
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Two honest clients that share a topic. */
export interface Pair {
  readonly anna: TestClient
  readonly ben: TestClient
  readonly topic: string
}

export async function honestPair(node: CommunityNode, topic = 'a-room'): Promise<Pair> {
  const [anna, ben] = [await connect(node), await connect(node)]
  for (const client of [anna, ben]) {
    client.send({ type: 'subscribe', topics: [topic] })
    await settle(client)
  }
  return { anna, ben, topic }
}

/** Both hear each other, and newcomers get in as well. */
export async function expectReachable(
  node: CommunityNode,
  { anna, ben, topic }: Pair,
  options: ClientOptions = {},
): Promise<void> {
  anna.send({ type: 'publish', topic, data: base64('from Anna') })
  expect(await ben.next()).toEqual({ type: 'publish', topic, data: base64('from Anna'), clients: 2 })
  ben.send({ type: 'publish', topic, data: base64('from Ben') })
  expect(await anna.next()).toEqual({ type: 'publish', topic, data: base64('from Ben'), clients: 2 })
  await settle(await connect(node, options))
}
