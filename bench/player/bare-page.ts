import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright'

const LOOP_S = 20
const RATE = 44_100

/** Leads a tab to a page that loops one buffer of noise by Web Audio, and nothing else. Closes its server by the result. */
export async function openBarePage(page: Page): Promise<() => Promise<void>> {
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'text/html')
    answer.end('<!doctype html><title>Bare page</title><button>Play</button>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
  await page.getByRole('button', { name: 'Play' }).click()
  await page.evaluate(
    async ([seconds, rate]) => {
      const context = new AudioContext()
      const buffer = context.createBuffer(2, seconds * rate, rate)
      for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
        const wave = buffer.getChannelData(channel)
        for (let i = 0; i < wave.length; i++) wave[i] = (Math.random() - 0.5) * 0.2
      }
      const source = new AudioBufferSourceNode(context, { buffer, loop: true })
      source.connect(context.destination)
      source.start()
      await context.resume()
    },
    [LOOP_S, RATE] as const,
  )
  return () => new Promise((resolve) => server.close(() => resolve()))
}
