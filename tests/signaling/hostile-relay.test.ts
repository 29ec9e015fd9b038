import { createHash } from 'node:crypto'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import type { CommunityNode } from '../../signaling/node.ts'
import { ended, handshake, rawConnection } from './raw-connection.ts'
import { expectHeard, relayUrl, stockPeer, withRelay } from './stock-peer.ts'
import { expectReachable, honestPair, startNode } from './support.ts'

/**
 * Lets somebody act at the relay's door beside honest clients of both protocols, who must still hear each other afterwards. The node runs in this
 * process, so an error that nobody hears fails the test.
 */
async function attack(act: (node: CommunityNode) => Promise<void>): Promise<void> {
  const node = await startNode({}, withRelay())
  const [pair, anna] = [await honestPair(node), await stockPeer(node)]
  await act(node)
  await expectReachable(node, pair)
  await expectHeard(anna, await stockPeer(node))
}

/** A frame of WebSocket (RFC 6455, 5.2) with these two first bytes, masked with zeros: its payload stands as it is. */
const frame = (first: number, second: number, ...rest: readonly number[]): Buffer =>
  Buffer.from([first, 0x80 | second, ...rest])
const ZERO_MASK = [0, 0, 0, 0]
const noise = (seed: string): Buffer => createHash('sha512').update(seed).digest()

describe('hostile libp2p clients', () => {
  it.each([
    ['a frame of a megabyte', frame(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0, ...ZERO_MASK)],
    ['a frame that is not masked', Buffer.from([0x82, 0x02, 0, 0])],
    ['a frame of an unknown kind', frame(0x83, 1, ...ZERO_MASK, 0)],
    ['a frame with reserved bits', frame(0xf2, 1, ...ZERO_MASK, 0)],
    ['text', frame(0x81, 2, ...ZERO_MASK, 0x7b, 0x7d)],
    ['text in broken UTF-8', frame(0x81, 1, ...ZERO_MASK, 0xff)],
    [
      'endless fragments',
      Buffer.concat(Array.from({ length: 200 }, (_, at) => frame(at === 0 ? 0x02 : 0, 1, ...ZERO_MASK, 1))),
    ],
  ])('[NODE-19] %s ends its own connection only', async (_what, bytes) => {
    await attack(async (node) => {
      const socket = await rawConnection(node, handshake('/'))
      socket.write(bytes)
      socket.resume()
      await ended(socket)
    })
  })

  it('[NODE-19] resets and arbitrary bytes after the handshake end their own connections only', async () => {
    await attack(async (node) => {
      const reset = await rawConnection(node, handshake('/'))
      reset.resetAndDestroy()
      for (let seed = 0; seed < 20; seed += 1) {
        const socket = await rawConnection(node, handshake('/'))
        socket.write(noise(String(seed)))
        socket.end()
        socket.resume()
        await ended(socket)
      }
    })
  })

  it.each([
    ['at once', []],
    ['instead of a protocol', ['/multistream/1.0.0']],
    ['instead of a Noise handshake', ['/multistream/1.0.0', '/noise']],
  ])('[NODE-19] arbitrary messages %s harm nobody else', async (_when, lines) => {
    await attack(async (node) => {
      for (let seed = 0; seed < 10; seed += 1) {
        const socket = new WebSocket(relayUrl(node))
        await new Promise((resolve) => socket.once('open', resolve))
        // Each with its length in front (multistream-select).
        for (const line of lines) socket.send(Buffer.concat([Buffer.from([line.length + 1]), Buffer.from(`${line}\n`)]))
        for (let part = 0; part < 4; part += 1) socket.send(noise(`${seed} ${part}`))
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.close()
        await closed
      }
    })
  })

  it('[NODE-19] arbitrary messages on streams of every protocol that the node speaks harm nobody else', async () => {
    await attack(async (node) => {
      const eve = await stockPeer(node)
      const [connection] = eve.getConnections()
      const { protocols } = await eve.peerStore.get(connection!.remotePeer)
      for (const protocol of protocols)
        for (let seed = 0; seed < 5; seed += 1) {
          const stream = await connection!.newStream(protocol).catch(() => null)
          // A protocol of which the node takes one stream at a time.
          if (stream === null) continue
          stream.send(noise(`${protocol} ${seed}`))
          if (seed % 2 === 0) await stream.close()
          else stream.abort(new Error('gone'))
        }
    })
  })
})
