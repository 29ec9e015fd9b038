import { describe, expect, it } from 'vitest'
import { base64, connect, expectReachable, honestPair, settle, startNode } from './support.ts'

describe('signalling on /signal', () => {
  it('[NODE-1] hands a signal to all other subscribers of its topic, with the number of subscribers', async () => {
    const node = await startNode()
    await expectReachable(node, await honestPair(node))
  })

  it('[NODE-1] does not send a signal back to its sender, nor to other topics', async () => {
    const node = await startNode()
    const { anna, topic } = await honestPair(node)
    const other = await connect(node)
    other.send({ type: 'subscribe', topics: ['another-room'] })
    await settle(other)
    anna.send({ type: 'publish', topic, data: base64('hello') })
    await settle(anna) // the pong is the next thing that Anna gets: her own signal did not come before it
    await settle(other)
  })

  it('[NODE-2] answers ping with pong', async () => {
    await settle(await connect(await startNode()))
  })

  it('[NODE-3] stops after unsubscribe, and counts subscribers anew', async () => {
    const node = await startNode()
    const { anna, ben, topic } = await honestPair(node)
    const carl = await connect(node)
    carl.send({ type: 'subscribe', topics: [topic, topic] })
    carl.send({ type: 'subscribe', topics: [topic] })
    await settle(carl)
    ben.send({ type: 'unsubscribe', topics: [topic, 'never-subscribed'] })
    await settle(ben)
    anna.send({ type: 'publish', topic, data: base64('x') })
    expect(await carl.next()).toMatchObject({ clients: 2 })
    await settle(ben)
  })

  it('[NODE-4] takes no signal from outside a topic', async () => {
    const node = await startNode()
    const pair = await honestPair(node)
    const outsider = await connect(node)
    outsider.send({ type: 'publish', topic: pair.topic, data: base64('let me in') })
    await settle(outsider)
    await expectReachable(node, pair)
  })

  it('[NODE-5] keeps nothing of a connection that has ended', async () => {
    const node = await startNode()
    const health = async (): Promise<unknown> => (await fetch(`${node.address().url}/health`)).json()
    const { anna, ben } = await honestPair(node)
    expect(await health()).toEqual({ ok: true, connections: 2, topics: 1 })
    anna.socket.close()
    ben.socket.terminate()
    await expect.poll(health).toEqual({ ok: true, connections: 0, topics: 0 })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../etc/passwd', '🎧'])(
    '[NODE-6] treats %s as a topic like any other',
    async (topic) => {
      const node = await startNode()
      await expectReachable(node, await honestPair(node, topic))
      expect(({} as Record<string, unknown>)['clients']).toBeUndefined()
    },
  )

  it('[NODE-7] serves signals at /signal only', async () => {
    const node = await startNode()
    const elsewhere = {
      ...node,
      address: () => ({ ...node.address(), signalUrl: node.address().signalUrl.replace('signal', 'other') }),
    }
    await expect(connect(elsewhere)).rejects.toThrow('404')
    await settle(await connect(node))
  })

  it('[NODE-8] tells its clients when it stops, and frees its port', async () => {
    const node = await startNode()
    const client = await connect(node)
    const { port } = node.address()
    await node.close()
    expect(await client.closed).toEqual({ code: 1001, reason: 'the node stops' })
    const successor = await startNode({}, { port })
    await settle(await connect(successor))
  })

  it('[NODE-8] stops even when a client never answers the close', async () => {
    const node = await startNode({ closeGraceMs: 20 })
    const client = await connect(node)
    client.socket.pause()
    await node.close()
    expect(() => node.address()).toThrow('does not listen')
  })
})
