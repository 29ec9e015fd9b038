import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { complianceCases } from '../net/compliance.ts'
import { launchOptions } from '../support/browser.ts'
import { serveTransportPages, type TransportPages } from './support/transport-pages.ts'

/** The suite of all networks, over WebRTC in a real browser, through the real node. */
test.describe.serial('compliance over WebRTC', () => {
  let pages: TransportPages
  let node: CommunityNode
  let browser: Browser
  let page: Page

  test.beforeAll(async () => {
    pages = await serveTransportPages()
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
    await node.ready
    browser = await chromium.launch(launchOptions())
    page = await browser.newPage()
    await page.goto(`${pages.url}/compliance.html`)
    await page.waitForFunction(() => window.cases.length > 0)
  })

  test.afterAll(async () => {
    await browser?.close()
    await node?.close()
    await pages?.close()
  })

  complianceCases.forEach(({ id, title }, index) => {
    test(`[${id}] ${title}`, async () => {
      const run = page.evaluate(([at, url]) => window.runCase(at, url), [index, node.address().signalUrl] as const)
      await expect(run).resolves.toBeUndefined()
    })
  })
})
