import { expect, test } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NodeProcess } from './support/node-process.ts'
import { Person } from './support/person.ts'

const crate = join(import.meta.dirname, '../../public/crate')

/** Bytes of records that the node keeps, as it tells its operator. */
async function keptBytes({ url }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^earshot_kept_bytes (\d+)$/m.exec(text)?.[1])
}

/** The same once nothing more is on its way. */
async function allKept(node: NodeProcess): Promise<number> {
  const seen: number[] = []
  const rests = async (): Promise<boolean> => (seen.push(await keptBytes(node)), seen.at(-1) === seen.at(-2))
  await expect.poll(rests, { intervals: [500] }).toBe(true)
  return seen.at(-1)!
}

for (const visibility of ['public', 'private'] as const) {
  test(`[E2E-40] a ${visibility} room that a node keeps is back when everybody had left`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'earshot-kept-'))
    const node = await NodeProcess.start(0, ['--keep', dir])
    const host = await Person.arrive()
    const link = await host.startRoom(node.url, 'The archive', visibility)
    await host.addFile(join(crate, 'night-train-north.mp3'))
    await expect(host.page.getByRole('heading', { name: 'Night Train North' })).toBeVisible()
    await host.addFile(join(crate, 'paper-kites.mp3'))
    await expect.poll(() => host.queue()).toEqual(['Paper Kites'])
    // So that it does not end before the guest has come.
    await host.button('Pause').click()
    await expect(host.button('Play')).toBeVisible()
    await host.say('I was here.')
    await host.button('Invite').click()
    // A dialog takes the focus a frame after it is seen: a key might go there.
    await expect(host.button('Copy link')).toBeFocused()
    const keep = host.page.getByRole('switch', { name: /^Keep this room on / })
    await keep.press('Space')
    await expect(host.page.getByText('Kept, for 90 days after the last visit.')).toBeVisible()
    await expect(keep).toBeChecked()
    await host.closeDialog()
    const before = await allKept(node)
    await host.say('And this came later.')
    await expect.poll(() => keptBytes(node)).toBeGreaterThan(before)
    const { replica } = await host.diagnostics()
    await host.kill()

    const guest = await Person.arrive()
    await guest.page.goto(link)
    await expect(guest.page.getByRole('heading', { name: 'The archive' })).toBeVisible()
    await expect(guest.chat.getByText('I was here.')).toBeVisible()
    await expect(guest.chat.getByText('And this came later.')).toBeVisible()
    await expect.poll(() => guest.queue()).toEqual(['Paper Kites'])
    await expect(guest.page.getByRole('heading', { name: 'Night Train North' })).toBeVisible()
    await expect.poll(async () => (await guest.diagnostics()).replica.digest).toBe(replica.digest)
    expect(await guest.isConnected()).toBe(false)
    // Not the host: no switch, but a line that says where the room is kept.
    await guest.button('Invite').click()
    await expect(guest.page.getByText(/keeps this room/)).toBeVisible()
    await expect(guest.page.getByRole('switch', { name: /^Keep this room on / })).toHaveCount(0)
    await guest.leave()
    await node.kill()
    await rm(dir, { recursive: true })
  })
}
