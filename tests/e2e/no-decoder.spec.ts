import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const crate = join(import.meta.dirname, '../../public/crate')

/** Ben's browser is made to lack the decoder that Ada's has; its media element plays MP3 as ever. */
test.describe.serial('a track that one browser cannot decode', () => {
  let node: NodeProcess
  let ada: Person
  let ben: Person

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ;[ada, ben] = await Promise.all([Person.arrive(), Person.arrive()])
    await ben.page.addInitScript(() => {
      AudioDecoder.isConfigSupported = (config) => Promise.resolve({ supported: false, config })
    })
  })

  test.afterAll(async () => {
    await Promise.all([ada?.leave(), ben?.leave()])
    await node?.kill()
  })

  test('[E2E-12] it says which codec, and "Try another way" plays it in step', async () => {
    const link = await ada.startRoom(node.url, 'Kitchen')
    await ada.addFile(join(crate, 'harbour-lights.mp3'))
    await ada.listen()
    await ada.hears()
    await ben.page.goto(link)
    await expect(ben.button('Listen')).toBeVisible()
    await ada.rewind()
    await ben.listen()
    await expect(ben.page.getByRole('status').filter({ hasText: 'This browser cannot decode mp3' })).toBeVisible()
    await ben.button('Try another way').click()
    await ben.hears()
    await expect
      .poll(async () => {
        const { engine, state } = (await ben.diagnostics()).playback
        return [engine, state]
      })
      .toEqual(['media-element', 'playing'])
    await expect.poll(async () => Math.abs((await ben.diagnostics()).playback.errorMs)).toBeLessThan(15)
    expect((await ada.diagnostics()).playback.engine).toBe('audio-graph')
  })

  test('[E2E-12] "Skip for me" is silent until the track ends, and only here', async () => {
    await ada.rewind()
    await ada.addFile(join(crate, 'paper-kites.mp3'))
    await expect.poll(() => ben.queue()).toHaveLength(1)
    await ada.button('Skip').click()
    await ben.button('Skip for me').click()
    await ben.hearsNothing()
    await ada.hears()
    await expect(ben.page.getByRole('heading', { name: 'Skipped for you' })).toBeVisible()
    await ben.button('Hear it after all').click()
    await ben.button('Try another way').click()
    await ben.hears()
  })
})
