import { expect, test } from '@playwright/test'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

test('[E2E-10] of a private room nothing passes the node in clear, and without the secret nobody gets in', async () => {
  const node = await NodeProcess.start()
  const [ada, ben, eve] = await Promise.all([Person.arrive(), Person.arrive(), Person.arrive()])
  try {
    const frames: string[] = []
    for (const person of [ada, ben])
      person.page.on('websocket', (socket) => {
        socket.on('framesent', ({ payload }) => frames.push(payload.toString()))
        socket.on('framereceived', ({ payload }) => frames.push(payload.toString()))
      })
    const link = await ada.startRoom(node.url, 'Hideout', 'private')
    const [room, secret] = link.split('#/r/')[1]!.split('~')
    expect(secret).toMatch(/^[\w-]{43}$/)
    await ben.page.goto(link)
    await expect(ben.page.getByRole('heading', { name: 'Hideout' })).toBeVisible()
    await ben.say('only for us')
    await expect(ada.chat).toContainText('only for us')

    await eve.page.goto(link.replace(`~${secret}`, ''))
    await expect.poll(() => eve.hasReachedNode()).toBe(true)

    const { peer } = await ada.diagnostics()
    const signals = frames.filter((frame) => frame.includes('publish'))
    expect(signals.length).toBeGreaterThan(2)
    const inClear = [room!, secret!, peer, 'Hideout', 'only for us', 'candidate', 'fingerprint', 'announce', 'offer']
    for (const word of inClear) expect(frames.filter((frame) => frame.includes(word))).toEqual([])
    expect(await eve.isConnected()).toBe(false)
    await expect(eve.page.getByText('Hideout')).toHaveCount(0)
  } finally {
    await Promise.all([ada.leave(), ben.leave(), eve.leave()])
    await node.kill()
  }
})
