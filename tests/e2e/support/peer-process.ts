import { chromium, expect, type Browser, type BrowserServer, type Page } from '@playwright/test'
import type { RoomAddress } from '../../../src/domain/address.ts'
import type { PeerEvent, PeerOptions } from '../pages/transport/peer.ts'
import { launchOptions } from '../../support/browser.ts'

/** A Chromium process of its own that opens peers, one per page. */
export class PeerProcess {
  readonly #server: BrowserServer
  readonly #browser: Browser

  private constructor(server: BrowserServer, browser: Browser) {
    this.#server = server
    this.#browser = browser
  }

  static async start(): Promise<PeerProcess> {
    const server = await chromium.launchServer(launchOptions())
    return new PeerProcess(server, await chromium.connect(server.wsEndpoint()))
  }

  async enter(pagesUrl: string, room: RoomAddress, options: PeerOptions): Promise<PeerHandle> {
    const page = await this.openPage(`${pagesUrl}/peer.html`)
    await page.waitForFunction(() => window.peerPage !== undefined)
    const peer = await page.evaluate(([at, how]) => window.peerPage.enter(at, how), [room, options] as const)
    return new PeerHandle(page, peer)
  }

  async openPage(url: string): Promise<Page> {
    const page = await (await this.#browser.newContext()).newPage()
    await page.goto(url)
    return page
  }

  /** Ends all its pages with a goodbye or without one, and lets the process stand for the next test. */
  async clear(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()))
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#server.kill()
  }

  async close(): Promise<void> {
    await this.#server.close()
  }
}

/** A peer in a page. */
export class PeerHandle {
  readonly page: Page
  readonly peer: string

  constructor(page: Page, peer: string) {
    this.page = page
    this.peer = peer
  }

  events(): Promise<readonly PeerEvent[]> {
    return this.page.evaluate(() => window.peerPage.events)
  }

  /** PeerIds of the links that stand. */
  links(): Promise<string[]> {
    return this.page.evaluate(() => [...(window.peerPage.membership?.links ?? [])].map(({ peer }) => peer))
  }

  status(): Promise<string> {
    return this.page.evaluate(() => window.peerPage.membership?.status.state ?? 'none')
  }

  attempts(): Promise<number> {
    return this.page.evaluate(() => window.peerPage.membership?.attempts ?? 0)
  }

  uncaught(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.peerPage.uncaught)
  }

  /** Says `text` on every link; the result tells whether all took it. */
  say(text: string): Promise<boolean> {
    return this.page.evaluate((words) => {
      const links = [...(window.peerPage.membership?.links ?? [])]
      return links.every((link) => link.channel('sync').send(new TextEncoder().encode(words)))
    }, text)
  }

  async linkedTo(...others: PeerHandle[]): Promise<void> {
    const expected = others.map(({ peer }) => peer).toSorted()
    await expect.poll(async () => (await this.links()).toSorted()).toEqual(expected)
  }

  /** Waits for an event. */
  async told(kind: PeerEvent['kind'], what: string): Promise<void> {
    const happened = async (): Promise<boolean> =>
      (await this.events()).some((event) => event.kind === kind && event.what === what)
    await expect.poll(happened, { message: `${kind} ${what}` }).toBe(true)
  }
}
