import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** The community node as a user runs it: a process of its own, on a free port. */
export class NodeProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /**
   * `within` is a command that runs it, such as `ip netns exec NAME`.
   * @throws Error with the node's output when it does not come up.
   */
  static start(port = 0, settings: readonly string[] = [], within: readonly string[] = []): Promise<NodeProcess> {
    const env = { ...process.env, PORT: String(port) }
    const [command = '', ...args] = [...within, process.execPath, 'signaling/start.ts', ...settings]
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Promise((resolve, reject) => {
      let output = ''
      const read = (chunk: Buffer): void => {
        output += chunk.toString()
        const url = /https?:\/\/localhost:\d+/.exec(output)?.[0]
        if (url) resolve(new NodeProcess(child, url))
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${output}`)))
    })
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Ends it without a goodbye. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}
