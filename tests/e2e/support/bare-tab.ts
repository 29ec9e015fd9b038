import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import WebSocket from 'ws'
import { launchOptions } from '../../support/browser.ts'

interface Answer {
  readonly id?: number
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: unknown }
  readonly error?: { readonly message: string }
}

/**
 * A tab in a browser of its own, spoken to over the DevTools protocol alone. Playwright makes every page believe that it is in front
 * and switches off what browsers do to pages that are not; here a tab can really go behind another one.
 */
export class BareTab {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #calls = 0

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer)
    })
  }

  static async open(): Promise<BareTab> {
    const { executablePath, args = [] } = launchOptions()
    const profile = await mkdtemp(join(tmpdir(), 'earshot-bare-'))
    const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank']
    const process = spawn(executablePath, [...args, ...own], { stdio: 'ignore' })
    const targets = async (): Promise<{ readonly type: string; readonly webSocketDebuggerUrl: string }[]> => {
      const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')
      return (await fetch(`http://127.0.0.1:${port}/json/list`)).json() as never
    }
    let url: string | undefined
    const found = async (): Promise<boolean> => {
      const page = (await targets().catch(() => [])).find(({ type }) => type === 'page')
      return (url = page?.webSocketDebuggerUrl) !== undefined
    }
    await expect.poll(found).toBe(true)
    const socket = new WebSocket(url!)
    await once(socket, 'open')
    return new BareTab(process, profile, socket)
  }

  /** Opens an address after `script` was made part of every page. */
  async goTo(url: string, script: string): Promise<void> {
    await this.#send('Page.enable')
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { source: script })
    await this.#send('Page.navigate', { url })
  }

  /** The value of an expression in the page, as if a tap had asked for it. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#send('Runtime.evaluate', {
      ...{ expression, awaitPromise: true, returnByValue: true, userGesture: true },
    })
    if (result?.exceptionDetails !== undefined) throw new Error(JSON.stringify(result.exceptionDetails))
    return result?.result?.value as T
  }

  /** Another tab comes in front of this one. */
  async goBehind(): Promise<void> {
    await this.#send('Target.createTarget', { url: 'about:blank' })
    await expect.poll(() => this.evaluate('document.visibilityState')).toBe('hidden')
  }

  async close(): Promise<void> {
    this.#socket.close()
    const gone = once(this.#process, 'exit')
    this.#process.kill()
    await gone
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  async #send(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#calls
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, method, params }))
    const answer = await answered
    this.#waiting.delete(id)
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`)
    return answer
  }
}
