import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import type { CommunityNode, NodeOptions } from '../../signaling/node.ts'
import { addressOfUrl } from '../../src/net/libp2p/meeting-point.ts'
import { gossipTopic } from '../../src/net/libp2p/wire.ts'
import { startStockPeer, type StockPeer } from '../support/stock-peer.ts'

export const relayUrl = (node: CommunityNode): string => node.address().url.replace('http', 'ws')

/** A node with a relay that knows these other nodes. */
export const withRelay = (peers: readonly string[] = []): Partial<NodeOptions> => ({
  relay: { random: Math.random, peers },
})

/** One that is connected to the node, until the test ends; `url` is another way there. */
export async function stockPeer(node: CommunityNode, url = relayUrl(node)): Promise<StockPeer> {
  const peer = await startStockPeer()
  onTestFinished(() => peer.stop())
  await peer.dial(addressOfUrl(url))
  return peer
}

/** A way to the node on which whoever takes it comes from another address of this machine: its URL. */
export async function fromAddress(address: string, node: CommunityNode): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ port: node.address().port, host: '127.0.0.1', localAddress: address })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one.on('error', () => {}).on('close', () => other.destroy()))
      one.pipe(other)
    }
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A room's. */
export const topic = gossipTopic('n'.repeat(43))

/** Lets `from` speak until `to` has heard it. */
export async function expectHeard(from: StockPeer, to: StockPeer): Promise<void> {
  let heard = 0
  to.services.pubsub.addEventListener('message', () => (heard += 1))
  for (const { services } of [from, to]) services.pubsub.subscribe(topic)
  await expect
    .poll(async () => {
      await from.services.pubsub.publish(topic, new TextEncoder().encode(String(performance.now())))
      return heard
    })
    .toBeGreaterThan(0)
}
