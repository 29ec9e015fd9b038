import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { chromium, expect, test } from '@playwright/test'
import { WebSocket } from 'ws'
import { launchOptions } from '../support/browser.ts'

const root = join(import.meta.dirname, '../..')

/** `npm start` as a process, and what it has printed so far. */
function start(port: string): { readonly child: ChildProcess; printed(): string } {
  const child = spawn(process.execPath, ['signaling/start.ts'], { cwd: root, env: { ...process.env, PORT: port } })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  return { child, printed: () => text }
}

async function url(node: { printed(): string }): Promise<string> {
  const pattern = /http:\/\/localhost:\d+/
  await expect.poll(node.printed, { timeout: 60_000 }).toMatch(pattern)
  return pattern.exec(node.printed())![0]
}

const exit = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`[NODE-42] ${signal} closes the sockets and ends the node with 0`, async () => {
    const node = start('0')
    const socket = new WebSocket(`${(await url(node)).replace('http', 'ws')}/signal`)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const ended = exit(node.child)
    node.child.kill(signal)
    expect(await closed).toBe(1001)
    expect(await ended).toBe(0)
  })
}

test('[NODE-40] a bad PORT is one clear line', async () => {
  const node = start('eighty')
  expect(await exit(node.child)).toBe(1)
  await expect.poll(node.printed).toBe('PORT must be a number from 0 to 65535, not "eighty".\n')
})

test('[NODE-41] a taken port is said, and the next free one used', async () => {
  const squatter = createServer()
  const taken = await new Promise<number>((resolve) =>
    squatter.listen(0, '::', () => resolve((squatter.address() as { port: number }).port)),
  )
  const node = start(String(taken))
  expect(Number(new URL(await url(node)).port)).toBeGreaterThan(taken)
  await expect.poll(node.printed).toContain(`Port ${taken} is taken; using`)
  const ended = exit(node.child)
  node.child.kill('SIGTERM')
  await ended
  squatter.close()
})

test('[NODE-34] the built page is cross-origin isolated, and its policy forbids nothing that it does', async () => {
  const node = start('0')
  const browser = await chromium.launch(launchOptions())
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy|Cross-Origin/i.test(message.text())) complaints.push(message.text())
  })
  await page.goto(await url(node))
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await expect(page.getByRole('button', { name: 'Start a room' })).toBeVisible()
  expect(complaints).toEqual([])
  await browser.close()
  const ended = exit(node.child)
  node.child.kill('SIGTERM')
  await ended
})
