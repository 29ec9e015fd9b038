import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { build, preview, type PreviewServer } from 'vite'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { PeerProcess } from './support/peer-process.ts'

/** Stock y-webrtc, from its npm package, in two browser processes that only the node brings together. */
test.describe.serial('a stock y-webrtc client', () => {
  let outDir: string
  let pages: PreviewServer
  let node: CommunityNode
  let processes: readonly PeerProcess[]

  test.beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'earshot-stock-'))
    const root = join(import.meta.dirname, 'pages/stock')
    const common = { configFile: false, logLevel: 'error', root } as const
    const rollupOptions = { input: join(root, 'stock.html') }
    await build({ ...common, build: { outDir, target: 'es2024', minify: false, rollupOptions } })
    pages = await preview({ ...common, build: { outDir }, preview: { port: 0, host: 'localhost' } })
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {} })
    await node.ready
    processes = await Promise.all([PeerProcess.start(), PeerProcess.start()])
  })

  test.afterAll(async () => {
    await Promise.all(processes.map((each) => each.close()))
    await Promise.all([node.close(), pages.close()])
    await rm(outDir, { recursive: true })
  })

  for (const password of [undefined, 'a password']) {
    test(`[NODE-25] syncs a document with another through the node, ${password === undefined ? 'in clear' : 'sealed'}`, async () => {
      const [anna, ben] = (await Promise.all(
        processes.map((each) => each.openPage(`${pages.resolvedUrls?.local[0]}stock.html`)),
      )) as [Page, Page]
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
