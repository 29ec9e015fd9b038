import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { Visitor } from './support/gallery.ts'

/** Meeting by codes, as the interface leads through it. */
test.describe('interface of meeting by codes', () => {
  let visitor: Visitor

  test.beforeAll(async () => {
    visitor = await Visitor.arrive()
  })

  test.beforeEach(() => visitor.sitAtDesk())

  test.afterAll(() => visitor?.leave())

  test('[UI-2] meeting by codes has no serious accessibility violation', async () => {
    await visitor.show('busy', '&theme=dark')
    await visitor.button('Invite').click()
    await visitor.button('Connect by code').click()
    await visitor.page.getByRole('textbox', { name: 'Their answer' }).fill('wrong')
    await visitor.button('Connect').click()
    await expect(visitor.page.getByRole('alert').filter({ hasText: 'cut off' })).toBeVisible()
    const axe = new AxeBuilder({ page: visitor.page })
    await expectAccessible(axe.include({ fromShadowDom: ['earshot-app', 'earshot-room', 'earshot-invite'] }))
  })

  test('[UI-60] meeting by codes goes step by step, and a refused answer says why in place', async () => {
    const { page } = visitor
    await visitor.show('busy')
    await visitor.button('Invite').click()
    await visitor.button('Connect by code').click()
    await expect(page.getByRole('img', { name: 'QR code of the invitation' })).toBeVisible()
    await expect(visitor.button('Copy invitation')).toBeFocused()
    const field = page.getByRole('textbox', { name: 'Their answer' })
    await visitor.button('Connect').click()
    await expect(page.getByRole('alert').filter({ hasText: 'Paste the answer' })).toBeVisible()
    await field.fill('wrong')
    await field.press('Enter')
    await expect(page.getByRole('alert').filter({ hasText: 'cut off' })).toBeVisible()
    await expect(field).toBeFocused()
    await field.fill('right')
    await visitor.button('Connect').click()
    await expect(page.getByText('You are connected.')).toBeVisible()
    await visitor.button('Done').click()
    await expect(page.getByRole('dialog')).toBeHidden()
    await visitor.button('Invite').click()
    await visitor.button('Connect by code').click()
    await visitor.button('Cancel').click()
    const made = (await visitor.calls()).map(([command]) => command)
    expect(made).toEqual(['invite', 'accept', 'accept', 'cancel', 'invite', 'cancel'])
  })

  test('[UI-60] an invitation in the address opens its answer by itself, once, and Esc gives it up', async () => {
    const { page } = visitor
    await visitor.show('busy')
    const room = new URL(page.url()).hash
    await page.evaluate((hash) => (location.hash = hash), `${room}/Ab-_9`)
    await expect(page.getByRole('img', { name: 'QR code of the answer' })).toBeVisible()
    await expect.poll(() => visitor.calls()).toEqual([['answer', 'Ab-_9']])
    expect(new URL(page.url()).hash).toBe(room)
    await page.keyboard.press('Escape')
    await expect.poll(() => visitor.lastCall()).toEqual(['cancel'])
    await expect(page.getByRole('img', { name: 'QR code of the answer' })).toBeHidden()
  })

  test('[UI-61] what is pasted on the start page leads there, or says why not', async () => {
    const { page } = visitor
    await visitor.show('home')
    const field = page.getByRole('textbox', { name: 'Got a link or a code?' })
    const paste = async (text: string): Promise<void> => {
      await field.fill(text)
      await visitor.button('Open').click()
    }
    await paste('hello')
    await expect(page.getByRole('alert').filter({ hasText: 'no link of Earshot' })).toBeVisible()
    await paste('https://earshot.example/#/r/short')
    await expect(page.getByRole('alert').filter({ hasText: 'this one has 5' })).toBeVisible()
    await paste('https://earshot.example/#/a/Ab-_9')
    await expect(page.getByRole('heading', { name: 'Nobody here waits for this answer' })).toBeVisible()
    await expect.poll(() => visitor.lastCall()).toEqual(['handOver', 'Ab-_9'])
  })
})
