import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'

/** Serves `tests/e2e/pages/media` as sources, workers included. */
export async function serveMediaPage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const projectRoot = join(import.meta.dirname, '../../..')
  const server: ViteDevServer = await createServer({
    configFile: false,
    logLevel: 'error',
    root: projectRoot,
    cacheDir: join(projectRoot, 'node_modules/.vite-media-page'),
    // Found beforehand: a dependency found late would reload the page in the middle of a test.
    optimizeDeps: { entries: ['tests/e2e/pages/media/media.html'], include: ['mediabunny', 'music-metadata'] },
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  })
  await server.listen()
  const port = (server.httpServer!.address() as { port: number }).port
  return { url: `http://localhost:${port}/tests/e2e/pages/media/media.html`, close: () => server.close() }
}
