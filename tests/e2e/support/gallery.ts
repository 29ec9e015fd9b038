import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'

/** The interface's gallery (`tests/ui/gallery`), built as the app is built and served on a free port. */
export interface Gallery {
  /** Address of the gallery in one of its states. */
  url(state: string, more?: string): string
  close(): Promise<void>
}

export async function serveGallery(): Promise<Gallery> {
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
