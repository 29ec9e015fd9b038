import { describe, expect, it } from 'vitest'
import type { CommunityNode } from '../../signaling/node.ts'
import { base64, connect, settle, startNode, type TestClient } from './support.ts'

const topic = 'a-room'

async function member(node: CommunityNode, inbox?: string): Promise<TestClient> {
  const client = await connect(node)
  client.send({ type: 'subscribe', topics: [topic], inbox })
  await settle(client)
  return client
}

const say = (client: TestClient, text: string, to?: string): void =>
  client.send({ type: 'publish', topic, data: base64(text), to })

/** The next thing that a client hears is this one signal; nothing of what was said before it came. */
async function expectNext(client: TestClient, text: string, clients: number): Promise<void> {
  expect(await client.next()).toEqual({ type: 'publish', topic, data: base64(text), clients })
}

describe('inboxes', () => {
  it('[NODE-23] a signal that names an inbox goes there alone; one that names none to all', async () => {
    const node = await startNode()
    const [anna, ben, carl] = [await member(node, 'anna'), await member(node, 'ben'), await member(node, 'carl')]
    say(anna, 'for Ben', 'ben')
    say(anna, 'for all')
    await expectNext(ben, 'for Ben', 3)
    await expectNext(ben, 'for all', 3)
    await expectNext(carl, 'for all', 3)
  })

  it('[NODE-23] an inbox that nobody has may be that of a client without one: it goes to those only', async () => {
    const node = await startNode()
    const [anna, ben, stock] = [await member(node, 'anna'), await member(node, 'ben'), await member(node)]
    say(anna, 'for somebody', 'who-knows')
    await expectNext(stock, 'for somebody', 3)
    await settle(ben)
    say(stock, 'stock talks to all')
    for (const client of [anna, ben]) await expectNext(client, 'stock talks to all', 3)
  })

  it('[NODE-23] nothing comes back to a sender that names its own inbox, and nothing comes in from outside', async () => {
    const node = await startNode()
    const anna = await member(node, 'anna')
    const outsider = await connect(node)
    say(anna, 'to myself', 'anna')
    say(outsider, 'let me in', 'anna')
    await settle(outsider)
    await settle(anna)
  })

  it('[NODE-24] who takes the inbox of another gets copies, and takes nothing away', async () => {
    const node = await startNode()
    const [anna, ben, thief] = [await member(node, 'anna'), await member(node, 'ben'), await member(node, 'ben')]
    say(anna, 'for Ben', 'ben')
    for (const client of [ben, thief]) await expectNext(client, 'for Ben', 3)
    thief.socket.close()
    await thief.closed
    await settle(anna)
    say(anna, 'again', 'ben')
    await expectNext(ben, 'again', 2)
  })

  it('[NODE-24] subscribing again changes the inbox, and the old one is nobody’s', async () => {
    const node = await startNode()
    const [anna, ben] = [await member(node, 'anna'), await member(node, 'ben')]
    ben.send({ type: 'subscribe', topics: [topic], inbox: 'benjamin' })
    await settle(ben)
    say(anna, 'old', 'ben')
    say(anna, 'new', 'benjamin')
    await expectNext(ben, 'new', 2)
    ben.send({ type: 'unsubscribe', topics: [topic] })
    await settle(ben)
    say(anna, 'gone', 'benjamin')
    await settle(anna)
    await settle(ben)
  })

  it('[NODE-24] an inbox holds in the topics that it was named with', async () => {
    const node = await startNode()
    const [anna, ben] = [await member(node, 'anna'), await member(node)]
    ben.send({ type: 'subscribe', topics: ['elsewhere'], inbox: 'ben' })
    const carl = await member(node, 'carl')
    await settle(ben)
    say(anna, 'for Ben', 'ben')
    // Here Ben named no inbox, so he is among those who might be meant.
    await expectNext(ben, 'for Ben', 3)
    await settle(carl)
  })

  it('[NODE-25] signals in clear, as stock clients without a password send them, are passed on as they are', async () => {
    const node = await startNode()
    const [anna, stock] = [await member(node, 'anna'), await member(node)]
    const data = { type: 'announce', from: 'ünï', nested: [{ '</script>': '\u2028"\\' }] }
    stock.send({ type: 'publish', topic, data })
    expect(await anna.next()).toEqual({ type: 'publish', topic, data, clients: 2 })
  })
})
