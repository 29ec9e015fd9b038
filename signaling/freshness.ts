import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What the build reads, relative to the project's root. */
const SOURCES = ['src', 'public', 'signaling/headers.ts', 'vite.config.ts', 'package.json', 'package-lock.json']

/** True when `dist/index.html` is there and nothing that goes into the build is newer. */
export async function isBuildFresh(root: string): Promise<boolean> {
  const builtAtMs = await newestMs(join(root, 'dist', 'index.html'))
  if (builtAtMs === 0) return false
  const changes = await Promise.all(SOURCES.map((source) => newestMs(join(root, source))))
  return Math.max(...changes) <= builtAtMs
}

/** Latest change of a file, or of anything in a folder, in Unix ms; 0 when it is not there. */
async function newestMs(path: string): Promise<number> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (stats === null) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells that something in it was deleted or renamed.
  const children = await Promise.all((await readdir(path)).map((name) => newestMs(join(path, name))))
  return Math.max(stats.mtimeMs, ...children)
}
