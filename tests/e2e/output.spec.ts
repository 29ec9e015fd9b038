import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const song = join(import.meta.dirname, '../../public/crate/harbour-lights.mp3')

declare global {
  interface Window {
    /** Every context that the page has made. */
    contexts: AudioContext[]
    /** What the system plays through: the browser here names no output, and cannot be given another one. */
    output: { id: string; label: string }
  }
}

/** What a browser, a phone call or a plug does to the output of a page that plays. */
test.describe.serial('the output goes away and comes back', () => {
  let node: NodeProcess
  let ada: Person

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ada = await Person.arrive()
    await ada.page.addInitScript(() => {
      window.contexts = []
      window.AudioContext = class extends AudioContext {
        constructor(options?: AudioContextOptions) {
          super(options)
          window.contexts.push(this)
        }
      }
      window.output = { id: 'speakers', label: 'Speakers' }
      navigator.mediaDevices.enumerateDevices = async () => {
        const { id, label } = window.output
        const device = (deviceId: string, name: string) =>
          ({ kind: 'audiooutput', deviceId, groupId: id, label: name }) as MediaDeviceInfo
        return [device('default', `Default - ${label}`), device(id, label)]
      }
    })
    await ada.startRoom(node.url, 'Kitchen')
    await ada.addFile(song)
    await ada.listen()
    await ada.hears()
  })

  test.beforeEach(() => ada.rewind())

  test.afterAll(async () => {
    await ada?.leave()
    await node?.kill()
  })

  const plays = async (): Promise<void> => {
    await ada.hears()
    await expect
      .poll(async () => {
        const { state, errorMs } = (await ada.diagnostics()).playback
        return [state, Math.abs(errorMs) < 5]
      })
      .toEqual(['playing', true])
  }
  const states = (): Promise<string[]> => ada.page.evaluate(() => window.contexts.map(({ state }) => state))
  const plug = (id: string, label: string): Promise<boolean> =>
    ada.page.evaluate(
      (next) => {
        window.output = next
        return navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
      },
      { id, label },
    )

  test('[OUT-2] a context that the browser suspends runs again and is back in step', async () => {
    await ada.page.evaluate(() => window.contexts.at(-1)?.suspend())
    await expect.poll(states).toContain('running')
    await plays()
    const position = async (): Promise<number> => (await ada.diagnostics()).playback.positionMs
    const before = await position()
    await expect.poll(position).toBeGreaterThan(before)
  })

  test('[OUT-2] so is one whose device was taken away', async () => {
    await ada.page.evaluate(async () => {
      // Not yet in the DOM library's types.
      const context = window.contexts.at(-1) as AudioContext & { setSinkId(id: { type: 'none' }): Promise<void> }
      const suspended = new Promise((done) => context.addEventListener('statechange', done, { once: true }))
      await Promise.all([suspended, context.setSinkId({ type: 'none' })])
    })
    await expect.poll(states).toContain('running')
    await plays()
  })

  test('[OUT-3] [OUT-7] another output gets a context of its own and its own offset, and the person is told', async () => {
    const { page } = ada
    const delay = page.getByRole('slider', { name: 'Speaker delay' })
    await page.getByRole('button', { name: 'Speaker delay' }).click()
    await delay.fill('40')
    const former = (await states()).length
    await plug('headset', 'Headset')
    await expect(page.getByRole('status').filter({ hasText: 'Speaker changed: Headset. Delay: 0 ms.' })).toBeVisible()
    await expect(delay).toHaveValue('0')
    await expect.poll(async () => (await states()).slice(former - 1)).toEqual(['closed', 'running'])
    await plays()
    await plug('speakers', 'Speakers')
    await expect(delay).toHaveValue('40')
    await expect.poll(async () => (await states()).slice(former)).toEqual(['closed', 'running'])
    await plays()
  })

  test('[OUT-6] the offset is there again after a reload', async () => {
    await ada.page.reload()
    await ada.page.getByRole('button', { name: 'Speaker delay' }).click()
    await expect(ada.page.getByRole('slider', { name: 'Speaker delay' })).toHaveValue('40')
  })
})
