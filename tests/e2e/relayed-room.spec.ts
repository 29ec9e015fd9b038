import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NoDirectRoute } from './support/no-direct-route.ts'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const song = (name: string): string => join(import.meta.dirname, `../../public/crate/${name}.mp3`)

/** Three people, three Chromium processes; no WebRTC connection comes about between Ben and Cara. */
test.describe.serial('a room in which two cannot reach each other', () => {
  const between = new NoDirectRoute()
  let node: NodeProcess
  let ada: Person
  let ben: Person
  let cara: Person

  test.beforeAll(async () => {
    node = await NodeProcess.start()
    ;[ada, ben, cara] = await Promise.all([
      Person.arrive(),
      Person.arrive((context) => between.guard(context, 'ben')),
      Person.arrive((context) => between.guard(context, 'cara')),
    ])
  })

  test.afterAll(async () => {
    await Promise.all([ada?.kill(), ben?.leave(), cara?.leave()])
    await node?.kill()
  })

  const transportsTo = async (from: Person, to: Person): Promise<string[]> => {
    const [{ links }, { peer }] = await Promise.all([from.diagnostics(), to.diagnostics()])
    return links.filter((link) => link.peer === peer).map(({ transport }) => transport)
  }

  test('[E2E-30] they are joined through the node, once, and whom they reach directly they have one link to', async () => {
    const link = await ada.startRoom(node.url, 'Cellar')
    await ada.addFile(song('harbour-lights'))
    await ada.listen()
    for (const person of [ben, cara]) await person.page.goto(link)
    // Direct calls must have failed before, which takes each its time.
    await expect.poll(() => transportsTo(ben, cara), { timeout: 60_000 }).toEqual(['libp2p'])
    await expect.poll(() => transportsTo(cara, ben)).toEqual(['libp2p'])
    expect(between.stopped).toBeGreaterThan(0)
    for (const person of [ben, cara]) {
      await expect.poll(() => transportsTo(ada, person)).toEqual(['webrtc'])
      await expect(person.connection('Direct')).toBeVisible()
    }
    await ada.rewind()
    await Promise.all([ben.listen(), cara.listen()])
    await Promise.all([ben.hears(), cara.hears()])
  })

  test('[E2E-31] when nobody is left between them, words and music go on passing', async () => {
    await ben.rewind()
    await ada.kill()
    for (const person of [ben, cara]) await expect(person.connection('Relayed')).toBeVisible()
    await ben.say('can you hear me')
    await expect(cara.chat).toContainText('can you hear me')
    await cara.say('through the node')
    await expect(ben.chat).toContainText('through the node')
    await ben.addFile(song('glass-garden'))
    await expect.poll(() => cara.queue()).toEqual(['Glass Garden'])
    const before = (await cara.diagnostics()).playback.track
    await cara.button('Skip').click()
    const tracks = async () =>
      (await Promise.all([ben, cara].map((person) => person.diagnostics()))).map(({ playback }) => playback.track)
    await expect
      .poll(async () => (await tracks()).map((track) => track !== null && track !== before))
      .toEqual([true, true])
    expect(new Set(await tracks()).size).toBe(1)
    await Promise.all([ben.hears(), cara.hears()])
  })
})
