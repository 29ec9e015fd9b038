import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Person } from '../../tests/e2e/support/person.ts'
import { launchOptions } from '../../tests/support/browser.ts'

/** How a room's page is connected: what its links are, and the words that its head shows. */
export interface Seen {
  readonly links: 'none' | 'relayed' | 'direct'
  readonly words: readonly string[]
}

/** Longest wait for anything, ms: three times what anything should take. */
const PATIENCE_MS = 60_000
const LOOK_MS = 50

/** Somebody whose browser runs in a home's network. */
export class Resident {
  readonly person: Person

  private constructor(person: Person) {
    this.person = person
  }

  /** `enter` is the command that runs another one in the home, `folder` holds what is needed meanwhile. */
  static async arrive(name: string, enter: readonly string[], folder: string): Promise<Resident> {
    const options = launchOptions()
    const script = join(folder, `browser-of-${name}`)
    await writeFile(script, `#!/bin/sh\nexec ${enter.join(' ')} '${options.executablePath}' "$@"\n`)
    await chmod(script, 0o755)
    const person = await Person.arrive(undefined, {
      ...options,
      executablePath: script,
      // The node vouches for its certificate itself. Software rendering would take a core of its own.
      args: [...(options.args ?? []), '--ignore-certificate-errors', '--disable-gpu'],
    })
    person.page.on('pageerror', (error) => console.error(`page error of ${name}: ${error.message}`))
    await person.page.addInitScript(watchConnection)
    return new Resident(person)
  }

  /** Waits until the page is so; the result is the time at which it was, ms since 1970: all homes share this machine's clock. */
  async sees(what: string, fits: (seen: Seen) => boolean): Promise<number> {
    const untilMs = Date.now() + PATIENCE_MS
    for (;;) {
      if (fits(await this.seen())) return Date.now()
      if (Date.now() > untilMs) throw await this.#inVain(what)
      await sleep(LOOK_MS)
    }
  }

  /** Waits for text in the chat; the result is the time at which it stood there, ms since 1970. */
  async reads(text: string): Promise<number> {
    const found = this.person.chat.getByText(text)
    await found.waitFor({ timeout: PATIENCE_MS }).catch(async () => Promise.reject(await this.#inVain(`"${text}"`)))
    return Date.now()
  }

  seen(): Promise<Seen> {
    return this.person.page.evaluate(() => (globalThis as unknown as { seen(): Seen }).seen())
  }

  async #inVain(what: string): Promise<Error> {
    return new Error(
      `waited in vain for ${what}: ${JSON.stringify([await this.seen(), await this.person.diagnostics()])}`,
    )
  }
}

/** Runs in the page: `seen()` tells how it is connected. */
function watchConnection(): void {
  interface Linked {
    readonly relayed: boolean
  }
  type Console = { earshot?: { diagnostics(): { links: readonly Linked[] } | null } }
  const find = (root: ParentNode, selector: string): Element | null => {
    const found = root.querySelector(selector)
    if (found !== null) return found
    for (const { shadowRoot } of root.querySelectorAll('*')) {
      const inside = shadowRoot === null ? null : find(shadowRoot, selector)
      if (inside !== null) return inside
    }
    return null
  }
  let header: Element | null = null
  const seen = (): Seen => {
    if (header?.isConnected !== true) header = find(document, 'earshot-header')
    // The first fact says who may come in, the others how the room is connected.
    const [, ...facts] = header?.shadowRoot?.querySelectorAll('.fact') ?? []
    const links = (globalThis as Console).earshot?.diagnostics()?.links ?? []
    return {
      links: links.length === 0 ? 'none' : links.every(({ relayed }) => relayed) ? 'relayed' : 'direct',
      words: facts.map((fact) => fact.textContent.trim()),
    }
  }
  Object.assign(globalThis, { seen })
}
