import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const song = (name: string): string => join(import.meta.dirname, `../../public/crate/${name}.mp3`)

/** Ada's page comes from one node and Ben's from another; the nodes do not know each other. */
test('[E2E-34] a node that is added in an open room brings those together who share it, and its loss parts nobody', async () => {
  const [north, south] = await Promise.all([NodeProcess.start(), NodeProcess.start()])
  const [ada, ben] = await Promise.all([Person.arrive(), Person.arrive()])
  const link = await ada.startRoom(north.url, 'Two shores')
  await ada.addFile(song('harbour-lights'))
  await ada.listen()
  await ada.hears()
  // Should the song end before all this has happened, the music goes on.
  await ada.addFile(song('glass-garden'))
  await expect.poll(() => ada.queue()).toHaveLength(1)
  await ben.page.goto(link.replace(north.url, south.url))
  await expect(ben.connection('Alone')).toBeVisible()

  await ada.rewind()
  const endListening = await ada.listenClosely()
  const nodes = await openNodes(ada)
  await expect(nodes.getByRole('listitem')).toContainText([/localhost.*Connected · this page came from it/s])
  await addNode(ada, `${south.url}/path`)
  await expect(ada.page.getByRole('alert').filter({ hasText: 'without a path' })).toBeVisible()
  await addNode(ada, south.url)
  await expect(nodes.getByRole('listitem')).toContainText([/this page came from it/, /Connected/])
  await expect(ben.connection('Direct')).toBeVisible({ timeout: 30_000 })
  await ben.listen()
  await ben.hears()

  await south.kill()
  await expect(nodes.getByRole('listitem').nth(1)).toContainText('Out of reach, tried again by itself')
  await expect(ben.connection('Node down')).toBeVisible()
  await expect(ada.connection('Node down')).toHaveCount(0)
  await ada.page.getByRole('button', { name: `Remove ${new URL(south.url).host}` }).press('Enter')
  await expect(nodes.getByRole('listitem')).toHaveCount(1)
  await ada.closeDialog()

  await ben.button('Nodes').click()
  await addNode(ben, link) // of a room's link only the node counts
  await expect(ben.page.getByRole('list', { name: 'Nodes' }).getByRole('listitem').nth(1)).toContainText('Connected')
  await ben.closeDialog()
  await expect(ben.connection('Node down')).toHaveCount(0)
  await ben.say('still here')
  await expect(ada.chat).toContainText('still here')
  await ada.say('so am I')
  await expect(ben.chat).toContainText('so am I')
  const { silentMs, stuckMs } = await endListening()
  expect([silentMs < 1_000, stuckMs < 1_000], `silent for ${silentMs} ms, stuck for ${stuckMs} ms`).toEqual([
    true,
    true,
  ])
  await Promise.all([ada.leave(), ben.leave()])
  await north.kill()
})

async function openNodes({ page }: Person) {
  await page.getByRole('button', { name: 'Settings' }).click()
  return page.getByRole('list', { name: 'Nodes' })
}

async function addNode({ page }: Person, address: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Address of a node' })
  await field.fill(address)
  // A dialog takes the focus a frame after it is seen: a key alone might go there.
  await field.press('Enter')
}
