import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { projectRoot } from '../../tests/support/tool.ts'

/** Clock ticks per second in /proc/PID/stat: 100 on every Linux (man 5 proc, sysconf). */
const TICKS_PER_SECOND = 100

/** Above what the bench sends on purpose from one address, so that a limit stops only what breaks it. */
const benchLimits = 'connections=20000,connectionsPerAddress=20000,messagesPerSecond=100000,messageBurst=100000'
const benchFanOut = ['fanOut', 'addressFanOut', 'topicFanOut', 'totalFanOut'].map(
  (name) => `${name}BytesPerSecond=1000000000`,
)

/** A signalling server as a process of its own, seen from outside as the kernel sees it. */
export class ServerProcess {
  readonly name: string
  readonly url: string
  readonly #child: ChildProcess
  readonly #inspectorPort: number
  #exited = false

  private constructor(name: string, url: string, inspectorPort: number, child: ChildProcess) {
    this.name = name
    this.url = url
    this.#inspectorPort = inspectorPort
    this.#child = child
    child.once('exit', () => (this.#exited = true))
  }

  /** Our node, as it is started by people, without the app. `limits` replaces the usual ones by the bench's. */
  static earshot(limits: 'usual' | 'bench'): Promise<ServerProcess> {
    const wide = limits === 'bench' ? ['--limits', [benchLimits, ...benchFanOut].join(',')] : []
    return ServerProcess.#start('earshot', '/signal', (port) => [
      join(projectRoot, 'signaling/start.ts'),
      ...['--port', String(port), '--host', '127.0.0.1', '--app', 'off', ...wide],
    ])
  }

  /** The server that comes with y-webrtc. */
  static rival(): Promise<ServerProcess> {
    return ServerProcess.#start('y-webrtc', '/', () => [join(projectRoot, 'node_modules/y-webrtc/bin/server.js')])
  }

  static async #start(name: string, path: string, args: (port: number) => string[]): Promise<ServerProcess> {
    const [port, inspectorPort] = [await freePort(), await freePort()]
    const env = { ...process.env, PORT: String(port) }
    const child = spawn(process.execPath, [`--inspect=127.0.0.1:${inspectorPort}`, ...args(port)], {
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    const server = new ServerProcess(name, `ws://127.0.0.1:${port}${path}`, inspectorPort, child)
    for (let tries = 0; tries < 200; tries++) {
      if (!server.alive) break
      const answered = await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false, // not up yet
      )
      if (answered) return server
      await sleep(50)
    }
    throw new Error(`the server of ${name} does not come up`)
  }

  get alive(): boolean {
    return !this.#exited
  }

  /** Has V8 collect all garbage, through its inspector: what is left is memory that is needed. */
  async collectGarbage(): Promise<void> {
    await this.#inspect('HeapProfiler.collectGarbage')
  }

  /** Memory that its JavaScript needs, objects and buffers, after a collection; MB. */
  async heapMb(): Promise<number> {
    await this.collectGarbage()
    const expression = '{ const { heapUsed, external } = process.memoryUsage(); heapUsed + external }'
    const { result } = (await this.#inspect('Runtime.evaluate', { expression })) as { result: { value: number } }
    return result.value / 2 ** 20
  }

  async #inspect(method: string, params: object = {}): Promise<unknown> {
    const targets = (await (await fetch(`http://127.0.0.1:${this.#inspectorPort}/json/list`)).json()) as {
      webSocketDebuggerUrl: string
    }[]
    const inspector = new WebSocket(targets[0]!.webSocketDebuggerUrl)
    await new Promise((resolve, reject) => inspector.once('open', resolve).once('error', reject))
    const answer = new Promise<Buffer>((resolve) => inspector.once('message', resolve))
    inspector.send(JSON.stringify({ id: 1, method, params }))
    const { result } = JSON.parse((await answer).toString('utf8')) as { result: unknown }
    inspector.close()
    return result
  }

  /** Memory that is really in use, KB. */
  async rssKb(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
  }

  /** Processor time used so far, user and system, in seconds. */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }

  /** Bytes read and written so far, on sockets and elsewhere (proc(5), `io`). */
  async movedBytes(): Promise<number> {
    const io = await readFile(`/proc/${this.#child.pid}/io`, 'utf8')
    return Number(/^rchar: (\d+)$/m.exec(io)?.[1]) + Number(/^wchar: (\d+)$/m.exec(io)?.[1])
  }

  async stop(): Promise<void> {
    if (this.#exited) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
