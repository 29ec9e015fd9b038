import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectRoot, runTool } from '../support/tool.ts'

/** Judges a small house in a temporary folder by the project's own rules. Lists `file: rule` for each that is broken. */
async function judge(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'earshot-floors-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
    const report = join(root, 'report.json')
    const { output } = await runTool(
      'depcruise',
      [
        '--config',
        join(projectRoot, '.dependency-cruiser.cjs'),
        '--output-type',
        'json',
        '--output-to',
        report,
        'src',
        'signaling',
      ],
      'captured',
      { cwd: root },
    )
    const text = await readFile(report, 'utf8').catch(() => Promise.reject(new Error(`no report: ${output}`)))
    const { summary } = JSON.parse(text) as { summary: { violations: { from: string; rule: { name: string } }[] } }
    return summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`).toSorted()
  } finally {
    await rm(root, { recursive: true })
  }
}

const floor = (name: string): string => `export const ${name} = 1\nexport type ${name.toUpperCase()} = typeof ${name}\n`
/** Breaks nothing. */
const house = {
  'src/domain/domain.ts': floor('domain'),
  'src/clock/clock.ts': `export { domain } from '../domain/domain.ts'\n`,
  'src/replica/replica.ts': `import * as Y from 'yjs'\nimport { domain } from '../domain/domain.ts'\nexport const replica = [Y, domain]\n`,
  'src/net/link.ts': floor('link'),
  'src/net/mesh.ts': floor('mesh'),
  'src/media/media.ts': `export { link } from '../net/link.ts'\n`,
  'src/player/player.ts': `export { domain } from '../clock/clock.ts'\n`,
  'src/app/app.ts': `export { mesh } from '../net/mesh.ts'\nexport type { PORT } from '../platform/port.ts'\n`,
  'src/platform/port.ts': floor('port'),
  'src/platform/platform.ts': `import type { MESH } from '../net/mesh.ts'\nexport const platform: MESH = 1\n`,
  'src/ui/ui.ts': `export { mesh } from '../app/app.ts'\n`,
  'src/main.ts': `import './ui/ui.ts'\nimport './platform/platform.ts'\nimport './net/mesh.ts'\n`,
  'signaling/node.ts': `import 'node:http'\nimport 'ws'\nexport { mesh } from '../src/net/mesh.ts'\n`,
}

/** Each imports what stands above or beside it: values, types, or at a later time. */
const upwards = {
  'src/domain/bad.ts': `import '../clock/clock.ts'\n`,
  'src/clock/bad.ts': `import '../replica/replica.ts'\n`,
  'src/replica/bad.ts': `import type { MESH } from '../net/mesh.ts'\nexport type Bad = MESH\n`,
  'src/net/bad.ts': `import '../media/media.ts'\n`,
  'src/media/bad.ts': `import '../net/mesh.ts'\n`,
  'src/player/bad.ts': `export const bad = () => import('../media/media.ts')\n`,
  'src/app/bad.ts': `import '../ui/ui.ts'\n`,
  'src/platform/bad.ts': `import '../ui/ui.ts'\n`,
  'src/ui/bad.ts': `import '../replica/replica.ts'\n`,
  'signaling/bad.ts': `import '../src/app/app.ts'\n`,
}

const values = {
  'src/app/run.ts': `import '../platform/port.ts'\n`,
  'src/platform/run.ts': `import '../net/mesh.ts'\n`,
}

const cycle = {
  'src/app/one.ts': `import type { Two } from './two.ts'\nexport type One = Two | 1\n`,
  'src/app/two.ts': `import type { One } from './one.ts'\nexport type Two = One[]\n`,
}

const strays = {
  'src/app/stray-yjs.ts': `import 'yjs'\n`,
  'src/net/stray-webrtc.ts': `import 'y-webrtc'\n`,
  'src/app/stray-lit.ts': `import { html } from 'lit'\nexport { html }\n`,
  'src/domain/stray-ws.ts': `import 'ws'\n`,
  'src/clock/stray-cbor.ts': `import 'cborg'\n`,
  'src/media/stray-fs.ts': `import 'node:fs'\n`,
  'src/ui/stray-main.ts': `import '../main.ts'\n`,
}

describe('the program that keeps the floors', () => {
  let broken: string[]
  beforeAll(async () => {
    broken = await judge({ ...house, ...upwards, ...values, ...cycle, ...strays })
  }, 60_000)
  const brokenIn = (files: object): string[] => broken.filter((line) => Object.hasOwn(files, line.split(':')[0] ?? ''))

  it('[ARCH-1] lets imports go downwards', () => {
    expect(brokenIn(house)).toEqual([])
  })

  it('[ARCH-1] finds each import that goes upwards or sideways, of values and of types', () => {
    const expected = Object.keys(upwards).map((file) => `${file}: floor-${/(\w+)\/bad/.exec(file)?.[1]}`)
    expect(brokenIn(upwards)).toEqual(expected.toSorted())
  })

  it('[ARCH-1] finds a port that is run where it may only be named', () => {
    expect(brokenIn(values)).toEqual(['src/app/run.ts: types-only-app', 'src/platform/run.ts: types-only-platform'])
  })

  it('[ARCH-2] finds cycles, also of types alone', () => {
    expect(brokenIn(cycle)).toEqual(['src/app/one.ts: no-cycles'])
  })

  it('[ARCH-3] finds packages where they do not belong, and Node in the browser', () => {
    expect(brokenIn(strays)).toEqual([
      'src/app/stray-lit.ts: package-lit',
      'src/app/stray-yjs.ts: package-yjs',
      'src/clock/stray-cbor.ts: pure-clock',
      'src/domain/stray-ws.ts: package-ws',
      'src/domain/stray-ws.ts: pure-domain',
      'src/media/stray-fs.ts: browser-code-without-node',
      'src/net/stray-webrtc.ts: package-y-webrtc',
      'src/ui/stray-main.ts: floor-ui',
      'src/ui/stray-main.ts: nobody-imports-main',
    ])
  })
})
