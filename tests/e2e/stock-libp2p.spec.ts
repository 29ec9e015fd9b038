import { expect, test, type Page } from '@playwright/test'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { gossipTopic } from '../../src/net/libp2p/wire.ts'
import { PeerProcess } from './support/peer-process.ts'
import { serveStockPage, type StockPages } from './support/stock-pages.ts'

/** Stock js-libp2p, from its npm packages, in two browser processes that only the node brings together. */
test.describe.serial('a stock js-libp2p peer in a browser', () => {
  let pages: StockPages
  let node: CommunityNode
  let processes: readonly PeerProcess[]
  let anna: Page
  let ben: Page

  test.beforeAll(async () => {
    pages = await serveStockPage('stock-libp2p')
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {}, relay: { random: Math.random, peers: [] } })
    await node.ready
    processes = await Promise.all([PeerProcess.start(), PeerProcess.start()])
    ;[anna, ben] = (await Promise.all(processes.map((each) => each.openPage(`${pages.url}stock-libp2p.html`)))) as [
      Page,
      Page,
    ]
    for (const page of [anna, ben]) {
      await page.waitForFunction(() => window.stockPeer !== undefined)
      const relay = `/ip4/127.0.0.1/tcp/${node.address().port}/ws`
      await page.evaluate((address) => window.stockPeer.dial(address), relay)
    }
  })

  test.afterAll(async () => {
    await Promise.all(processes.map((each) => each.close()))
    await Promise.all([node.close(), pages.close()])
  })

  test('[NODE-50] gossips in a room through the node', async () => {
    const topic = gossipTopic('s'.repeat(43))
    for (const page of [anna, ben]) await page.evaluate((name) => window.stockPeer.listen(name), topic)
    // What is said before the node knows of both subscriptions reaches nobody.
    await expect
      .poll(async () => {
        await anna.evaluate((name) => window.stockPeer.say(name, `hello at ${performance.now()}`), topic)
        return ben.evaluate(() => window.stockPeer.heard.length)
      })
      .toBeGreaterThan(0)
    expect(await ben.evaluate(() => window.stockPeer.heard[0])).toContain('hello at')
  })

  test('[NODE-50] is called through the node by another, and both go on over WebRTC', async () => {
    await expect.poll(() => ben.evaluate(() => window.stockPeer.callable().length)).toBeGreaterThan(0)
    const address = await ben.evaluate(() => window.stockPeer.callable()[0] ?? '')
    // js-libp2p gives a call ten seconds, which a busy machine may need for something else.
    await expect(async () => {
      const call = await anna.evaluate((to) => window.stockPeer.call(to, 'over WebRTC'), address)
      expect(call).toEqual({ limited: false })
    }).toPass()
    await expect.poll(() => ben.evaluate(() => window.stockPeer.calls)).toContain('over WebRTC')
  })
})
