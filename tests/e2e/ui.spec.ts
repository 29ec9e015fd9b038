import { AxeBuilder } from '@axe-core/playwright'
import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { launchOptions } from '../support/browser.ts'
import { serveGallery, type Gallery } from './support/gallery.ts'

const roomStates = [
  'busy',
  'alone',
  'empty',
  'locked',
  'loading',
  'connecting',
  'offline',
  'no-route',
  'node-down',
  'error',
]
const phone = { width: 390, height: 844 }
const desktop = { width: 1280, height: 860 }

/** The real interface over invented rooms: what it shows, what it is called, what it tells the program behind it. */
test.describe('interface', () => {
  let gallery: Gallery
  let browser: Browser
  let page: Page

  test.beforeAll(async () => {
    ;[gallery, browser] = await Promise.all([serveGallery(), chromium.launch(launchOptions())])
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      viewport: desktop,
      permissions: ['clipboard-write', 'clipboard-read'],
    })
    page = await context.newPage()
  })

  test.beforeEach(() => page.setViewportSize(desktop))

  test.afterAll(async () => {
    await browser?.close()
    await gallery?.close()
  })

  const show = async (state: string, more = ''): Promise<void> => {
    await page.goto(gallery.url(state, more))
    await expect(page.getByRole('main')).toBeVisible()
  }
  const calls = (): Promise<unknown[][]> => page.evaluate(() => window.gallery.calls)
  const lastCall = async (): Promise<unknown[] | undefined> => (await calls()).at(-1)
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  test('[UI-1] every name that tests and assistive technology rely on is there, once', async () => {
    await show('busy')
    for (const name of ['Add music', 'Pause', 'Skip', 'Invite', 'Send', 'Leave', 'Vote for Paper Lanterns'])
      await expect(page.getByRole('button', { name })).toHaveCount(1)
    for (const name of ['Message', 'Your name']) await expect(page.getByRole('textbox', { name })).toHaveCount(1)
    for (const name of ['Volume', 'Position']) await expect(page.getByRole('slider', { name })).toHaveCount(1)
    for (const name of ['Queue', 'Listeners']) await expect(page.getByRole('list', { name })).toHaveCount(1)
    await expect(page.getByRole('log', { name: 'Chat' })).toHaveCount(1)
    await expect(page.getByRole('status', { name: 'Sync' })).toContainText('In step')
    await expect(page.getByLabel('Add music files')).toHaveAttribute('multiple')
    await expect(page.getByRole('list', { name: 'Queue' }).getByRole('listitem')).toHaveCount(7)
    await button('Pause').click()
    await expect(page.getByRole('button', { name: 'Play' })).toHaveCount(1)

    await show('locked')
    await expect(page.getByRole('button', { name: 'Listen' })).toHaveCount(1)
    await expect(page.getByRole('heading', { name: 'Friday Kitchen' })).toBeVisible()
    await button('Listen').click()
    await expect(button('Listen')).toHaveCount(0)

    await show('home')
    await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveCount(1)
    await page.getByRole('textbox', { name: 'Room name' }).fill('Kitchen')
    await page.getByRole('radio', { name: 'Private' }).check()
    await page.getByRole('button', { name: 'Start a room' }).click()
    expect(await calls()).toContainEqual(['startRoom', { name: 'Kitchen', visibility: 'private' }])
    await expect(page).toHaveURL(/#\/r\//)
  })

  const expectAccessible = async (axe: AxeBuilder): Promise<void> => {
    const { violations } = await axe.analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 160))])).toEqual([])
  }
  const inTheme = (theme: 'light' | 'dark') =>
    page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)

  for (const state of ['busy', 'locked', 'error', 'empty', 'home', 'bad-link']) {
    test(`[UI-2] "${state}" has no serious accessibility violation, in light and in dark`, async () => {
      await show(state)
      await inTheme('light')
      await expectAccessible(new AxeBuilder({ page }))
      // Only colours differ in the dark.
      await inTheme('dark')
      await expectAccessible(new AxeBuilder({ page }).withRules(['color-contrast']))
    })
  }

  test('[UI-2] notices of the connection have no serious accessibility violation, in light and in dark', async () => {
    for (const state of ['alone', 'connecting', 'offline', 'no-route', 'node-down', 'loading']) {
      await show(state)
      for (const theme of ['light', 'dark'] as const) {
        await inTheme(theme)
        await expectAccessible(
          new AxeBuilder({ page }).include({ fromShadowDom: ['earshot-app', 'earshot-room', 'earshot-connection'] }),
        )
      }
    }
  })

  test('[UI-3] keys control the room', async () => {
    await show('busy')
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
      await page.keyboard.press(key)
      await expect.poll(async () => (await calls()).map((one) => JSON.stringify(one))).toContain(JSON.stringify(call))
    }
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeHidden()
    await page.keyboard.press('c')
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused()
  })

  test('[UI-4] typing writes and does nothing else', async () => {
    await show('busy')
    await page.getByRole('textbox', { name: 'Message' }).click()
    await page.keyboard.type('k j l n m c ? hello')
    await page.keyboard.press('ArrowLeft')
    expect(await calls()).toEqual([])
    await page.keyboard.press('Enter')
    expect(await calls()).toEqual([['send', 'k j l n m c ? hello']])
    await expect(page.getByRole('log', { name: 'Chat' })).toContainText('k j l n m c ? hello')
    // Space on a focused button presses that button only.
    await button('Vote for Low Orbit').focus()
    await page.keyboard.press(' ')
    expect(await lastCall()).toEqual(['vote', expect.any(String), true])
  })

  test('[UI-5] a vote can be taken back', async () => {
    await show('busy')
    const vote = button('Vote for Low Orbit')
    await expect(vote).toHaveAttribute('aria-pressed', 'false')
    await vote.click()
    await expect(vote).toHaveAttribute('aria-pressed', 'true')
    await vote.click()
    await expect(vote).toHaveAttribute('aria-pressed', 'false')
    expect((await calls()).map(([, , up]) => up)).toEqual([true, false])
  })

  test('[UI-6] a locked control is dimmed, says why, and does nothing', async () => {
    await show('error')
    await expect(page.getByText('Only hosts may play, pause and skip in this room.')).toBeVisible()
    await expect(button('Play')).toHaveAttribute('aria-disabled', 'true')
    await expect(button('Play')).toHaveAccessibleDescription(/Only hosts/)
    await button('Play').click({ force: true })
    await page.keyboard.press('n')
    await expect(page.getByRole('alert').filter({ hasText: 'Only hosts' })).toBeVisible()
    expect(await calls()).toEqual([])
  })

  test('[UI-7] an error says what to do, and a file that could not be added can be dismissed', async () => {
    await show('busy')
    await page.getByText('Low Orbit').hover()
    await button('Remove Low Orbit').click()
    await expect(page.getByRole('alert')).toContainText('It sounds in a moment')
    await button('Dismiss').click()
    await expect(page.getByRole('alert')).toHaveCount(0)
    await show('error')
    await expect(page.getByRole('alert')).toContainText('This is a picture, not music.')
    await button('Dismiss holiday.jpg').click()
    expect(await lastCall()).toEqual(['cancelImport', 2])
  })

  test('[UI-8] a link that leads nowhere says what is wrong with it', async () => {
    await page.goto(gallery.url('busy', '#/r/abc'))
    await expect(page.getByRole('alert')).toContainText('43 characters, this one has 3')
    await page.evaluate((letter) => (location.hash = `#/r/${letter.repeat(43)}~broken`), 'A')
    await expect(page.getByRole('alert')).toContainText('key of a private room')
    await button('Go to the start page').click()
    await expect(page.getByRole('button', { name: 'Start a room' })).toBeVisible()
  })

  test('[UI-9] leaving a room’s address closes the room', async () => {
    await show('busy')
    await button('Leave').click()
    await expect(page.getByRole('button', { name: 'Start a room' })).toBeVisible()
    expect(await calls()).toEqual([['leave']])
  })

  test('[UI-10] files come in by the file button, by drop and by paste', async () => {
    await show('busy')
    await page
      .getByLabel('Add music files')
      .setInputFiles({ name: 'chosen.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('x') })
    await expect.poll(lastCall).toEqual(['addFiles', ['chosen.mp3']])
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'dropped.flac'))
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    })
    await expect.poll(lastCall).toEqual(['addFiles', ['dropped.flac']])
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['x'], 'pasted.ogg'))
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await expect.poll(lastCall).toEqual(['addFiles', ['pasted.ogg']])
    await expect(page.getByText('Let go to add')).toHaveCount(0)
  })

  test('[UI-11] "Invite" shows the link to copy and its QR code', async () => {
    await show('busy')
    await button('Invite').click()
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Link to this room' })).toHaveValue(/#\/r\/A{43}$/)
    await button('Copy link').click()
    await expect(button('Copied')).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/r\/A{43}$/)
  })

  test('[UI-12] name and face can be changed', async () => {
    await show('busy')
    const name = page.getByRole('textbox', { name: 'Your name' })
    await name.fill('Loud Heron')
    await name.press('Enter')
    await expect.poll(lastCall).toEqual(['rename', 'Loud Heron'])
    await button('Draw a new face').click()
    expect(await lastCall()).toEqual(['changeFace', expect.any(String)])
  })

  test('[UI-13] chat stays where one reads, and jumps to the latest', async () => {
    await show('busy')
    const log = page.getByRole('log', { name: 'Chat' })
    const say = (count: number) =>
      page.evaluate((n) => {
        const { room } = window.gallery
        for (let i = 0; i < n; i++) void room?.send(`line ${i}`)
      }, count)
    const distance = () => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
    await say(40)
    await expect.poll(distance).toBeLessThan(2)
    await log.evaluate((element) => (element.scrollTop = 0))
    await expect(button('Jump to latest')).toBeVisible()
    await say(1)
    expect(await log.evaluate((element) => element.scrollTop)).toBe(0)
    await button('Jump to latest').click()
    await expect.poll(distance).toBeLessThan(2)
    await expect(log).toContainText('came in')
    await page.getByRole('switch', { name: 'Comings and goings' }).click()
    await expect(log).not.toContainText('came in')
  })

  test('[UI-14] on a phone nothing is wider than the screen, controls stay at hand, chat and people are one tap away', async () => {
    await page.setViewportSize(phone)
    for (const state of [...roomStates, 'home']) {
      await page.goto(gallery.url(state))
      await expect(page.getByRole('main')).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), state).toBeLessThanOrEqual(0)
    }
    await show('busy')
    await expect(page.getByRole('list', { name: 'Queue' })).toBeInViewport()
    await page.mouse.wheel(0, 2_000)
    await expect(button('Pause')).toBeInViewport({ ratio: 1 })
    await button('Chat').click()
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeInViewport({ ratio: 1 })
    await button('People').click()
    await expect(page.getByRole('list', { name: 'Listeners' })).toBeInViewport()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('list', { name: 'Listeners' })).toBeHidden()
  })

  test('[UI-15] what keeps a room from being together is told apart', async () => {
    const says: Readonly<Record<string, string>> = {
      alone: 'You are alone: invite someone',
      connecting: 'Looking for the others',
      'no-route': 'no direct way to them was found',
      offline: 'You are offline',
      'node-down': 'The meeting point is out of reach',
      loading: 'Reading what this device already has',
    }
    for (const [state, text] of Object.entries(says)) {
      await show(state)
      await expect(page.getByText(text)).toBeVisible()
    }
    await show('empty')
    await expect(page.getByText('Drop music here')).toBeVisible()
    await button('Try the demo tracks').click()
    expect(await lastCall()).toEqual(['addDemoTracks'])
  })

  test('[UI-16] personal controls stay here: volume, mute and the own offset', async () => {
    await show('busy')
    await page.getByRole('slider', { name: 'Volume' }).fill('30')
    expect(await lastCall()).toEqual(['setVolume', 0.3])
    await button('Mute').click()
    expect(await lastCall()).toEqual(['setMuted', true])
    await page.getByRole('button', { name: 'Speaker delay' }).click()
    await page.getByRole('slider', { name: 'Speaker delay' }).fill('150')
    expect(await lastCall()).toEqual(['setOffset', 150])
    await page.getByRole('slider', { name: 'Position' }).fill('120')
    expect(await lastCall()).toEqual(['seek', 120_000])
  })
})
