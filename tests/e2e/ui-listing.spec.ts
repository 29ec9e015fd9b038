import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import type { KeepingView } from '../../src/app/room-view.ts'
import { expectAccessible } from './support/accessible.ts'
import { Visitor } from './support/gallery.ts'

/** Where a room is found and kept, over invented rooms: the lobby, and what hosts say to it and to the node. */
test.describe('listing and keeping', () => {
  let visitor: Visitor

  test.beforeAll(async () => {
    visitor = await Visitor.arrive()
  })

  test.afterAll(() => visitor?.leave())

  // What a dialog shows stands beside it in the tree, in the slots of its host.
  const inside = () => visitor.page.locator('earshot-invite')
  const form = () => inside().getByRole('form', { name: 'In the lobby' })
  const invite = async (state: string, more = ''): Promise<void> => {
    await visitor.show(state, more)
    await visitor.button('Invite').click()
    await expect(visitor.page.getByRole('dialog', { name: 'Invite' })).toBeVisible()
    // A dialog takes the focus a frame after it is seen: a key might go there.
    await expect(visitor.button('Copy link')).toBeFocused()
  }
  const keeping = (part: Partial<KeepingView> | null): Promise<void> =>
    visitor.page.evaluate((now) => window.gallery.room?.tellKeeping(now), part)

  test('[UI-55] hosts of a public room say what the lobby is told of it', async () => {
    await invite('listed')
    await expect(form().getByRole('textbox', { name: 'Tags' })).toHaveValue('jazz, vinyl')
    await expect(form().getByRole('combobox', { name: 'Mood' })).toHaveValue('calm')
    await expect(form().getByRole('combobox', { name: 'Language' })).toHaveValue('en')
    await expect(form().getByRole('checkbox')).toBeChecked()
    await form().getByRole('textbox', { name: 'Tags' }).fill('jazz, late night')
    await form().getByRole('combobox', { name: 'Mood' }).selectOption('focus')
    await form().getByRole('checkbox').uncheck()
    await visitor.button('Save listing').click()
    await expect(visitor.button('Saved')).toBeVisible()
    await expect
      .poll(() => visitor.calls())
      .toEqual([['list', { tags: ['jazz', ' late night'], mood: 'focus', language: 'en' }]])
    await form().getByRole('textbox', { name: 'Tags' }).fill('')
    await expect(visitor.button('Save listing')).toBeVisible()
  })

  test('[UI-55] the device is asked where it is once a place is wanted, and never before', async () => {
    await invite('listed')
    await visitor.page.evaluate(() => window.gallery.room?.change({ listing: { tags: [] } }))
    const place = form().getByRole('checkbox')
    await expect(place).not.toBeChecked()
    await place.check()
    expect(await visitor.calls()).toEqual([])
    await visitor.button('Save listing').click()
    await expect(visitor.button('Saved')).toBeVisible()
    await expect.poll(async () => (await visitor.calls()).map(([name]) => name)).toEqual(['askPlace', 'list'])
    await expect
      .poll(async () => (await visitor.lastCall())?.[1])
      .toMatchObject({ place: { latitudeDeg: 59, longitudeDeg: 10 } })
  })

  test('[UI-55] nobody else is asked, and no other room', async () => {
    await invite('listed')
    await expect(form()).toBeVisible()
    await visitor.page.evaluate(() => window.gallery.room?.change({ myRole: 'listener' }))
    await expect(form()).toHaveCount(0)
    await visitor.page.evaluate(() => window.gallery.room?.change({ myRole: 'founder', visibility: 'unlisted' }))
    await expect(form()).toHaveCount(0)
  })

  test('[UI-56] a switch has the node keep the room, and shows what the node says', async () => {
    await invite('busy')
    const keep = inside().getByRole('switch', { name: 'Keep this room on earshot.example' })
    await expect(keep).not.toBeChecked()
    await expect(inside().getByText('The node then knows this room and can read what it keeps.')).toBeVisible()
    await keep.press('Space')
    await expect(inside().getByText('Kept, for 90 days after the last visit.')).toBeVisible()
    await expect(keep).toBeChecked()
    await expect.poll(() => visitor.calls()).toEqual([['keep', 'earshot.example', true]])

    await keeping({ busy: true })
    await expect(inside().getByText('Asking the node…')).toBeVisible()
    await expect(keep).toBeFocused()
    await keeping({ busy: false })
    await visitor.page.evaluate(() => {
      const { room } = window.gallery
      if (room !== null) room.refusal = 'This node has no more room.'
    })
    await keep.press('Space')
    await expect(visitor.page.getByRole('alert')).toContainText('This node has no more room.')
    await expect(keep).toBeChecked()

    await keeping({ state: 'away' })
    await expect(keep).toBeDisabled()
    await expect(inside().getByText('The node is out of reach.')).toBeVisible()
    await keeping({ state: 'kept', mine: false })
    await expect(keep).toBeDisabled()
    await expect(inside().getByText('Somebody else asked for it')).toBeVisible()
    await visitor.page.evaluate(() => window.gallery.room?.change({ visibility: 'private' }))
    await expect(inside().getByText('All of it stays sealed')).toBeVisible()
  })

  test('[UI-56] listeners are told where the room is kept, and nobody of what a node does not do', async () => {
    await invite('busy')
    await visitor.page.evaluate(() => window.gallery.room?.change({ myRole: 'listener' }))
    const line = inside().getByText('earshot.example keeps this room')
    await expect(inside().getByRole('switch')).toHaveCount(0)
    await expect(line).toHaveCount(0)
    await keeping({ state: 'kept' })
    await expect(line).toBeVisible()
    await visitor.page.evaluate(() => window.gallery.room?.change({ myRole: 'host' }))
    await expect(inside().getByRole('switch')).toBeVisible()
    await keeping(null)
    await expect(inside().getByRole('switch')).toHaveCount(0)
  })

  test('[UI-57] open rooms are searched and narrowed, and nothing found is told from nothing open', async () => {
    await visitor.show('home')
    const { page } = visitor
    const rooms = page.getByRole('list', { name: 'Open rooms' }).getByRole('link')
    await expect(rooms).toHaveCount(3)
    const search = page.getByRole('searchbox', { name: 'Search open rooms' })
    await search.fill('disco')
    await expect(rooms).toHaveText([/Kitchen Disco/])
    await expect(page.getByRole('status').filter({ hasText: '1 open room' })).toBeVisible()
    await search.fill('polka')
    await expect(rooms).toHaveCount(0)
    await expect(page.getByText('No open room fits.')).toBeVisible()
    await search.fill('')
    await page.getByRole('combobox', { name: 'Mood' }).selectOption('focus')
    await expect(rooms).toHaveText([/Deep work/])
    await visitor.show('home-first')
    await expect(page.getByText('No open room right now.')).toBeVisible()
    await expect(search).toHaveCount(0)
  })

  test('[UI-57] what is near is asked of the device only by whoever wants to know it', async () => {
    await visitor.show('home')
    await visitor.button('New').click()
    await expect(visitor.button('New')).toHaveAttribute('aria-pressed', 'true')
    expect(await visitor.calls()).toEqual([])
    await visitor.button('Nearby').click()
    await expect(visitor.button('Nearby')).toHaveAttribute('aria-pressed', 'true')
    await expect(visitor.button('New')).toHaveAttribute('aria-pressed', 'false')
    await expect.poll(() => visitor.calls()).toEqual([['locate']])
  })

  test('[UI-2] inviting, listing and keeping have no serious accessibility violation', async () => {
    await invite('listed', '&theme=dark')
    const axe = new AxeBuilder({ page: visitor.page }).include({
      fromShadowDom: ['earshot-app', 'earshot-room', 'earshot-invite'],
    })
    await expectAccessible(axe)
  })
})
