import { describe, expect, it } from 'vitest'
import { parseTrustedProxies } from '../../signaling/client-address.ts'
import { expectHeard, fromAddress, stockPeer, topic, withRelay } from './stock-peer.ts'
import { connect, honestPair, settle, startNode, type TestClient } from './support.ts'

describe('what the node sends on behalf of others', () => {
  it.each([
    'fanOutBytesPerSecond',
    'addressFanOutBytesPerSecond',
    'topicFanOutBytesPerSecond',
    'totalFanOutBytesPerSecond',
  ])('[NODE-17] drops signals beyond %s, and goes on afterwards', async (limit) => {
    const node = await startNode({ [limit]: 1_000, fanOutBurstMs: 10_000 })
    const { anna, ben, topic } = await honestPair(node)
    anna.send({ type: 'publish', topic, data: 'A'.repeat(8_000) })
    anna.send({ type: 'publish', topic, data: 'B'.repeat(8_000) })
    anna.send({ type: 'publish', topic, data: 'C'.repeat(800) })
    expect(await ben.next()).toMatchObject({ data: 'A'.repeat(8_000) })
    expect(await ben.next()).toMatchObject({ data: 'C'.repeat(800) })
  })

  it('[NODE-17] an address that has used up its share takes nothing from what is in all', async () => {
    const limits = { addressFanOutBytesPerSecond: 1_000, totalFanOutBytesPerSecond: 2_000, fanOutBurstMs: 10_000 }
    const node = await startNode(limits, { proxies: parseTrustedProxies('loopback') })
    const from = (address: string): Promise<TestClient> => connect(node, { headers: { 'X-Forwarded-For': address } })
    const [loud, quiet] = [await from('203.0.113.1'), await from('203.0.113.2')]
    for (const client of [loud, quiet]) {
      client.send({ type: 'subscribe', topics: ['a-room'] })
      await settle(client)
    }
    for (let i = 0; i < 50; i += 1) loud.send({ type: 'publish', topic: 'a-room', data: 'A'.repeat(8_000) })
    await settle(loud)
    quiet.send({ type: 'publish', topic: 'a-room', data: 'B'.repeat(8_000) })
    expect(await loud.next()).toMatchObject({ data: 'B'.repeat(8_000) })
  })

  it('[LIB-25] an address that floods a room by gossip, from as many connections as it likes, keeps nobody else from it', async () => {
    const node = await startNode({ addressFanOutBytesPerSecond: 1_000, fanOutBurstMs: 20_000 }, withRelay())
    const elsewhere = await fromAddress('127.0.0.2', node)
    const [ada, ben] = [await stockPeer(node, elsewhere), await stockPeer(node, elsewhere)]
    const loud = [await stockPeer(node), await stockPeer(node)]
    const floods = new Set<string>()
    ben.services.pubsub.addEventListener('message', ({ detail: { data } }) => {
      if (data.length === 1_000) floods.add(new TextDecoder().decode(data))
    })
    for (const each of loud) await expectHeard(each, ben)
    for (let i = 0; i < 100; i += 1)
      for (const [at, { services }] of loud.entries())
        await services.pubsub.publish(topic, new TextEncoder().encode(`flood ${at} ${i} `.padEnd(1_000)))
    await expectHeard(ada, ben)
    // Of 20,000 bytes, what goes to three or four at a time.
    await expect.poll(() => floods.size).toBeGreaterThan(0)
    expect(floods.size).toBeLessThan(20)
  })
})
