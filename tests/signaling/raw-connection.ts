import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { CommunityNode } from '../../signaling/node.ts'

/** A raw TCP connection that has said what it was told to say, and lets everything that comes lie. */
export async function rawConnection(node: CommunityNode, text: string): Promise<Socket> {
  const socket = connect(node.address().port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {}) // being reset is what these tests are about
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(text)
  return socket
}

/** What a client says to change to WebSocket (RFC 6455, 4.1). */
export const handshake = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`

export const ended = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()))
