import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, type Browser, type Locator, type Page } from '@playwright/test'
import { build, preview } from 'vite'
import { launchOptions } from '../../support/browser.ts'

const desk = { width: 1280, height: 860 }

/** The interface's gallery (`tests/ui/gallery`), built as the app is built and served on a free port. */
interface Gallery {
  /** Address of the gallery in one of its states. */
  url(state: string, more?: string): string
  close(): Promise<void>
}

async function serveGallery(): Promise<Gallery> {
  const root = join(import.meta.dirname, '../../ui/gallery')
  const outDir = await mkdtemp(join(tmpdir(), 'earshot-gallery-'))
  const common = { configFile: false, logLevel: 'error', root } as const
  await build({ ...common, build: { outDir, target: 'es2024', minify: false } })
  const server = await preview({ ...common, build: { outDir }, preview: { port: 0, host: 'localhost' } })
  const base = server.resolvedUrls?.local[0] ?? ''
  return {
    url: (state, more = '') => `${base}?state=${state}${more}`,
    async close() {
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}

/** Somebody who looks at the gallery, without motion, so that nothing is judged halfway through a transition. */
export class Visitor {
  readonly gallery: Gallery
  readonly page: Page
  readonly #browser: Browser

  private constructor(gallery: Gallery, browser: Browser, page: Page) {
    this.gallery = gallery
    this.#browser = browser
    this.page = page
  }

  static async arrive(): Promise<Visitor> {
    const [gallery, browser] = await Promise.all([serveGallery(), chromium.launch(launchOptions())])
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      viewport: desk,
      permissions: ['clipboard-write', 'clipboard-read'],
    })
    return new Visitor(gallery, browser, await context.newPage())
  }

  sitAtDesk(): Promise<void> {
    return this.page.setViewportSize(desk)
  }

  /** Goes to a state of the gallery and waits until it stands. */
  async show(state: string, more = ''): Promise<void> {
    await this.page.goto(this.gallery.url(state, more))
    await expect(this.page.getByRole('main')).toBeVisible()
    // What lies over the pages comes after their first paint: a press on what opens a popover would go nowhere before.
    await this.page.evaluate(() => customElements.whenDefined('earshot-tune').then(() => undefined))
  }

  /** Commands that the interface has sent since it was shown. */
  calls(): Promise<unknown[][]> {
    return this.page.evaluate(() => window.gallery.calls)
  }

  async lastCall(): Promise<unknown[] | undefined> {
    return (await this.calls()).at(-1)
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  async leave(): Promise<void> {
    await this.#browser.close()
    await this.gallery.close()
  }
}
