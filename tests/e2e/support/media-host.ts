import { createReadStream, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'

/** Some host of media on the web: answers ranges, and lets pages read what it sends, or only play it. */
export class MediaHost {
  /** Names of files that were asked for, in order. */
  readonly asked: string[] = []
  readonly #server: Server

  private constructor(files: readonly string[], isShared: boolean) {
    this.#server = createServer((request, answer) => {
      const name = request.url?.slice(1) ?? ''
      const path = files.find((file) => basename(file) === name)
      if (isShared) answer.setHeader('access-control-allow-origin', '*')
      if (path === undefined) return void answer.writeHead(404).end()
      this.asked.push(name)
      const { size } = statSync(path)
      const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? []
      const start = Number(from ?? 0)
      answer.writeHead(from === undefined ? 200 : 206, {
        'accept-ranges': 'bytes',
        'content-length': size - start,
        ...(from === undefined ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
      })
      createReadStream(path, { start }).pipe(answer)
    })
  }

  static async start(files: readonly string[], { isShared }: { readonly isShared: boolean }): Promise<MediaHost> {
    const host = new MediaHost(files, isShared)
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve))
    return host
  }

  get name(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  urlOf(file: string): string {
    return `http://${this.name}/${basename(file)}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
