import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { MediaHost } from './support/media-host.ts'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const film = join(import.meta.dirname, '../fixtures/audio/film.webm')
const song = join(import.meta.dirname, '../../public/crate/harbour-lights.mp3')
const FILM_MS = 60_000
const IN_STEP_MS = 15

/** What a media element lets out cannot be listened in on when it comes from elsewhere: it plays, unmuted, and decodes sound. */
const sounds = `(() => {
  const find = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? find(one.shadowRoot) : [])])
  const video = find(document).find((one) => one.localName === 'video')
  return video !== undefined && !video.paused && !video.muted && video.volume > 0 && video.webkitAudioDecodedByteCount > 0
})()`

test.describe.serial('music by its address', () => {
  let node: NodeProcess
  let closed: MediaHost
  let shared: MediaHost
  let ada: Person
  let ben: Person

  const addLink = async (address: string): Promise<void> => {
    await ada.button('Add a link').click()
    await ada.page.getByRole('textbox', { name: 'Link to a track' }).fill(address)
    await ada.button('Add link').click()
  }

  test.beforeAll(async () => {
    ;[node, closed, shared] = await Promise.all([
      NodeProcess.start(),
      MediaHost.start([film], { isShared: false }),
      MediaHost.start([song], { isShared: true }),
    ])
    ;[ada, ben] = await Promise.all([Person.arrive(), Person.arrive()])
  })

  test.afterAll(async () => {
    await Promise.all([ada?.leave(), ben?.leave(), closed?.close(), shared?.close()])
    await node?.kill()
  })

  test('[E2E-13] what its host lets nobody read plays from there for both, in step', async () => {
    const link = await ada.startRoom(node.url, 'Web')
    await addLink(closed.urlOf(film))
    await ada.listen()
    await ben.page.goto(link)
    await expect(ben.button('Listen')).toBeVisible()
    await ada.rewind()
    await ben.listen()
    for (const { page } of [ada, ben]) {
      await expect(page.getByText(`Plays from ${closed.name}`)).toBeVisible()
      await expect.poll(() => page.evaluate<boolean>(sounds)).toBe(true)
    }
    await expect
      .poll(async () => {
        const both = await Promise.all([ada.diagnostics(), ben.diagnostics()])
        // On a slow machine the film, of a minute, would end before both have begun and are in step.
        if (both.some(({ playback }) => playback.positionMs > FILM_MS / 2)) await ada.rewind()
        return both.map(({ playback: { engine, state, errorMs } }) => [engine, state, Math.abs(errorMs) < IN_STEP_MS])
      })
      .toEqual([
        ['media-element', 'playing', true],
        ['media-element', 'playing', true],
      ])
    expect((await ben.diagnostics()).media).toMatchObject({ held: 0, wanted: 0 })
  })

  test('[E2E-13] what pages may read is fetched once, and goes from one to the other', async () => {
    await ada.rewind()
    await addLink(shared.urlOf(song))
    await expect.poll(() => ben.queue()).toEqual(['Harbour Lights'])
    await ada.button('Skip').click()
    for (const person of [ada, ben]) {
      await expect.poll(async () => (await person.diagnostics()).playback.engine).toBe('audio-graph')
      await person.hears()
    }
    expect(shared.asked).toEqual(['harbour-lights.mp3'])
  })

  test('[E2E-13] an address that leads nowhere is refused in words', async () => {
    await addLink(shared.urlOf('nothing.mp3'))
    await expect(ada.page.getByRole('alert').filter({ hasText: `${shared.name} answered 404` })).toBeVisible()
  })
})
