import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { defaultNodeLimits } from '../../signaling/limits.ts'
import type { CommunityNode } from '../../signaling/node.ts'
import { createNodeScheduler } from '../../signaling/scheduler.ts'
import type { Scheduler } from '../../src/domain/scheduler.ts'
import { ended, handshake, rawConnection } from './raw-connection.ts'
import { base64, connect, expectReachable, honestPair, settle, startNode, type TestClient } from './support.ts'

/** Lets a hostile client act beside two honest ones, who must still hear each other afterwards. */
async function attack(
  act: (client: TestClient, node: CommunityNode) => Promise<void>,
  node?: CommunityNode,
): Promise<void> {
  const target = node ?? (await startNode())
  const pair = await honestPair(target)
  await act(await connect(target), target)
  await expectReachable(target, pair)
}

/** A scheduler whose periods pass when the test says so. */
function manualHeartbeat(): { readonly scheduler: Scheduler; beat(): void } {
  const tasks = new Set<() => void>()
  const scheduler: Scheduler = {
    ...createNodeScheduler(),
    every(_periodMs, task) {
      tasks.add(task)
      return () => void tasks.delete(task)
    },
  }
  return {
    scheduler,
    beat: () => {
      for (const task of tasks) task()
    },
  }
}

describe('hostile clients', () => {
  it.each([
    ['broken JSON', '{"type":"subscribe","topics":'],
    ['an empty message', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"shutdown"}'],
    ['a type that is an object', '{"type":{"toString":"x"}}'],
    ['topics that are no list', '{"type":"subscribe","topics":"room"}'],
    ['topics that are an object with a length', '{"type":"subscribe","topics":{"length":1e9}}'],
    ['topics of other types', '{"type":"subscribe","topics":[1,null,{}]}'],
    ['no topics', '{"type":"unsubscribe"}'],
    ['an empty topic', '{"type":"subscribe","topics":[""]}'],
    [
      'an overlong topic',
      JSON.stringify({ type: 'subscribe', topics: ['x'.repeat(defaultNodeLimits.topicChars + 1)] }),
    ],
    [
      'too many topics in one message',
      JSON.stringify({ type: 'subscribe', topics: Array.from({ length: 65 }, String) }),
    ],
    ['a signal that is a list', '{"type":"publish","topic":"a-room","data":[1]}'],
    ['an inbox that is no text', '{"type":"subscribe","topics":["a-room"],"inbox":7}'],
    ['an empty addressee', '{"type":"publish","topic":"a-room","data":"aGk=","to":""}'],
    ['a signal that is not base64', '{"type":"publish","topic":"a-room","data":"hello there!"}'],
    ['a topic that is an array', '{"type":"publish","topic":["a-room"],"data":"aGk="}'],
    ['deep nesting', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['deep nesting inside a message', `{"type":"ping","x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},"type":[]}`],
  ])('[NODE-10] closes a client that sends %s with 1003', async (_name, text) => {
    await attack(async (client) => {
      client.socket.send(text)
      expect(await client.closed).toEqual({ code: 1003, reason: 'not a signalling message' })
    })
  })

  it('[NODE-10] closes a client that sends binary with 1003', async () => {
    await attack(async (client) => {
      client.socket.send(Buffer.from('{"type":"ping"}'))
      expect(await client.closed).toEqual({ code: 1003, reason: 'text messages only' })
    })
  })

  it('[NODE-10] closes a client that sends broken UTF-8 with 1007', async () => {
    await attack(async (client) => {
      client.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false })
      expect((await client.closed).code).toBe(1007)
    })
  })

  it('[NODE-11] closes a client that sends an oversized frame with 1009', async () => {
    await attack(async (client) => {
      client.socket.send('x'.repeat(defaultNodeLimits.frameBytes + 1))
      expect((await client.closed).code).toBe(1009)
    })
  })

  it('[NODE-11] passes a frame of exactly the largest size', async () => {
    const node = await startNode()
    const { anna, ben, topic } = await honestPair(node)
    const envelope = JSON.stringify({ type: 'publish', topic, data: '' }).length
    const data = 'A'.repeat(Math.floor((defaultNodeLimits.frameBytes - envelope) / 4) * 4)
    anna.send({ type: 'publish', topic, data })
    expect(await ben.next()).toMatchObject({ data })
  })

  it('[NODE-11] closes a client that sends one message in endless fragments', async () => {
    await attack(async (client) => {
      for (let i = 0; i <= defaultNodeLimits.frameFragments; i += 1) client.socket.send('x', { fin: false })
      expect((await client.closed).code).toBe(1008)
    })
  })

  it('[NODE-12] closes a client that floods with 10,000 messages with 1008, and delivers no more than the burst', async () => {
    const node = await startNode()
    const pair = await honestPair(node)
    const [flooder, witness] = [await connect(node), await connect(node)]
    for (const client of [flooder, witness]) {
      client.send({ type: 'subscribe', topics: ['flooded'] })
      await settle(client)
    }
    for (let i = 0; i < 10_000; i += 1) flooder.send({ type: 'publish', topic: 'flooded', data: base64(String(i)) })
    expect(await flooder.closed).toEqual({ code: 1008, reason: 'too many messages' })
    witness.send({ type: 'ping' })
    let heard = 0
    while (((await witness.next()) as { type: string }).type !== 'pong') heard += 1
    expect(heard).toBeGreaterThan(0)
    // A slow machine may refill for a second or two while the flood lasts.
    expect(heard).toBeLessThan(defaultNodeLimits.messageBurst + 5 * defaultNodeLimits.messagesPerSecond)
    await expectReachable(node, pair)
  })

  it('[NODE-12] closes a client that floods with WebSocket pings', async () => {
    const node = await startNode({ messageBurst: 20, messagesPerSecond: 1 })
    await attack(async (client) => {
      for (let i = 0; i < 40; i += 1) client.socket.ping()
      expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' })
    }, node)
  })

  it('[NODE-13] cuts off a client that does not read, once its buffer is full', async () => {
    const node = await startNode({ bufferedBytes: 256 * 1024, messageBurst: 100_000, fanOutBurstMs: 1e9 })
    const pair = await honestPair(node)
    const [sender, sleeper] = [await connect(node), await connect(node)]
    for (const client of [sender, sleeper]) {
      client.send({ type: 'subscribe', topics: ['slow'] })
      await settle(client)
    }
    sleeper.socket.pause()
    const connections = async (): Promise<number> =>
      ((await (await fetch(`${node.address().url}/health`)).json()) as { connections: number }).connections
    expect(await connections()).toBe(4)
    const data = 'A'.repeat(60_000)
    // The kernel buffers some megabytes on both sides before anything waits in the node.
    for (let sent = 0; (await connections()) === 4 && sent < 2_000; sent += 20) {
      for (let i = 0; i < 20; i += 1) sender.send({ type: 'publish', topic: 'slow', data })
      await settle(sender)
    }
    expect(await connections()).toBe(3)
    await expectReachable(node, pair)
  })

  it('[NODE-14] closes a client that takes too many topics with 1008', async () => {
    await attack(async (client, node) => {
      const topics = Array.from({ length: defaultNodeLimits.topicsPerConnection }, (_, i) => `topic ${i}`)
      client.send({ type: 'subscribe', topics })
      await settle(client)
      client.send({ type: 'subscribe', topics: ['one more'] })
      expect(await client.closed).toEqual({ code: 1008, reason: 'too many topics' })
      const health = (await (await fetch(`${node.address().url}/health`)).json()) as { topics: number }
      expect(health.topics).toBe(1)
    })
  })

  it('[NODE-15] turns a client away with 1013 from a topic that is full', async () => {
    const node = await startNode({ subscribersPerTopic: 2 })
    await attack(async (client) => {
      client.send({ type: 'subscribe', topics: ['a-room'] })
      expect(await client.closed).toEqual({ code: 1013, reason: 'topic is full' })
    }, node)
  })

  it('[NODE-16] refuses connections beyond the limit of one address, until one of them ends', async () => {
    const node = await startNode({ connectionsPerAddress: 3 })
    const pair = await honestPair(node)
    const third = await connect(node)
    await expect(connect(node)).rejects.toThrow('503')
    third.socket.close()
    await third.closed
    await expectReachable(node, pair)
  })

  it('[NODE-16] refuses connections beyond the limit in all', async () => {
    const node = await startNode({ connections: 1 })
    const first = await connect(node)
    await expect(connect(node)).rejects.toThrow('503')
    await settle(first)
  })

  it.each(['plainConnectionsPerAddress', 'plainConnections'] as const)(
    '[NODE-57] closes TCP connections beyond %s, and takes others again when some have ended',
    async (limit) => {
      const node = await startNode({ connections: 2, connectionsPerAddress: 2, [limit]: 3 })
      const held = await Promise.all(Array.from({ length: 5 }, () => rawConnection(node, 'GET ')))
      const isClosed = async (): Promise<boolean> => {
        const socket = await rawConnection(node, 'GET ')
        socket.resume()
        return Promise.race([
          ended(socket).then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
        ])
      }
      expect(await isClosed()).toBe(true)
      for (const socket of held) expect(socket.destroyed).toBe(false)
      held[0]!.destroy()
      await expect.poll(isClosed).toBe(false)
    },
  )

  it('[NODE-18] gives up a half-open socket that answers no ping, and keeps a quiet client that answers', async () => {
    const { scheduler, beat } = manualHeartbeat()
    const node = await startNode({}, { scheduler })
    const pair = await honestPair(node)
    const quiet = await connect(node)
    const dead = await rawConnection(node, handshake('/signal'))
    await new Promise((resolve) => dead.once('data', resolve)) // the handshake's answer: the node counts it as connected
    const deadEnded = ended(dead)
    for (let i = 0; i < 3; i += 1) {
      const pinged = [pair.anna, pair.ben, quiet].map(
        ({ socket }) => new Promise((resolve) => socket.once('ping', resolve)),
      )
      beat()
      await Promise.all(pinged)
      // `ws` has answered each ping by now, ahead of what we send next.
      for (const client of [pair.anna, pair.ben, quiet]) await settle(client)
    }
    await deadEnded
    await settle(quiet)
    await expectReachable(node, pair)
  })

  it('[NODE-18] gives up a connection that never finishes its handshake', async () => {
    const node = await startNode({ handshakeMs: 1_000 })
    const unfinished = await rawConnection(node, 'GET /signal HTTP/1.1\r\nHost: node\r\nUpgr')
    unfinished.resume()
    await ended(unfinished)
    await settle(await connect(node))
  })

  it.each([
    ['nonsense instead of HTTP', '\u0000\u0001nonsense\r\n\r\n'],
    [
      'an upgrade without a key',
      'GET /signal HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    [
      'an upgrade to something else',
      'GET /signal HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ],
    [
      'an upgrade with a broken path',
      'GET /%zz HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
  ])('[NODE-19] survives %s', async (_name, text) => {
    await attack(async (_client, node) => {
      const socket = await rawConnection(node, text)
      socket.resume()
      await ended(socket)
    })
  })

  it('[NODE-19] survives a reset right after the handshake, and unmasked frames', async () => {
    await attack(async (_client, node) => {
      const reset = await rawConnection(node, handshake('/signal'))
      reset.resetAndDestroy()
      const unmasked = await rawConnection(node, handshake('/signal'))
      unmasked.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]))
      unmasked.resume()
      await ended(unmasked)
    })
  })

  it('[NODE-19] survives arbitrary bytes after the handshake', async () => {
    await attack(async (_client, node) => {
      for (let seed = 0; seed < 20; seed += 1) {
        const socket = await rawConnection(node, handshake('/signal'))
        socket.write(createHash('sha512').update(String(seed)).digest())
        socket.end()
        socket.resume()
        await ended(socket)
      }
    })
  })
})
