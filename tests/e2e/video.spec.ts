import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const film = join(import.meta.dirname, '../fixtures/audio/film.webm')
/** What two people in one room would hear as an echo begins at about 30 ms; asked is half of it. */
const IN_STEP_MS = 15

const picture = (page: Page) => page.getByRole('img', { name: /^Picture of / }).locator('video')

/** A video, as two people watch it: separate Chromium processes, the second one gets it from the first. */
test.describe.serial('a film for two', () => {
  let node: NodeProcess
  let ada: Person
  let ben: Person

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ;[ada, ben] = await Promise.all([Person.arrive(), Person.arrive()])
  })

  test.afterAll(async () => {
    await Promise.all([ada?.leave(), ben?.leave()])
    await node?.kill()
  })

  test('[E2E-11] both see and hear a video that one drops in, by the element’s engine', async () => {
    const link = await ada.startRoom(node.url, 'Cinema')
    await ada.addFile(film)
    await ada.listen()
    await ada.hears()
    await ben.page.goto(link)
    await expect(ben.button('Listen')).toBeVisible()
    await ada.rewind()
    await ben.listen()
    await ben.hears()
    for (const { page } of [ada, ben]) {
      await expect(picture(page)).toBeVisible()
      await expect
        .poll(() => picture(page).evaluate((video: HTMLVideoElement) => [video.videoWidth, video.videoHeight]))
        .toEqual([160, 90])
    }
    for (const person of [ada, ben])
      await expect.poll(async () => (await person.diagnostics()).playback.engine).toBe('media-element')
  })

  test('[E2E-11] both are in step, and stay so after a seek and a pause', async () => {
    const inStep = async (): Promise<void> => {
      await Promise.all([ada.hears(), ben.hears()])
      await expect
        .poll(async () => {
          const both = await Promise.all([ada.diagnostics(), ben.diagnostics()])
          return both.every(({ playback: { state, errorMs } }) => state === 'playing' && Math.abs(errorMs) < IN_STEP_MS)
        })
        .toBe(true)
    }
    await ada.rewind()
    await inStep()
    await ada.rewind()
    await expect.poll(async () => (await ben.diagnostics()).playback.positionMs).toBeLessThan(10_000)
    await inStep()
    await ben.button('Pause').click()
    await Promise.all([ada.hearsNothing(), ben.hearsNothing()])
    await ada.button('Play').click()
    await inStep()
  })

  test('[E2E-11] F fills the screen with the picture', async () => {
    await ada.rewind()
    await ben.page.locator('body').press('f')
    const full = (): Promise<boolean> =>
      picture(ben.page).evaluate((video) => (video.getRootNode() as ShadowRoot).host.matches(':fullscreen'))
    await expect.poll(full).toBe(true)
    await ben.page.locator('body').press('f')
    await expect.poll(full).toBe(false)
    await ben.hears()
  })

  test('[E2E-11] the next track is music, and goes on with the other engine', async () => {
    await ada.rewind()
    await ada.addFile(join(import.meta.dirname, '../../public/crate/harbour-lights.mp3'))
    await expect.poll(() => ben.queue()).toHaveLength(1)
    await ben.button('Skip').click()
    for (const person of [ada, ben]) {
      await expect.poll(async () => (await person.diagnostics()).playback.engine).toBe('audio-graph')
      await person.hears()
      await expect(picture(person.page)).toHaveCount(0)
    }
  })
})
