import { expect, test, type Page } from '@playwright/test'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { PeerProcess } from './support/peer-process.ts'
import { serveStockPage, type StockPages } from './support/stock-pages.ts'

/** Stock y-webrtc, from its npm package, in two browser processes that only the node brings together. */
test.describe.serial('a stock y-webrtc client', () => {
  let pages: StockPages
  let node: CommunityNode
  let processes: readonly PeerProcess[]

  test.beforeAll(async () => {
    pages = await serveStockPage('stock')
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
    await node.ready
    processes = await Promise.all([PeerProcess.start(), PeerProcess.start()])
  })

  test.afterAll(async () => {
    await Promise.all(processes.map((each) => each.close()))
    await Promise.all([node.close(), pages.close()])
  })

  for (const password of [undefined, 'a password']) {
    test(`[NODE-25] syncs a document with another through the node, ${password === undefined ? 'in clear' : 'sealed'}`, async () => {
      const [anna, ben] = (await Promise.all(processes.map((each) => each.openPage(`${pages.url}stock.html`)))) as [
        Page,
        Page,
      ]
      const { signalUrl } = node.address()
      for (const page of [anna, ben])
        await page.evaluate(([url, room, secret]) => window.stock.join(url, room, secret), [
          signalUrl,
          `room with ${password ?? 'no password'}`,
          password,
        ] as const)
      await anna.evaluate(() => window.stock.write('anna', 'was here'))
      await ben.evaluate(() => window.stock.write('ben', 'too'))
      await expect.poll(() => ben.evaluate(() => window.stock.read('anna'))).toBe('was here')
      await expect.poll(() => anna.evaluate(() => window.stock.read('ben'))).toBe('too')
      for (const page of [anna, ben]) await expect.poll(() => page.evaluate(() => window.stock.linked())).toBe(1)
    })
  }
})
