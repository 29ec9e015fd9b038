import { createServer } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { build } from 'vite'

/** Pages of `tests/e2e/pages/transport`, built as the app is built, and served apart from any node, so that they outlive it. */
export interface TransportPages {
  readonly url: string
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

export async function serveTransportPages(): Promise<TransportPages> {
  const root = join(import.meta.dirname, '../pages/transport')
  const outDir = await mkdtemp(join(tmpdir(), 'earshot-pages-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    base: './',
    build: {
      outDir,
      target: 'es2024',
      minify: false,
      rollupOptions: { input: ['peer', 'compliance', 'middle'].map((name) => join(root, `${name}.html`)) },
    },
  })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    readFile(join(outDir, path)).then(
      (body) =>
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end(), // no such file in a folder that only this test writes
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await rm(outDir, { recursive: true })
    },
  }
}
