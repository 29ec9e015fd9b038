import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const crate = join(import.meta.dirname, '../../public/crate')
const song = (name: string): string => join(crate, `${name}.mp3`)

/** The main job, as two people live it: two Chromium processes with empty profiles, one node, real MP3 files. */
test.describe.serial('a room for two', () => {
  let node: NodeProcess
  let ada: Person
  let ben: Person
  let link: string

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ;[ada, ben] = await Promise.all([Person.arrive(), Person.arrive()])
  })

  test.afterAll(async () => {
    await Promise.all([ada?.kill(), ben?.leave()])
    await node?.kill()
  })

  test('[E2E-1] one starts a room and drops in a song; the other follows the link; both hear it', async () => {
    link = await ada.startRoom(node.url, 'Kitchen')
    await ada.addFile(song('harbour-lights'))
    await ada.listen()
    await ada.hears()
    await ben.page.goto(link)
    await expect(ben.page.getByRole('heading', { name: 'Kitchen' })).toBeVisible()
    await ada.rewind()
    await ben.listen()
    await ben.hears()
    const [a, b] = await Promise.all([ada.diagnostics(), ben.diagnostics()])
    expect(b.playback.track).toBe(a.playback.track)
    const links = async () => (await ben.diagnostics()).links.map(({ peer, transport }) => ({ peer, transport }))
    await expect.poll(links).toContainEqual({ peer: a.peer, transport: 'webrtc' })
  })

  test('[E2E-2] both are where the room is, and their replicas are equal', async () => {
    await expect
      .poll(async () => {
        const [a, b] = await Promise.all([ada.diagnostics(), ben.diagnostics()])
        return [a.clock.settled, b.clock.settled, Math.abs(a.playback.errorMs) < 5, Math.abs(b.playback.errorMs) < 5]
      })
      .toEqual([true, true, true, true])
    await expect
      .poll(async () => {
        const [a, b] = await Promise.all([ada.diagnostics(), ben.diagnostics()])
        return a.replica.digest === b.replica.digest
      })
      .toBe(true)
  })

  test('[E2E-3] votes reorder the queue on both', async () => {
    await ada.rewind()
    await ada.addFile(song('glass-garden'))
    await expect.poll(() => ben.queue()).toEqual(['Glass Garden'])
    await ben.addFile(song('paper-kites'))
    await expect.poll(() => ada.queue()).toEqual(['Glass Garden', 'Paper Kites'])
    await ada.button('Vote for Paper Kites').click()
    for (const person of [ada, ben]) await expect.poll(() => person.queue()).toEqual(['Paper Kites', 'Glass Garden'])
    await ada.button('Vote for Paper Kites').click()
    for (const person of [ada, ben]) await expect.poll(() => person.queue()).toEqual(['Glass Garden', 'Paper Kites'])
  })

  test('[E2E-4] chat goes both ways, with names', async () => {
    for (const [from, to, text] of [
      [ada, ben, 'hello from the kitchen'],
      [ben, ada, 'hello back'],
    ] as const) {
      await from.say(text)
      await expect(to.chat).toContainText(text)
    }
  })

  test('[E2E-5] pause, play and seek are followed', async () => {
    await ben.button('Pause').click()
    await Promise.all([ada.hearsNothing(), ben.hearsNothing()])
    await ada.button('Play').click()
    await Promise.all([ada.hears(), ben.hears()])
    await ada.rewind()
    await expect.poll(async () => (await ben.diagnostics()).playback.positionMs).toBeLessThan(10_000)
    await Promise.all([ada.hears(), ben.hears()])
  })

  test('[E2E-6] a reload keeps the room', async () => {
    const before = await ben.diagnostics()
    await ben.page.reload()
    await expect(ben.chat).toContainText('hello from the kitchen')
    await expect.poll(() => ben.queue()).toEqual(['Glass Garden', 'Paper Kites'])
    await expect.poll(async () => (await ben.diagnostics()).peer).toBe(before.peer)
    await ben.listen()
    await ben.hears()
  })

  test('[E2E-7] the node is killed and the room goes on', async () => {
    const direct = async (person: Person): Promise<boolean> =>
      (await person.diagnostics()).links.some(({ transport }) => transport === 'webrtc')
    for (const person of [ada, ben]) await expect.poll(() => direct(person)).toBe(true)
    await node.kill()
    await ada.say('still here without a node')
    await expect(ben.chat).toContainText('still here without a node')
    await Promise.all([ada.hears(), ben.hears()])
  })

  test('[E2E-8] the founder’s process is killed and the song plays on', async () => {
    await ben.rewind()
    await ada.kill()
    await expect.poll(async () => (await ben.diagnostics()).links.length).toBe(0)
    const { positionMs } = (await ben.diagnostics()).playback
    await ben.hears()
    await expect.poll(async () => (await ben.diagnostics()).playback.positionMs).toBeGreaterThan(positionMs + 1_000)
  })
})
