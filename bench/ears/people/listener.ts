import { randomUUID } from 'node:crypto'
import { chromium, type Browser, type Page } from 'playwright'
import { launchOptions } from '../../../tests/support/browser.ts'
import { processWith, treeOf } from '../rig/process-tree.ts'
import { wallNowMs } from '../rig/rig.ts'
import { setSessionNice } from '../rig/session-priority.ts'
import type { World } from './world.ts'

const APPEARS_MS = 30_000
/** Of a newcomer's session: a tenth of the weight of the others'. */
const GIVES_WAY_NICE = 10

/** What `earshot.diagnostics()` says of playback; the bench prints it beside what it heard. */
export interface PlaybackTold {
  readonly engine: string
  readonly state: string
  readonly errorMs: number
  readonly outputLatencyMs: number
  readonly level: number
  readonly positionMs: number
}

export interface ListenerOptions {
  /** Leads the browser's sound to its own ear of the rig. */
  readonly env: Record<string, string>
  /** The device's buffer as the browser is made to believe it, frames; 0: its own choice. */
  readonly bufferFrames: number
  /** What is bent around the page before it loads. */
  readonly world?: World | undefined
  /** Comes while others listen: until `belongs`, their browser gives way to those. Nobody shares a device with a newcomer, and here all browsers share one. */
  readonly givesWay?: boolean
}

/** Somebody with a browser process and a loudspeaker of their own. */
export class Listener {
  readonly page: Page
  readonly #browser: Browser
  readonly #mark: string

  private constructor(browser: Browser, page: Page, mark: string) {
    this.#browser = browser
    this.page = page
    this.#mark = mark
  }

  static async arrive({ env, bufferFrames, world, givesWay = false }: ListenerOptions): Promise<Listener> {
    const options = launchOptions()
    // Chromium passes by switches that it does not know: this one finds its processes again.
    const mark = `--earshot-listener=${randomUUID()}`
    const browser = await chromium.launch({
      ...options,
      // Software rendering takes a core of its own here and starves the audio thread of a machine with two.
      args: [
        ...(options.args ?? []),
        '--disable-gpu',
        mark,
        ...(bufferFrames > 0 ? [`--audio-buffer-size=${bufferFrames}`] : []),
      ],
      env: { ...(process.env as Record<string, string>), ...env },
      // The bench tears down in its own order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    if (givesWay) setSessionNice(processWith(mark), GIVES_WAY_NICE)
    // Painting rests while we measure: the visualiser honours it.
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      viewport: { width: 480, height: 640 },
      // What the page loads is what the world serves.
      ...(world === undefined ? {} : { serviceWorkers: 'block' as const }),
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`page error: ${error.message}`))
    await page.addInitScript(() => {
      const press = { atMs: 0 }
      Object.assign(globalThis, { earPress: press })
      const origin = performance.timeOrigin
      const now = performance.now.bind(performance)
      // The instant of the press itself, on the machine's wall clock: what a driver does before it does not count.
      addEventListener('pointerdown', () => (press.atMs = origin + now()), true)
    })
    await world?.(page)
    return new Listener(browser, page, mark)
  }

  /** Who hears the music is a listener as all others are. */
  belongs(): void {
    if (!setSessionNice(this.process, 0)) console.error('A newcomer’s browser had to give way to the others all along.')
  }

  /** Id of the browser's first process; all others of it descend from that one. */
  get process(): number {
    return processWith(this.#mark)
  }

  /** Ids of all processes of this browser. */
  get processes(): readonly number[] {
    return treeOf(this.process).map(({ id }) => id)
  }

  /** Founds a room; the result is its link. */
  async startRoom(url: string): Promise<string> {
    await this.page.goto(url)
    await this.page.getByRole('textbox', { name: 'Room name' }).fill('Ear bench')
    await this.#press('Start a room')
    await this.page.waitForURL(/#\/r\//, { timeout: APPEARS_MS })
    return this.page.url()
  }

  async enter(link: string): Promise<void> {
    await this.page.goto(link)
  }

  async addFiles(paths: readonly string[]): Promise<void> {
    await this.page.getByLabel('Add music files').setInputFiles([...paths])
  }

  listen(): Promise<void> {
    return this.#press('Listen')
  }

  /** Presses a button by its name; the result is the wall-clock ms of the press. */
  async press(name: 'Play' | 'Pause' | 'Skip'): Promise<number> {
    await this.#press(name)
    return this.page.evaluate(() => (globalThis as unknown as { earPress: { atMs: number } }).earPress.atMs)
  }

  /** Moves everyone's position; the result is the wall-clock ms just before. */
  async seek(positionS: number): Promise<number> {
    const atMs = wallNowMs()
    await this.page.getByRole('slider', { name: 'Position', exact: true }).fill(String(positionS))
    return atMs
  }

  /** Waits until sound leaves this browser's audio graph. @throws Error when it does not within `timeoutMs`. */
  async hears(timeoutMs = APPEARS_MS): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const { earshot } = globalThis as unknown as {
          earshot?: { diagnostics(): { playback: { level: number } } | null }
        }
        try {
          return (earshot?.diagnostics()?.playback.level ?? 0) > 0.003
        } catch {
          return false // the room is still on its way to this browser
        }
      },
      undefined,
      { timeout: timeoutMs, polling: 100 },
    )
  }

  told(): Promise<PlaybackTold> {
    return this.page.evaluate(() => {
      const { earshot } = globalThis as unknown as { earshot: { diagnostics(): { playback: PlaybackTold } } }
      return earshot.diagnostics().playback
    })
  }

  async leave(): Promise<void> {
    await this.#browser.close()
  }

  async #press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).first().click({ timeout: APPEARS_MS })
  }
}
