import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const song = join(import.meta.dirname, '../../public/crate/harbour-lights.mp3')

test('[E2E-9] with the node down a reload shows the room as it was; what is written then merges later', async () => {
  let node = await NodeProcess.start()
  const ada = await Person.arrive()
  const ben = await Person.arrive()
  try {
    const link = await ada.startRoom(node.url, 'Cabin')
    await ada.addFile(song)
    await ada.listen()
    await ada.hears()
    await ada.say('before the storm')
    await ada.page.evaluate(() => navigator.serviceWorker.ready)
    const { port } = node
    await ada.rewind()
    await node.kill()

    await ada.page.reload()
    await expect(ada.page.getByRole('heading', { name: 'Cabin' })).toBeVisible()
    await expect(ada.chat).toContainText('before the storm')
    await ada.listen()
    await ada.hears()
    await ada.say('written in the storm')
    await expect(ada.chat).toContainText('written in the storm')

    node = await NodeProcess.start(port)
    expect(node.port).toBe(port)
    await ben.page.goto(link)
    await expect(ben.chat).toContainText('written in the storm', { timeout: 45_000 })
    await ben.say('good to see you')
    await expect(ada.chat).toContainText('good to see you')
  } finally {
    await Promise.all([ada.leave(), ben.leave()])
    await node.kill()
  }
})
