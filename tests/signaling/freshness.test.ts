import { mkdir, mkdtemp, rm, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isBuildFresh } from '../../signaling/freshness.ts'

/** A project whose sources changed at second 1000 and whose build was made at second 2000. */
async function builtProject(): Promise<{ readonly root: string; touch(path: string, second: number): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'earshot-fresh-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const touch = (path: string, second: number): Promise<void> => utimes(join(root, path), second, second)
  await mkdir(join(root, 'src', 'ui'), { recursive: true })
  await mkdir(join(root, 'dist'))
  for (const file of ['src/main.ts', 'src/ui/page.ts', 'vite.config.ts', 'dist/index.html'])
    await writeFile(join(root, file), '')
  for (const path of ['src/main.ts', 'src/ui/page.ts', 'src/ui', 'src', 'vite.config.ts']) await touch(path, 1_000)
  await touch('dist/index.html', 2_000)
  return { root, touch }
}

describe('whether the app must be built', () => {
  it('[NODE-43] is not built again while nothing has changed', async () => {
    expect(await isBuildFresh((await builtProject()).root)).toBe(true)
  })

  it('[NODE-43] is built when it never was', async () => {
    const { root } = await builtProject()
    await rm(join(root, 'dist'), { recursive: true })
    expect(await isBuildFresh(root)).toBe(false)
  })

  it.each(['src/ui/page.ts', 'vite.config.ts'])('[NODE-43] is built again when %s is newer', async (path) => {
    const { root, touch } = await builtProject()
    await touch(path, 3_000)
    expect(await isBuildFresh(root)).toBe(false)
  })

  it('[NODE-43] is built again when a source was deleted', async () => {
    const { root } = await builtProject()
    await unlink(join(root, 'src', 'ui', 'page.ts'))
    expect(await isBuildFresh(root)).toBe(false)
  })
})
