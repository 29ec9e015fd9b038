import { expect, test } from '@playwright/test'
import { randomBytes } from 'node:crypto'
import { base64 } from '@scure/base'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import type { RoomAddress } from '../../src/domain/address.ts'
import { hashText, type RoomId, type RoomSecret } from '../../src/domain/ids.ts'
import { deriveTopic } from '../../src/net/topic.ts'
import { createWebCrypto } from '../../src/platform/webcrypto.ts'
import { HostileNode } from './support/hostile-node.ts'
import { PeerProcess, type PeerHandle } from './support/peer-process.ts'
import { serveTransportPages, type TransportPages } from './support/transport-pages.ts'

const newRoom = (): RoomAddress => ({ room: hashText<RoomId>(randomBytes(32)) })
const startNode = async (port = 0): Promise<CommunityNode> => {
  const node = createNode({ port, host: '127.0.0.1', log: () => {} })
  await node.ready
  return node
}

/** WebRTC between separate Chromium processes, with what can go wrong between them. */
test.describe.serial('WebRTC between processes', () => {
  let pages: TransportPages
  let node: CommunityNode
  let one: PeerProcess
  let two: PeerProcess

  test.beforeAll(async () => {
    ;[pages, node, one, two] = await Promise.all([
      serveTransportPages(),
      startNode(),
      PeerProcess.start(),
      PeerProcess.start(),
    ])
  })

  test.afterEach(() => Promise.all([one.clear(), two.clear()]))

  test.afterAll(async () => {
    await Promise.all([one?.close(), two?.close()])
    await Promise.all([node?.close(), pages?.close()])
  })

  const pair = async (room: RoomAddress, url = node.address().signalUrl): Promise<[PeerHandle, PeerHandle]> => {
    const both = await Promise.all([one, two].map((process) => process.enter(pages.url, room, { signalUrls: [url] })))
    const [a, b] = both as [PeerHandle, PeerHandle]
    await Promise.all([a.linkedTo(b), b.linkedTo(a)])
    return [a, b]
  }

  const talk = async (from: PeerHandle, to: PeerHandle, text: string): Promise<void> => {
    expect(await from.say(text)).toBe(true)
    await to.told('message', text)
  }

  test('[RTC-10] two processes meet in a private room, talk both ways, and a closed page is told as left', async () => {
    const [a, b] = await pair({ ...newRoom(), secret: hashText<RoomSecret>(randomBytes(32)) })
    await talk(a, b, 'hello from a')
    await talk(b, a, 'hello from b')
    await b.page.goto('about:blank')
    // Silence would tell it as lost.
    await a.told('close', `${b.peer} left`)
  })

  test("[RTC-4] on y-webrtc's own channel nobody says or answers anything", async () => {
    const room = newRoom()
    const how = { signalUrls: [node.address().signalUrl] }
    const a = await one.enter(pages.url, room, { ...how, asksYWebrtc: true })
    const b = await two.enter(pages.url, room, how)
    await a.linkedTo(b)
    // A second round trip after the questions were asked: an answer would have come by now.
    await talk(a, b, 'asked')
    await talk(b, a, 'no answer')
    expect(await a.page.evaluate(() => window.peerPage.onYWebrtc)).toEqual([])
    expect(await b.uncaught()).toEqual([])
  })

  test('[RTC-18] a page is in a room once, and may come back as soon as it has left', async () => {
    const room = newRoom()
    const a = await one.enter(pages.url, room, { signalUrls: [node.address().signalUrl] })
    const seen = await a.page.evaluate(
      async ([where, url]) => {
        const peer = await window.peerPage.createPeer({ signalUrls: [url] })
        const first = peer.join(where)
        let refused = ''
        try {
          peer.join(where)
        } catch (error) {
          refused = String(error)
        }
        // Not awaited: the next join waits for it.
        const left = first.leave()
        const second = peer.join(where)
        const states = [first.status.state, second.status.state]
        await left
        return new Promise<string[]>((resolve) => {
          second.onStatus(({ state }) => resolve([refused, ...states, state]))
        })
      },
      [newRoom(), node.address().signalUrl] as const,
    )
    expect(seen).toEqual(['Error: this page is in that room already', 'left', 'connecting', 'meeting'])
    expect(await a.uncaught()).toEqual([])
  })

  test('[RTC-12] a killed process is told as lost', async () => {
    const three = await PeerProcess.start()
    const room = newRoom()
    const how = { signalUrls: [node.address().signalUrl] }
    const [a, c] = await Promise.all([one.enter(pages.url, room, how), three.enter(pages.url, room, how)])
    await a.linkedTo(c)
    await three.kill()
    // How soon is in neighbours.test.ts: time in which others keep this page from running does not count.
    await a.told('close', `${c.peer} lost`)
    expect(await a.links()).toEqual([])
  })

  test('[RTC-5] a peer that sees other certificates than we do is refused', async () => {
    const room = newRoom()
    const how = { signalUrls: [node.address().signalUrl] }
    const a = await one.enter(pages.url, room, how)
    const b = await two.enter(pages.url, room, { ...how, otherFingerprint: true })
    // Both tried: a failed try still counts as a peer without a route.
    await expect.poll(() => a.attempts()).toBe(1)
    await expect.poll(() => b.attempts()).toBe(1)
    // Whatever else could have linked meanwhile has not.
    const c = await one.enter(pages.url, room, how)
    await Promise.all([a.linkedTo(c), c.linkedTo(a)])
    const linked = async (peer: PeerHandle): Promise<string[]> =>
      (await peer.events()).filter(({ kind }) => kind === 'link').map(({ what }) => what)
    expect([await linked(a), await linked(b)]).toEqual([[c.peer], []])
  })

  test('[RTC-5] a node that knows the room and sits between two peers gets no link to either', async () => {
    const hostile = await HostileNode.start()
    const room = newRoom()
    const middle = await two.openPage(`${pages.url}/middle.html`)
    await middle.waitForFunction(() => window.sitBetween !== undefined)
    await middle.evaluate(([where, urls]) => window.sitBetween(where, urls), [room, hostile.middleUrls] as const)
    await expect.poll(() => hostile.middles).toBe(2)
    const how = { signalUrls: [hostile.signalUrl] }
    const [a, b] = [await one.enter(pages.url, room, how), await two.enter(pages.url, room, how)]
    // It carries everything faithfully, so that only the certificates betray it: both hang up on it, and have linked nobody.
    const passed = () => middle.evaluate(() => [...new Set(window.passed)].toSorted())
    await expect.poll(passed).toEqual(['0 closed', '0 hello', '0 proof', '1 closed', '1 hello', '1 proof'])
    for (const peer of [a, b]) expect((await peer.events()).filter(({ kind }) => kind === 'link')).toEqual([])
    await hostile.close()
  })

  test('[RTC-8] links outlive their node, and newcomers meet again when it is back', async () => {
    const own = await startNode()
    const { port, signalUrl } = own.address()
    const room = newRoom()
    const [a, b] = await pair(room, signalUrl)
    await own.close()
    await Promise.all([a.told('status', 'unreachable'), b.told('status', 'unreachable')])
    await talk(a, b, 'the node is gone')
    const back = await startNode(port)
    await expect.poll(() => a.status()).toBe('meeting')
    const c = await two.enter(pages.url, room, { signalUrls: [signalUrl] })
    await Promise.all([c.linkedTo(a, b), a.linkedTo(b, c)])
    await back.close()
  })

  test('[RTC-3] nothing that a node or a hostile member says through it breaks a page', async () => {
    const hostile = await HostileNode.start()
    const room = newRoom()
    const crypto = await createWebCrypto()
    const { topic, sealKey } = await deriveTopic(room, crypto)
    const a = await one.enter(pages.url, room, { signalUrls: [hostile.signalUrl] })
    await a.told('status', 'meeting')
    const publish = (data: unknown): void => hostile.say(JSON.stringify({ type: 'publish', topic, data }))
    const asMember = async (signal: unknown): Promise<void> =>
      publish(base64.encode(await crypto.seal(sealKey, new TextEncoder().encode(JSON.stringify(signal)))))
    const stranger = '00000000-0000-4000-8000-000000000000'
    const me = /"topics":/ // never in what was published
    expect(hostile.published.some((text) => me.test(text) || text.includes(room.room))).toBe(false)

    for (const frame of ['', '{', 'null', '7', '[]', '"publish"', '{"type":"pong","x":1}', 'x'.repeat(200_000)])
      hostile.say(frame)
    hostile.say(Uint8Array.of(0, 1, 2))
    for (const data of [null, 7, {}, '', '%', 'AAAA', { type: 'announce', from: stranger }]) publish(data)
    publish({ type: 'signal', from: stranger, signal: { type: 'answer', sdp: '' } })
    for (const signal of [
      null,
      { type: 'announce' },
      { type: 'signal', from: stranger, to: stranger, signal: null },
      { type: 'signal', from: stranger, to: stranger, links: 0, token: 1, signal: { type: 'answer', sdp: 'v=0' } },
      { type: 'announce', from: stranger, links: 0, wanted: 1 },
      { type: 'announce', from: 'ffffffff-ffff-4fff-bfff-ffffffffffff', links: 0, wanted: 1 },
    ])
      await asMember(signal)

    const b = await two.enter(pages.url, room, { signalUrls: [hostile.signalUrl] })
    await Promise.all([a.linkedTo(b), b.linkedTo(a)])
    await talk(a, b, 'still here')
    expect([...(await a.uncaught()), ...(await b.uncaught())]).toEqual([])
    for (const text of hostile.published) {
      const { data } = JSON.parse(text) as { data: string }
      expect(await crypto.open(sealKey, base64.decode(data))).not.toBeNull()
    }
    await hostile.close()
  })

  test('[RTC-9] six peers that seek three neighbours hang together, and again after one died', async () => {
    const room = newRoom()
    const how = { signalUrls: [node.address().signalUrl], neighbours: { wanted: 3, slack: 1 } }
    const peers: PeerHandle[] = []
    for (let i = 0; i < 6; i++) peers.push(await (i % 2 === 0 ? one : two).enter(pages.url, room, how))
    /** 'whole', or who is linked to whom. */
    const shape = async (): Promise<string> => {
      const links = new Map(await Promise.all(peers.map(async (peer) => [peer.peer, await peer.links()] as const)))
      const bounded = [...links.values()].every((list) => list.length >= 3 && list.length <= 4)
      if (bounded && reachable(links) === peers.length) return 'whole'
      return [...links]
        .map(([peer, list]) => `${peer.slice(-4)}: ${list.map((other) => other.slice(-4)).join(' ')}`)
        .join(', ')
    }
    await expect.poll(shape, { timeout: 60_000 }).toBe('whole')
    const dead = peers.splice(2, 1)[0]!
    await dead.page.close()
    await expect.poll(shape, { timeout: 60_000 }).toBe('whole')
  })
})

/** How many hang together with the first. */
function reachable(links: ReadonlyMap<string, readonly string[]>): number {
  const found = new Set<string>()
  const follow = (peer: string): void => {
    if (found.has(peer)) return
    found.add(peer)
    links.get(peer)?.forEach(follow)
  }
  const [first] = links.keys()
  if (first !== undefined) follow(first)
  return found.size
}
