import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { NodeEvent } from '../../signaling/log.ts'
import type { CommunityNode } from '../../signaling/node.ts'
import { expectHeard, relayUrl, stockPeer, withRelay } from './stock-peer.ts'
import { expectReachable, honestPair, startNode } from './support.ts'

async function metric(node: CommunityNode, name: string): Promise<number> {
  const text = await (await fetch(`${node.address().url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

describe('libp2p on the node’s port', () => {
  it('[NODE-50] stock peers gossip and are called through the node, beside signalling on the same port', async () => {
    const node = await startNode({}, withRelay())
    const pair = await honestPair(node)
    const [anna, ben] = [await stockPeer(node), await stockPeer(node)]
    await expectHeard(anna, ben)
    await expect.poll(() => metric(node, 'earshot_relay_reservations')).toBe(2)
    expect(await metric(node, 'earshot_connections')).toBe(4)
    expect(await metric(node, 'earshot_relay_topics')).toBe(1)
    await expectReachable(node, pair)
  })

  it('[NODE-50] its sockets take places like any other, and without a relay they are refused', async () => {
    const full = await startNode({ connectionsPerAddress: 1 }, withRelay())
    await stockPeer(full)
    const status = (url: string): Promise<string> =>
      new Promise((resolve) => new WebSocket(url).on('error', (error) => resolve(error.message)))
    expect(await status(relayUrl(full))).toContain('503')
    expect(await status(relayUrl(await startNode()))).toContain('404')
  })

  it('[NODE-53] names the other nodes that it is connected to, never cached', async () => {
    const south = await startNode({}, withRelay())
    const north = await startNode({}, withRelay([relayUrl(south)]))
    const named = async (node: CommunityNode): Promise<unknown> => {
      const response = await fetch(`${node.address().url}/nodes`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      return response.json()
    }
    await expect.poll(() => named(north)).toEqual({ nodes: [{ url: relayUrl(south), relay: expect.any(String) }] })
    expect(await named(south)).toEqual({ nodes: [] })
    await south.close()
    await expect.poll(() => named(north)).toEqual({ nodes: [] })
    expect(await named(await startNode())).toEqual({ nodes: [] })
  })

  it('[NODE-56] tells once when another node was reached, and once when it is out of reach', async () => {
    const south = await startNode({}, withRelay())
    const { port } = south.address()
    const events: NodeEvent[] = []
    const url = relayUrl(south)
    const north = await startNode({}, { ...withRelay([url]), log: (event) => events.push(event) })
    const told = (): readonly NodeEvent[] => events.filter(({ event }) => event === 'peer')
    const reached = { event: 'peer', url, reached: true }
    const lost = { event: 'peer', url, reached: false }
    await expect.poll(told).toEqual([reached])
    expect(await metric(north, 'earshot_relay_peers')).toBe(1)
    await south.close()
    await expect.poll(told).toEqual([reached, lost])
    expect(await metric(north, 'earshot_relay_peers')).toBe(0)
    // Longer than two tries take.
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    await startNode({}, { ...withRelay(), port })
    await expect.poll(told, { timeout: 20_000 }).toEqual([reached, lost, reached])
  })

  it('[NODE-51] members behind two nodes hear one another, and again after a restart', async () => {
    const north = await startNode({}, withRelay())
    const south = await startNode({}, withRelay([relayUrl(north)]))
    await expectHeard(await stockPeer(north), await stockPeer(south))
    const { port } = north.address()
    await north.close()
    const again = await startNode({}, { ...withRelay(), port })
    await expectHeard(await stockPeer(south), await stockPeer(again))
  })
})
