import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash, X509Certificate } from 'node:crypto'
import { chromium, expect, test, type Browser } from '@playwright/test'
import { keepCertificate } from '../../signaling/certificate.ts'
import { createNode, type CommunityNode } from '../../signaling/node.ts'
import { launchOptions } from '../support/browser.ts'

/** A name that is not localhost, and so, over plain http, no secure context. */
const name = 'party-laptop.local'
const distDir = join(import.meta.dirname, '../../dist')
const room = `#/r/${'A'.repeat(43)}`

test.describe('a node on a network at home', () => {
  let dir: string
  let node: CommunityNode | undefined
  let browser: Browser | undefined

  test.beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-home-'))
  })
  test.afterEach(async () => {
    await browser?.close()
    await node?.close()
    await rm(dir, { recursive: true })
  })

  const open = async (...args: readonly string[]): Promise<Browser> => {
    const options = launchOptions()
    const resolve = `--host-resolver-rules=MAP ${name} 127.0.0.1`
    browser = await chromium.launch({ ...options, args: [...(options.args ?? []), resolve, ...args] })
    return browser
  }

  test('[UI-31] over plain http the page explains itself and leads to https and to localhost', async () => {
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {}, distDir })
    const { port } = await node.ready
    const page = await (await open()).newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`http://${name}:${port}/${room}`)
    expect(await page.evaluate(() => isSecureContext)).toBe(false)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('One letter is missing: https')
    await expect(page.getByRole('link', { name: 'Open over https' })).toHaveAttribute(
      'href',
      `https://${name}:${port}/${room}`,
    )
    await expect(page.getByRole('link', { name: 'localhost' })).toHaveAttribute(
      'href',
      `http://localhost:${port}/${room}`,
    )
    await expect(page.getByText('npm start -- --tls auto')).toBeVisible()
    expect(errors).toEqual([])
  })

  test('[UI-31] [NODE-46] with a certificate of the node’s own, plain http leads to an app that runs', async () => {
    const tls = await keepCertificate(dir, ['localhost', name], Date.now())
    node = createNode({ port: 0, host: '127.0.0.1', log: () => {}, distDir, tls })
    const { port } = await node.ready
    // As if the person had gone on after the browser's warning, for this one key.
    const key = new X509Certificate(tls.cert).publicKey.export({ type: 'spki', format: 'der' })
    const trusted = createHash('sha256').update(key).digest('base64')
    const page = await (await open(`--ignore-certificate-errors-spki-list=${trusted}`)).newPage()
    await page.goto(`http://${name}:${port}/`)
    await expect(page).toHaveURL(`https://${name}:${port}/`)
    expect(await page.evaluate(() => isSecureContext && crossOriginIsolated)).toBe(true)
    await page.getByRole('textbox', { name: 'Room name' }).fill('At home')
    await page.getByRole('button', { name: 'Start a room' }).click()
    await expect(page.getByRole('button', { name: 'Invite' })).toBeVisible()
    // The node was reached over wss: it is not said to be down, and nobody else is here.
    await expect(page.getByText('You are alone: invite someone')).toBeVisible()
  })
})
