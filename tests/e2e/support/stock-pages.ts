import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'

/** Pages that are made of npm packages alone, served apart from any node. */
export interface StockPages {
  /** Ends with a slash. */
  readonly url: string
  close(): Promise<void>
}

/** Builds and serves `tests/e2e/pages/stock/NAME.html`. */
export async function serveStockPage(name: 'stock' | 'stock-libp2p'): Promise<StockPages> {
  const outDir = await mkdtemp(join(tmpdir(), 'earshot-stock-'))
  const root = join(import.meta.dirname, '../pages/stock')
  const common = { configFile: false, logLevel: 'error', root } as const
  const rollupOptions = { input: join(root, `${name}.html`) }
  await build({ ...common, build: { outDir, target: 'es2024', minify: false, rollupOptions } })
  const server = await preview({ ...common, build: { outDir }, preview: { port: 0, host: 'localhost' } })
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    async close() {
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}
