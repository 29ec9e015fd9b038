import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { Visitor } from './support/gallery.ts'

const allStates = [
  'busy',
  'alone',
  'empty',
  'locked',
  'away',
  'no-route',
  'relayed',
  'node-down',
  'error',
  'video',
  'no-decoder',
  'home',
]

/** The real interface over invented rooms: its names, its keys, and whether everyone can use it. */
test.describe('interface for everyone', () => {
  let visitor: Visitor

  test.beforeAll(async () => {
    visitor = await Visitor.arrive()
  })

  test.beforeEach(() => visitor.sitAtDesk())

  test.afterAll(() => visitor?.leave())

  test('[UI-1] every name that tests and assistive technology rely on is there, once', async () => {
    await visitor.show('busy')
    for (const name of ['Add music', 'Pause', 'Skip', 'Invite', 'Send', 'Leave', 'Vote for Paper Lanterns'])
      await expect(visitor.page.getByRole('button', { name })).toHaveCount(1)
    for (const name of ['Message', 'Your name'])
      await expect(visitor.page.getByRole('textbox', { name })).toHaveCount(1)
    for (const name of ['Volume', 'Position']) await expect(visitor.page.getByRole('slider', { name })).toHaveCount(1)
    for (const name of ['Queue', 'Listeners']) await expect(visitor.page.getByRole('list', { name })).toHaveCount(1)
    await expect(visitor.page.getByRole('log', { name: 'Chat' })).toHaveCount(1)
    await expect(visitor.page.getByRole('status', { name: 'Sync' })).toContainText('In step')
    await expect(visitor.page.getByLabel('Add music files')).toHaveAttribute('multiple')
    await expect(visitor.page.getByRole('list', { name: 'Queue' }).getByRole('listitem')).toHaveCount(7)
    await visitor.button('Pause').click()
    await expect(visitor.page.getByRole('button', { name: 'Play' })).toHaveCount(1)

    await visitor.show('locked')
    await expect(visitor.page.getByRole('button', { name: 'Listen' })).toHaveCount(1)
    await expect(visitor.page.getByRole('heading', { name: 'Friday Kitchen' })).toBeVisible()
    await visitor.button('Listen').click()
    await expect(visitor.button('Listen')).toHaveCount(0)

    await visitor.show('home')
    await expect(visitor.page.getByRole('textbox', { name: 'Your name' })).toHaveCount(1)
    await visitor.page.getByRole('textbox', { name: 'Room name' }).fill('Kitchen')
    await visitor.page.getByRole('radio', { name: 'Private' }).check()
    await visitor.page.getByRole('button', { name: 'Start a room' }).click()
    await expect.poll(() => visitor.calls()).toContainEqual(['startRoom', { name: 'Kitchen', visibility: 'private' }])
    await expect(visitor.page).toHaveURL(/#\/r\//)
  })

  for (const state of ['busy', 'error', 'empty', 'home', 'bad-link']) {
    test(`[UI-2] "${state}" has no serious accessibility violation`, async () => {
      await visitor.show(state, '&theme=light')
      await expectAccessible(new AxeBuilder({ page: visitor.page }))
    })
  }

  test('[UI-2] colours have contrast in the dark', async () => {
    await visitor.show('error', '&theme=dark')
    await expectAccessible(new AxeBuilder({ page: visitor.page }).withRules(['color-contrast']))
  })

  test('[UI-2] what comes and goes has no serious accessibility violation, in light and in dark', async () => {
    for (const [theme, state] of [
      ['light', 'offline'],
      ['dark', 'alone'],
    ] as const) {
      await visitor.show('locked', `&theme=${theme}`)
      await visitor.page.evaluate(
        (now) => window.gallery.room?.change({ connection: { state: now, nodeDown: false } }),
        state,
      )
      const axe = new AxeBuilder({ page: visitor.page })
      for (const part of ['earshot-listen', 'earshot-connection'])
        axe.include({ fromShadowDom: ['earshot-app', 'earshot-room', part] })
      await expectAccessible(axe)
    }
  })

  for (const theme of ['light', 'dark']) {
    test(`[UI-2] setting the delay by ear has no serious accessibility violation in ${theme}`, async () => {
      await visitor.show('busy', `&theme=${theme}`)
      await visitor.page.evaluate(() => window.gallery.room?.setMuted(true))
      await visitor.page.getByRole('button', { name: 'Speaker delay' }).click()
      await visitor.button('Set by ear').click()
      await expect(visitor.page.getByRole('dialog', { name: 'Set the delay by ear' })).toBeVisible()
      await expectAccessible(
        new AxeBuilder({ page: visitor.page }).include({
          fromShadowDom: ['earshot-app', 'earshot-room', 'earshot-tune'],
        }),
      )
    })
  }

  test('[UI-58] nodes are added and removed in the settings, by keys alone, with the reason when one is refused', async () => {
    await visitor.show('node-down', '&theme=dark')
    await expect(visitor.button('Settings')).toHaveCount(1)
    await visitor.button('Nodes').press('Enter')
    const nodes = visitor.page.getByRole('list', { name: 'Nodes' }).getByRole('listitem')
    await expect(nodes).toContainText([
      /^\s*earshot\.example\s*Connected · this page came from it/,
      /loud-music\.example:8443\s*Out of reach, tried again by itself/,
      /^\s*attic\.example\s*Connecting…/,
    ])
    const address = visitor.page.getByRole('textbox', { name: 'Address of a node' })
    const alert = visitor.page.getByRole('alert')
    for (const [text, why] of [
      ['', 'Write the address of a node, such as node.example.'],
      ['attic.example', 'attic.example is in the list already.'],
      ['http://cellar.example', /This page came over https/],
    ] as const) {
      await address.fill(text)
      await address.press('Enter')
      await expect(alert).toHaveText(why)
    }
    await expectAccessible(
      new AxeBuilder({ page: visitor.page }).include({ fromShadowDom: ['earshot-app', 'earshot-settings'] }),
    )
    await address.fill('https://cellar.example/#/r/room')
    await expect(alert).toBeHidden()
    await address.press('Enter')
    await expect(nodes).toHaveCount(4)
    await expect(address).toHaveValue('')
    await visitor.button('Remove attic.example').press('Enter')
    await expect(nodes).toContainText([/earshot/, /loud-music/, /cellar\.example/])
    await expect(visitor.button('Remove earshot.example')).toHaveCount(0)
    await visitor.page.keyboard.press('Escape')
    await expect(visitor.page.getByRole('dialog', { name: 'Settings' })).toBeHidden()
  })

  test('[UI-7] a toast that comes while a dialog is open is dismissed by keys, and outlives the dialog', async () => {
    await visitor.show('busy')
    const tell = (label: string) =>
      visitor.page.evaluate((to) => {
        const { room } = window.gallery
        const { output } = room!.view.sound
        room?.change({ sound: { ...room.view.sound, output: { label: to, changes: output.changes + 1 } } })
      }, label)
    const said = (text: string) => visitor.page.getByRole('status').filter({ hasText: text })
    const dialog = visitor.page.getByRole('dialog', { name: 'Settings' })
    await visitor.button('Settings').press('Enter')
    await expect(dialog).toBeVisible()
    const first = visitor.button('Dismiss').first()
    // Whatever a dialog makes inert cannot have the focus. Told again each time: no toast stays for long.
    await expect(async () => {
      for (const label of ['Kitchen speaker', 'Car']) await tell(label)
      await expect(said('Car')).toBeVisible()
      await first.focus()
      await expect(first).toBeFocused({ timeout: 1_000 })
    }).toPass()
    await visitor.page.keyboard.press('Enter')
    await expect(said('Kitchen speaker')).toHaveCount(0)
    await expect(visitor.button('Dismiss')).toBeFocused()
    await visitor.page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await tell('Headphones')
    await visitor.button('Dismiss').last().click()
    await expect(said('Headphones')).toHaveCount(0)
  })

  test('[UI-3] keys control the room', async () => {
    await visitor.show('busy')
    const pressed: readonly (readonly [string, readonly unknown[]])[] = [
      ['k', ['pause']],
      [' ', ['play']],
      ['j', ['seek', 73_000]],
      ['l', ['seek', 93_000]],
      ['ArrowLeft', ['seek', 78_000]],
      ['ArrowRight', ['seek', 88_000]],
      ['n', ['skip']],
      ['m', ['setMuted', true]],
      ['ArrowDown', ['setVolume', 0.67]],
      ['ArrowUp', ['setVolume', 0.72]],
    ]
    for (const [key, call] of pressed) {
      await visitor.page.keyboard.press(key)
      await expect
        .poll(async () => (await visitor.calls()).map((one) => JSON.stringify(one)))
        .toContain(JSON.stringify(call))
    }
    await visitor.page.keyboard.press('?')
    await expect(visitor.page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
    await visitor.page.keyboard.press('Escape')
    await expect(visitor.page.getByRole('dialog', { name: 'Keyboard' })).toBeHidden()
    await visitor.page.keyboard.press('c')
    await expect(visitor.page.getByRole('textbox', { name: 'Message' })).toBeFocused()
  })

  test('[UI-3] a key that is held goes on seeking, and skips once', async () => {
    await visitor.show('busy')
    for (const key of ['n', 'l']) {
      // Each further press without a release is a repetition.
      for (let i = 0; i < 3; i++) await visitor.page.keyboard.down(key)
      await visitor.page.keyboard.up(key)
    }
    const names = (await visitor.calls()).map(([name]) => name)
    expect(names).toEqual(['skip', 'seek', 'seek', 'seek'])
  })

  test('[UI-3] a key right after a dialog closed counts, although the focus is still there', async () => {
    await visitor.show('busy')
    await visitor.page.evaluate(() => {
      const dialog = document.body.appendChild(document.createElement('dialog'))
      const press = (): boolean =>
        dialog.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true, composed: true }))
      dialog.showModal()
      press()
      dialog.close()
      press()
    })
    await expect.poll(async () => (await visitor.calls()).filter(([name]) => name === 'skip')).toHaveLength(1)
  })

  test('[UI-4] typing writes and does nothing else', async () => {
    await visitor.show('busy')
    await visitor.page.getByRole('textbox', { name: 'Message' }).click()
    await visitor.page.keyboard.type('k j l n m c ? hello')
    await visitor.page.keyboard.press('ArrowLeft')
    expect(await visitor.calls()).toEqual([])
    await visitor.page.keyboard.press('Enter')
    await expect.poll(() => visitor.calls()).toEqual([['send', 'k j l n m c ? hello']])
    await expect(visitor.page.getByRole('log', { name: 'Chat' })).toContainText('k j l n m c ? hello')
    // Space on a focused button presses that button only.
    await visitor.button('Vote for Low Orbit').focus()
    await visitor.page.keyboard.press(' ')
    await expect.poll(() => visitor.lastCall()).toEqual(['vote', expect.any(String), true])
  })

  test('[UI-5] a vote can be taken back', async () => {
    await visitor.show('busy')
    const vote = visitor.button('Vote for Low Orbit')
    await expect(vote).toHaveAttribute('aria-pressed', 'false')
    await vote.click()
    await expect(vote).toHaveAttribute('aria-pressed', 'true')
    await vote.click()
    await expect(vote).toHaveAttribute('aria-pressed', 'false')
    await expect.poll(async () => (await visitor.calls()).map(([, , up]) => up)).toEqual([true, false])
    await vote.focus()
    await visitor.page.evaluate(() => {
      const { room } = window.gallery
      room?.change({ queue: room.view.queue.toReversed() })
    })
    await expect(vote).toBeFocused()
  })

  test('[UI-14] on a phone nothing is wider than the screen, controls stay at hand, chat and people are one tap away', async () => {
    await visitor.page.setViewportSize({ width: 390, height: 844 })
    for (const state of allStates) {
      await visitor.page.goto(visitor.gallery.url(state))
      await expect(visitor.page.getByRole('main')).toBeVisible()
      expect(
        await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        state,
      ).toBeLessThanOrEqual(0)
    }
    await visitor.show('busy')
    await expect(visitor.page.getByRole('list', { name: 'Queue' })).toBeInViewport()
    await visitor.page.mouse.wheel(0, 2_000)
    await expect(visitor.button('Pause')).toBeInViewport({ ratio: 1 })
    await visitor.button('Chat').click()
    await expect(visitor.page.getByRole('textbox', { name: 'Message' })).toBeInViewport({ ratio: 1 })
    await visitor.button('People').click()
    await expect(visitor.page.getByRole('list', { name: 'Listeners' })).toBeInViewport()
    await visitor.page.keyboard.press('Escape')
    await expect(visitor.page.getByRole('list', { name: 'Listeners' })).toBeHidden()
    // By keys alone: into what was opened, and back to where it was opened.
    await visitor.button('People').press('Enter')
    await expect(visitor.button('Close')).toBeFocused()
    await visitor.page.keyboard.press('Enter')
    await expect(visitor.button('People')).toBeFocused()
  })
})
