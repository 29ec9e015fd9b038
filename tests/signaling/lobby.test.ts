import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket as RawSocket } from 'ws'
import type { CommunityNode } from '../../signaling/node.ts'
import { createNodeScheduler } from '../../signaling/scheduler.ts'
import { limits } from '../../src/domain/limits.ts'
import { LobbyClient } from '../../src/net/lobby/lobby-client.ts'
import { LobbyClients } from '../../src/net/lobby/lobby-clients.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { CardReader, signCard, type CardClaims } from '../../src/replica/card-codec.ts'
import { createGenesis } from '../../src/replica/genesis.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'
import { UrlList } from '../support/url-list.ts'
import { startNode } from './support.ts'

const random = seededRandom(11)
const crypto = nodeCrypto(random)
const scheduler = createNodeScheduler()
const reader = new CardReader(crypto)
const lobbyUrl = (node: CommunityNode): string => `${node.address().url.replace('http', 'ws')}/lobby`

/** A page with the lobby open: titles in the order in which their cards came, `-` in front of those that have ended. */
function watch(node: CommunityNode): { readonly titles: string[]; readonly client: LobbyClient } {
  const titles: string[] = []
  const client = new LobbyClient({
    ...{ url: lobbyUrl(node), scheduler, random, openSocket: (url: string) => new WebSocket(url) },
    onCard: (bytes) =>
      void reader
        .decode(bytes)
        .then((decoded) => titles.push(`${decoded?.card.ended ? '-' : ''}${decoded?.card.title}`)),
  })
  onTestFinished(() => client.close())
  return { titles, client }
}

/** A public room of a founder of its own, which brings cards to a node. */
async function openRoom(
  node: CommunityNode,
  title: string,
): Promise<{ announce(more?: Partial<CardClaims>): Promise<void> }> {
  const founder = nodeSigner(random)
  const { bytes: genesis } = await createGenesis('public', scheduler.wallMs(), founder, crypto)
  const client = new LobbyClient({
    ...{ url: lobbyUrl(node), scheduler, random, openSocket: (url: string) => new WebSocket(url) },
  })
  onTestFinished(() => client.close())
  return {
    async announce(more = {}) {
      const claims = {
        title,
        tags: [],
        listeners: 1,
        ended: false,
        author: founder.peer,
        atMs: scheduler.wallMs(),
        ...more,
      }
      client.publish(await signCard(claims, genesis, founder))
    },
  }
}

const relayed = (peers: readonly string[] = []): Parameters<typeof startNode>[1] => ({
  relay: { random: Math.random, peers },
})

describe('the lobby of a node', () => {
  it('[LOBBY-9] tells who listens of rooms that stand and of those that come, and that they have ended', async () => {
    const node = await startNode()
    const kitchen = await openRoom(node, 'Kitchen')
    await kitchen.announce()
    await expect.poll(() => watchOnce(node)).toContain('Kitchen')
    const { titles } = watch(node)
    const heard = (): readonly string[] => titles.filter(isNoMark)
    await expect.poll(heard).toEqual(['Kitchen'])
    await (await openRoom(node, 'Garden')).announce()
    await expect.poll(heard).toEqual(['Kitchen', 'Garden'])
    await kitchen.announce({ ended: true, atMs: scheduler.wallMs() + 1 })
    await expect.poll(heard).toEqual(['Kitchen', 'Garden', '-Kitchen'])
    expect(await watchOnce(node)).toEqual(['Garden'])
  })

  it('[LOBBY-9] forgets a room that is not announced any more', async () => {
    let aheadMs = 0
    const node = await startNode({}, { scheduler: { ...scheduler, wallMs: () => Date.now() + aheadMs } })
    await (await openRoom(node, 'Kitchen')).announce()
    await expect.poll(() => watchOnce(node)).toEqual(['Kitchen'])
    aheadMs = limits.cardLifeMs
    await (await openRoom(node, 'Garden')).announce({ atMs: Date.now() + aheadMs })
    await expect.poll(() => watchOnce(node, aheadMs)).toEqual(['Garden'])
  })

  it.each([
    ['between nodes of which one names the other', 0],
    ['through a third that stands between them', 1],
  ])('[LOBBY-10] crosses %s, by gossip', async (_way, between) => {
    const near = await startNode({}, relayed())
    let last = near
    for (let i = 0; i < between; i++) last = await startNode({}, relayed([last.address().url.replace('http', 'ws')]))
    const far = await startNode({}, relayed([last.address().url.replace('http', 'ws')]))
    const [atNear, atFar] = [watch(near), watch(far)]
    const [kitchen, garden] = [await openRoom(near, 'Kitchen'), await openRoom(far, 'Garden')]
    // Repeated, as rooms do: what was said before two nodes had found each other reaches the other with the next card.
    await expect
      .poll(
        async () => {
          await kitchen.announce()
          await garden.announce()
          return [atNear.titles.includes('Garden'), atFar.titles.includes('Kitchen')]
        },
        { interval: 2_100 },
      )
      .toEqual([true, true])
  })

  it('[NODES-4] of a page is that of all its nodes, and what it announces comes to all, those that are added later too', async () => {
    const [near, far] = [await startNode(), await startNode()]
    const list = new UrlList(lobbyUrl(near))
    const heard: string[] = []
    const reached = new Map<string, boolean>()
    const page = new LobbyClients({
      ...{ urls: list, scheduler, random, openSocket: (url: string) => new WebSocket(url) },
      onReach: (url, is) => reached.set(url, is),
      onCard: (bytes, url) =>
        void reader
          .decode(bytes)
          .then((decoded) => heard.push(`${decoded?.card.title} at ${url === lobbyUrl(near) ? 'near' : 'far'}`)),
    })
    onTestFinished(() => page.close())
    await (await openRoom(near, 'Kitchen')).announce()
    await (await openRoom(far, 'Garden')).announce()
    await expect.poll(() => heard).toEqual(['Kitchen at near'])

    const founder = nodeSigner(random)
    const { bytes: genesis } = await createGenesis('public', scheduler.wallMs(), founder, crypto)
    const claims = { title: 'Attic', tags: [], listeners: 1, ended: false, author: founder.peer }
    page.publish(await signCard({ ...claims, atMs: scheduler.wallMs() }, genesis, founder))
    const { titles } = watch(far)
    await expect.poll(() => titles).toEqual(['Garden'])
    list.become(lobbyUrl(near), lobbyUrl(far))
    await expect.poll(() => titles).toContain('Attic')
    await expect.poll(() => heard).toContain('Garden at far')
    expect([...reached.values()]).toEqual([true, true])

    list.become(lobbyUrl(near))
    await (await openRoom(far, 'Cellar')).announce()
    await expect.poll(() => titles).toContain('Cellar')
    await (await openRoom(near, 'Porch')).announce()
    await expect.poll(() => heard).toContain('Porch at near')
    expect(heard.filter((card) => card.startsWith('Cellar'))).toEqual([])
  })

  it('[LOBBY-13] says that it is there when it is asked', async () => {
    const socket = new RawSocket(lobbyUrl(await startNode()))
    onTestFinished(() => socket.close())
    await new Promise((resolve) => socket.once('open', resolve))
    const answer = new Promise((resolve) =>
      socket.once('message', (data: Buffer, isBinary) => resolve([data.toString(), isBinary])),
    )
    socket.send('ping')
    expect(await answer).toEqual(['pong', false])
  })

  it('[LOBBY-11] ends the connection of whoever brings what is no card, or too many, and serves others on', async () => {
    const node = await startNode()
    const { titles } = watch(node)
    const closeCode = async (...messages: (string | Uint8Array)[]): Promise<number> => {
      const socket = new RawSocket(lobbyUrl(node))
      await new Promise((resolve) => socket.once('open', resolve))
      for (const message of messages) socket.send(message)
      return new Promise((resolve) => socket.once('close', resolve))
    }
    expect(await closeCode('hello')).toBe(1003)
    expect(await closeCode(Uint8Array.of(1, 2, 3))).toBe(1003)
    expect(await closeCode(new Uint8Array(limits.cardBytes + 1))).toBe(1009)
    expect(await closeCode(...Array.from({ length: 20 }, () => 'listen'))).toBe(1008)
    expect(await closeCode(...Array.from({ length: 600 }, () => 'ping'))).toBe(1008)
    await (await openRoom(node, 'Kitchen')).announce()
    await expect.poll(() => titles).toEqual(['Kitchen'])
  })
})

let asked = 0
const isNoMark = (title: string): boolean => !title.startsWith('last ')

/** What a page is told that opens the lobby now. A further room, announced then, tells when all of it has come. */
async function watchOnce(node: CommunityNode, aheadMs = 0): Promise<readonly string[]> {
  const { titles, client } = watch(node)
  const last = `last ${asked++}`
  await (await openRoom(node, last)).announce({ atMs: scheduler.wallMs() + aheadMs })
  await expect.poll(() => titles).toContain(last)
  client.close()
  return titles.filter(isNoMark)
}
