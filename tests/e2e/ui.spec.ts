import { expect, test } from '@playwright/test'
import { Visitor } from './support/gallery.ts'

/** The real interface over invented rooms: what it shows, and what it tells the program behind it. */
test.describe('interface', () => {
  let visitor: Visitor

  test.beforeAll(async () => {
    visitor = await Visitor.arrive()
  })

  test.beforeEach(() => visitor.sitAtDesk())

  test.afterAll(() => visitor?.leave())

  test('[UI-6] a locked control is dimmed, says why, and does nothing', async () => {
    await visitor.show('error')
    await expect(visitor.page.getByText('Only hosts may play, pause and skip in this room.')).toBeVisible()
    await expect(visitor.button('Play')).toHaveAttribute('aria-disabled', 'true')
    await expect(visitor.button('Play')).toHaveAccessibleDescription(/Only hosts/)
    await visitor.button('Play').click({ force: true })
    await visitor.page.keyboard.press('n')
    await expect(visitor.page.getByRole('alert').filter({ hasText: 'Only hosts' })).toBeVisible()
    expect(await visitor.calls()).toEqual([])
  })

  test('[UI-7] an error says what to do, and a file that could not be added can be dismissed', async () => {
    await visitor.show('busy')
    await visitor.page.getByText('Low Orbit').hover()
    await visitor.button('Remove Low Orbit').click()
    await expect(visitor.page.getByRole('alert')).toContainText('It sounds in a moment')
    await visitor.button('Dismiss').click()
    await expect(visitor.page.getByRole('alert')).toHaveCount(0)
    await visitor.show('error')
    await expect(visitor.page.getByRole('alert')).toContainText('This is a picture, not music.')
    await visitor.button('Dismiss holiday.jpg').click()
    await expect.poll(() => visitor.lastCall()).toEqual(['cancelImport', 2])
  })

  test('[UI-8] a link that leads nowhere says what is wrong with it', async () => {
    await visitor.page.goto(visitor.gallery.url('busy', '#/r/abc'))
    await expect(visitor.page.getByRole('alert')).toContainText('43 characters, this one has 3')
    await visitor.page.evaluate((letter) => (location.hash = `#/r/${letter.repeat(43)}~broken`), 'A')
    await expect(visitor.page.getByRole('alert')).toContainText('key of a private room')
    await visitor.button('Go to the start page').click()
    await expect(visitor.page.getByRole('button', { name: 'Start a room' })).toBeVisible()
  })

  test('[UI-22] a video stands where the cover stood, and fills the screen and leaves it again', async () => {
    await visitor.show('video')
    const picture = visitor.page.getByRole('img', { name: 'Picture of Harbour at Dusk' })
    await expect(picture.locator('video')).toBeVisible()
    const ratio = async (): Promise<number> => {
      const box = await picture.boundingBox()
      return box === null ? 0 : box.width / box.height
    }
    await expect.poll(ratio).toBeCloseTo(16 / 9, 1)
    expect(await picture.locator('video').evaluate((video: HTMLVideoElement) => video.controls)).toBe(false)
    await picture.hover()
    await visitor.button('Fill the screen').click()
    await expect(visitor.button('Leave full screen')).toBeVisible()
    await visitor.page.keyboard.press('f')
    await expect(visitor.button('Fill the screen')).toBeVisible()
    expect(await visitor.calls()).toEqual([])
  })

  test('[UI-22] a track that does not play here says so in one card, with the ways out as buttons', async () => {
    await visitor.show('no-decoder')
    const card = visitor.page.getByRole('status').filter({ hasText: 'This track does not play here' })
    await expect(card).toContainText('cannot decode ac-3')
    await card.getByRole('button', { name: 'Try another way' }).click()
    await card.getByRole('button', { name: 'Skip for me' }).click()
    await expect
      .poll(() => visitor.calls())
      .toEqual([
        ['remedy', 'other-engine'],
        ['remedy', 'skip'],
      ])
    await visitor.show('skipped')
    await visitor.button('Hear it after all').click()
    await expect.poll(() => visitor.calls()).toEqual([['remedy', 'back']])
  })

  test('[UI-9] leaving a room’s address closes the room', async () => {
    await visitor.show('busy')
    await visitor.button('Leave').click()
    await expect(visitor.page.getByRole('heading', { level: 1 })).toBeFocused()
    await visitor.page.keyboard.press('Tab')
    await expect(visitor.page.getByRole('textbox', { name: 'Room name' })).toBeFocused()
    await expect.poll(() => visitor.calls()).toEqual([['leave']])
    await visitor.page.goBack()
    await expect(visitor.page.getByRole('heading', { level: 1, name: 'Friday Kitchen' })).toBeFocused()
  })

  test('[UI-10] files come in by the file button, by drop and by paste', async () => {
    await visitor.show('busy')
    await visitor.page
      .getByLabel('Add music files')
      .setInputFiles({ name: 'chosen.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('x') })
    await expect.poll(() => visitor.lastCall()).toEqual(['addFiles', ['chosen.mp3']])
    await visitor.page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'dropped.flac'))
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    })
    await expect.poll(() => visitor.lastCall()).toEqual(['addFiles', ['dropped.flac']])
    await visitor.page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['x'], 'pasted.ogg'))
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await expect.poll(() => visitor.lastCall()).toEqual(['addFiles', ['pasted.ogg']])
    await expect(visitor.page.getByText('Let go to add')).toHaveCount(0)
  })

  test('[UI-11] "Invite" shows the link to copy and its QR code, even if it was pressed before its code had come', async () => {
    const pressed = Promise.withResolvers<void>()
    await visitor.page.route(/overlays/, async (route) => {
      await pressed.promise
      await route.continue()
    })
    await visitor.page.goto(visitor.gallery.url('busy'), { waitUntil: 'commit' })
    await visitor.button('Invite').click()
    expect(await visitor.page.evaluate(() => customElements.get('earshot-invite') === undefined)).toBe(true)
    pressed.resolve()
    await expect(visitor.page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expect(visitor.page.getByRole('textbox', { name: 'Link to this room' })).toHaveValue(/#\/r\/A{43}$/)
    await visitor.button('Copy link').click()
    await expect(visitor.button('Copied')).toBeVisible()
    await expect.poll(() => visitor.page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/r\/A{43}$/)
    await visitor.page.unroute(/overlays/)
  })

  test('[UI-12] name and face can be changed', async () => {
    await visitor.show('busy')
    const name = visitor.page.getByRole('textbox', { name: 'Your name' })
    await name.fill('Loud Heron')
    await name.press('Enter')
    await expect.poll(() => visitor.lastCall()).toEqual(['rename', 'Loud Heron'])
    await visitor.button('Draw a new face').click()
    await expect.poll(() => visitor.lastCall()).toEqual(['changeFace', expect.any(String)])
  })

  test('[UI-13] chat stays where one reads, and jumps to the latest', async () => {
    await visitor.show('busy')
    const log = visitor.page.getByRole('log', { name: 'Chat' })
    const say = (count: number) =>
      visitor.page.evaluate((n) => {
        const { room } = window.gallery
        for (let i = 0; i < n; i++) void room?.send(`line ${i}`)
      }, count)
    const distance = () => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
    await say(40)
    await expect.poll(distance).toBeLessThan(2)
    await log.evaluate((element) => (element.scrollTop = 0))
    await expect(visitor.button('Jump to latest')).toBeVisible()
    await say(1)
    expect(await log.evaluate((element) => element.scrollTop)).toBe(0)
    await visitor.button('Jump to latest').click()
    await expect.poll(distance).toBeLessThan(2)
    await expect(log).toContainText('came in')
    await visitor.page.getByRole('switch', { name: 'Comings and goings' }).click()
    await expect(log).not.toContainText('came in')
  })

  test('[UI-15] what keeps a room from being together is told apart', async () => {
    const says: Readonly<Record<string, string>> = {
      alone: 'You are alone: invite someone',
      connecting: 'Looking for the others',
      'no-route': 'no way to them was found',
      offline: 'You are offline',
      'node-down': 'The meeting point is out of reach',
      loading: 'Reading what this device already has',
    }
    for (const [state, text] of Object.entries(says)) {
      await visitor.show(state)
      await expect(visitor.page.getByText(text)).toBeVisible()
    }
    for (const [state, label] of [
      ['relayed', 'Relayed'],
      ['busy', 'Direct'],
    ] as const) {
      await visitor.show(state)
      await expect(visitor.page.locator('earshot-header').getByText(label)).toBeVisible()
    }
    await visitor.show('empty')
    await expect(visitor.page.getByText('Drop music here')).toBeVisible()
    await visitor.button('Try the demo tracks').click()
    await expect.poll(() => visitor.lastCall()).toEqual(['addDemoTracks'])
  })

  test('[UI-16] personal controls stay here: volume, mute and the own offset', async () => {
    await visitor.show('busy')
    await visitor.page.getByRole('slider', { name: 'Volume' }).fill('30')
    await expect.poll(() => visitor.lastCall()).toEqual(['setVolume', 0.3])
    await visitor.button('Mute').click()
    await expect.poll(() => visitor.lastCall()).toEqual(['setMuted', true])
    await visitor.page.getByRole('button', { name: 'Speaker delay' }).click()
    await visitor.page.getByRole('slider', { name: 'Speaker delay' }).fill('150')
    await expect.poll(() => visitor.lastCall()).toEqual(['setOffset', 150])
    await visitor.page.getByRole('slider', { name: 'Position' }).fill('120')
    await expect.poll(() => visitor.lastCall()).toEqual(['seek', 120_000])
  })

  test('[UI-50] the delay is set by ear: clicks, nudges, and back to what it was unless it is saved', async () => {
    await visitor.show('busy')
    const dialog = visitor.page.getByRole('dialog', { name: 'Set the delay by ear' })
    const inside = visitor.page.locator('earshot-tune')
    const open = async (): Promise<void> => {
      await visitor.button('Set by ear').click()
      await expect(dialog).toBeVisible()
    }
    await visitor.page.getByRole('button', { name: 'Speaker delay' }).click()
    await open()
    await visitor.button('Start clicks').click()
    await expect(inside.getByText('Clicks are on')).toBeVisible()
    for (const name of ['10 ms more', '10 ms more', '1 ms less', '10 ms less', '1 ms more'])
      await visitor.button(name).click()
    await expect(inside.getByRole('slider', { name: 'Speaker delay' })).toHaveValue('10')
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'PageUp', 'ArrowLeft', 'ArrowUp'])
      await visitor.page.keyboard.press(key)
    await expect(inside.getByRole('slider', { name: 'Speaker delay' })).toHaveValue('31')
    await visitor.button('Save').click()
    await expect(dialog).toBeHidden()
    const ended = ['setOffset 31', 'tune false']
    const lastTwo = async () => (await visitor.calls()).slice(-2).map((call) => call.join(' '))
    await expect.poll(lastTwo).toEqual(ended)
    for (const close of [() => visitor.page.keyboard.press('Escape'), () => visitor.button('Cancel').click()]) {
      await open()
      await visitor.button('10 ms less').click()
      await close()
      await expect(dialog).toBeHidden()
      await expect.poll(lastTwo).toEqual(ended)
    }
  })

  test('[UI-51] the sync pill shows how far off, and its details why', async () => {
    await visitor.show('busy')
    const pill = visitor.page.getByRole('status', { name: 'Sync' })
    await expect(pill).toContainText('0.3 ms')
    await visitor.page.evaluate(() => {
      const { room } = window.gallery
      room?.setOffset(150)
      room?.change({ sync: { ...room.view.sync, state: 'cut-over', errorMs: -2, engine: 'media-element' } })
    })
    await pill.getByRole('button').click()
    const details = visitor.page.locator('wa-popover').filter({ hasText: 'Sync again' })
    for (const text of ['Cut over', '2.0 ms early', '± 1.2 ms', '12 ppm', '42 ms', '+150 ms', 'Browser’s player'])
      await expect(details).toContainText(text)
    await visitor.button('Sync again').click()
    await expect.poll(() => visitor.lastCall()).toEqual(['resync'])
  })

  test('[UI-52] another speaker is told politely, with its delay', async () => {
    await visitor.show('busy')
    const change = (label: string | null, offsetMs: number, changes: number) =>
      visitor.page.evaluate(
        ([to, ms, count]) => {
          const { room } = window.gallery
          room?.change({ sound: { ...room.view.sound, offsetMs: ms, output: { label: to, changes: count } } })
        },
        [label, offsetMs, changes] as const,
      )
    await change('Kitchen speaker', 180, 1)
    const said = (text: string) => visitor.page.getByRole('status').filter({ hasText: text })
    await expect(said('Speaker changed: Kitchen speaker. Delay: +180 ms.')).toBeVisible()
    await change(null, 0, 2)
    await expect(said('Speaker changed. Delay: 0 ms.')).toBeVisible()
    await expect(visitor.page.getByRole('alert')).toHaveCount(0)
  })

  test('[UI-53] who is typing stands below the chat, and my own typing is passed on', async () => {
    await visitor.show('busy')
    await expect(visitor.page.getByText('Chidi is typing…')).toBeVisible()
    await visitor.page.evaluate(() => {
      const { room } = window.gallery
      room?.change({ typing: room.view.people.slice(2, 5) })
    })
    await expect(visitor.page.getByText('Several people are typing…')).toBeVisible()
    const field = visitor.page.getByRole('textbox', { name: 'Message' })
    await field.fill('hi')
    await field.fill('')
    await expect.poll(() => visitor.page.evaluate(() => window.gallery.room?.typed)).toEqual([true, false])
  })

  test('[UI-21] a host renames the room in place', async () => {
    await visitor.show('busy')
    await visitor.button('Rename the room').click()
    await visitor.page.getByRole('textbox', { name: 'New name of the room' }).fill('Saturday Kitchen')
    await visitor.page.keyboard.press('Escape')
    expect(await visitor.calls()).toEqual([])
    await visitor.button('Rename the room').click()
    await visitor.page.getByRole('textbox', { name: 'New name of the room' }).fill('Saturday Kitchen')
    await visitor.page.keyboard.press('Enter')
    await expect.poll(() => visitor.calls()).toEqual([['renameRoom', 'Saturday Kitchen']])
    await visitor.show('locked')
    await expect(visitor.button('Rename the room')).toHaveCount(0)
  })
})
