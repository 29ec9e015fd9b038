import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { complianceCases } from '../net/compliance.ts'
import { launchOptions } from '../support/browser.ts'
import { startRelay, type RelayServer } from '../support/relay.ts'
import { serveTransportPages, type TransportPages } from './support/transport-pages.ts'

/** The suite of all networks in a real browser, through the real node and a real relay. */
test.describe.serial('compliance in a browser', () => {
  let pages: TransportPages
  let node: CommunityNode
  let relay: RelayServer
  let browser: Browser
  let page: Page

  test.beforeAll(async () => {
    pages = await serveTransportPages()
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
    await node.ready
    relay = await startRelay({ limits: { connectionsPerSecond: 1_000 } })
    browser = await chromium.launch(launchOptions())
    page = await browser.newPage()
    await page.goto(`${pages.url}/compliance.html`)
    await page.waitForFunction(() => window.cases.length > 0)
  })

  test.afterAll(async () => {
    await browser?.close()
    await node?.close()
    await relay?.close()
    await pages?.close()
  })

  const networks = {
    WebRTC: () => ({ signalUrls: [node.address().signalUrl] }),
    libp2p: () => ({ signalUrls: [], relayUrls: [relay.url] }),
  }
  // Meeting over libp2p is the same code as in Node; what differs in a browser are the streams.
  const inBrowsersToo = ['NET-1', 'NET-5', 'NET-6', 'NET-7', 'NET-8', 'NET-9', 'NET-15', 'NET-16']
  for (const [name, nodes] of Object.entries(networks))
    complianceCases.forEach(({ id, title }, index) => {
      if (name === 'libp2p' && !inBrowsersToo.includes(id)) return
      test(`[${id}] ${title}, over ${name}`, async () => {
        const run = page.evaluate(([at, where]) => window.runCase(at, where), [index, nodes()] as const)
        await expect(run).resolves.toBeUndefined()
      })
    })
})
