import {
  chromium,
  expect,
  type Browser,
  type BrowserContext,
  type BrowserServer,
  type LaunchOptions,
  type Locator,
  type Page,
} from '@playwright/test'
import { launchOptions } from '../../support/browser.ts'

interface Diagnostics {
  readonly peer: string
  readonly links: readonly {
    readonly peer: string
    readonly transport: string
    readonly relayed: boolean
    readonly rttMs: number | null
  }[]
  readonly clock: { readonly settled: boolean; readonly offsetMs: number; readonly errorMs: number }
  readonly playback: {
    readonly track: string | null
    readonly playing: boolean
    readonly state: string
    readonly positionMs: number
    readonly errorMs: number
    readonly level: number
    readonly engine: string
  }
  readonly transports: readonly { readonly name: string; readonly state: string }[]
  readonly media: { readonly held: number; readonly wanted: number }
  readonly replica: { readonly records: number; readonly digest: string }
}

/** Somebody with a browser of their own: a separate Chromium process with an empty profile. */
export class Person {
  readonly page: Page
  readonly #server: BrowserServer
  readonly #browser: Browser

  private constructor(server: BrowserServer, browser: Browser, page: Page) {
    this.#server = server
    this.#browser = browser
    this.page = page
  }

  /** `prepare` sees the browser's context before its first page; `options` start the browser. */
  static async arrive(
    prepare?: (context: BrowserContext) => Promise<void>,
    options: LaunchOptions = launchOptions(),
  ): Promise<Person> {
    const server = await chromium.launchServer(options)
    const browser = await chromium.connect(server.wsEndpoint())
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 860 } })
    await prepare?.(context)
    return new Person(server, browser, await context.newPage())
  }

  /** Founds a room from the start page; the result is its link. */
  async startRoom(
    url: string,
    name: string,
    visibility: 'public' | 'unlisted' | 'private' = 'unlisted',
  ): Promise<string> {
    await this.page.goto(url)
    await this.page.getByRole('textbox', { name: 'Room name' }).fill(name)
    await this.page.getByRole('radio', { name: new RegExp(`^${visibility}`, 'i') }).check()
    await this.page.getByRole('button', { name: 'Start a room' }).click()
    await expect(this.page).toHaveURL(/#\/r\//)
    await expect(this.page.getByRole('heading', { name })).toBeVisible()
    return this.page.url()
  }

  async addFile(path: string): Promise<void> {
    await this.page.getByLabel('Add music files').setInputFiles(path)
  }

  async listen(): Promise<void> {
    await this.page.getByRole('button', { name: 'Listen' }).click()
  }

  /** Has the room play its track from the beginning, so that it does not end in the middle of a test on a slow machine. */
  async rewind(): Promise<void> {
    const slider = this.page.getByRole('slider', { name: 'Position' })
    await slider.focus()
    await slider.press('Home')
    await expect.poll(async () => (await this.diagnostics()).playback.positionMs).toBeLessThan(10_000)
  }

  /** While a dialog stands, keys and clicks reach nothing else. */
  async closeDialog(): Promise<void> {
    await this.page.keyboard.press('Escape')
    await expect(this.page.getByRole('dialog')).toHaveCount(0)
  }

  get chat(): Locator {
    return this.page.getByRole('log', { name: 'Chat' })
  }

  /** Sends a message, and waits until it stands in one's own chat. */
  async say(text: string): Promise<void> {
    const message = this.page.getByRole('textbox', { name: 'Message' })
    await message.fill(text)
    await expect(message).toHaveValue(text)
    await this.button('Send').click()
    await expect(this.chat).toContainText(text)
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Titles of the queue from its head on. */
  async queue(): Promise<string[]> {
    const votes = this.page.getByRole('list', { name: 'Queue' }).getByRole('button', { name: /^Vote for / })
    const names = await votes.evaluateAll((buttons) =>
      buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent ?? ''),
    )
    return names.map((name) => name.trim().replace(/^Vote for /, ''))
  }

  /** Waits for a room to be open. */
  async diagnostics(): Promise<Diagnostics> {
    type Console = { readonly earshot?: { diagnostics(): Diagnostics | null } }
    const found = await this.page.waitForFunction(() => (globalThis as Console).earshot?.diagnostics() ?? null)
    return (await found.jsonValue()) as Diagnostics
  }

  /** Whether this browser has reached a meeting point, with or without a room's records. */
  async hasReachedNode(): Promise<boolean> {
    return (await this.diagnostics()).transports.some(({ state }) => state === 'meeting')
  }

  async isConnected(): Promise<boolean> {
    return (await this.diagnostics()).links.length > 0
  }

  /** Waits until sound really leaves this browser's audio graph. */
  hears(): Promise<void> {
    return this.#levelComes((level) => level > 0.01)
  }

  /**
   * Begins to listen closely; the result ends it and tells the longest time without sound, and without the song going on, ms. Time in which
   * others kept this page from looking is nobody's silence: a look counts for 250 ms at most.
   */
  async listenClosely(): Promise<() => Promise<{ silentMs: number; stuckMs: number }>> {
    await this.page.evaluate(() => {
      type Playback = { level: number; positionMs: number; track: string }
      type Console = { earshot: { diagnostics(): { playback: Playback } }; heardClosely?: () => unknown }
      const here = globalThis as unknown as Console
      const longest = { silentMs: 0, stuckMs: 0 }
      let [lookedAtMs, silentMs, stuckMs, position] = [performance.now(), 0, 0, '']
      const timer = setInterval(() => {
        const nowMs = performance.now()
        const { level, positionMs, track } = here.earshot.diagnostics().playback
        const passedMs = Math.min(nowMs - lookedAtMs, 250)
        silentMs = level > 0.001 ? 0 : silentMs + passedMs
        stuckMs = `${track} ${positionMs}` === position ? stuckMs + passedMs : 0
        position = `${track} ${positionMs}`
        lookedAtMs = nowMs
        longest.silentMs = Math.max(longest.silentMs, silentMs)
        longest.stuckMs = Math.max(longest.stuckMs, stuckMs)
      }, 50)
      here.heardClosely = () => (clearInterval(timer), longest)
    })
    return () =>
      this.page.evaluate(() =>
        (globalThis as unknown as { heardClosely(): { silentMs: number; stuckMs: number } }).heardClosely(),
      )
  }

  /** The word that the room's head has for the connection. */
  connection(word: string): Locator {
    return this.page.locator('earshot-header').getByText(word, { exact: true })
  }

  hearsNothing(): Promise<void> {
    return this.#levelComes((level) => level < 0.001)
  }

  /** On failure says all that the page knows: a silence without its reason helps nobody. */
  async #levelComes(fits: (level: number) => boolean): Promise<void> {
    let last: Diagnostics | undefined
    const poll = expect.poll(async () => fits((last = await this.diagnostics()).playback.level))
    await poll.toBe(true).catch((cause: unknown) => {
      throw new Error(`the level did not come: ${JSON.stringify(last)}`, { cause })
    })
  }

  /** Ends the browser's process without a goodbye, as a crash would. */
  async kill(): Promise<void> {
    await this.#server.kill()
  }

  async leave(): Promise<void> {
    await this.#browser.close()
    await this.#server.close()
  }
}
