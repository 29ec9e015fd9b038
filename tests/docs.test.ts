import { decode } from 'cborg'
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isRecordHash, type PeerId, type RoomId } from '../src/domain/ids.ts'
import { seededRandom } from '../src/net/memory/seeded-random.ts'
import { encodeHello } from '../src/net/hello-wire.ts'
import { decodeCbor } from '../src/replica/cbor.ts'
import { createClientDerivation } from '../src/replica/client-id.ts'
import { RecordVerifier } from '../src/replica/record-verifier.ts'
import { nodeCrypto } from './support/node-crypto.ts'
import { projectRoot } from './support/tool.ts'

const read = (path: string): Promise<string> => readFile(join(projectRoot, path), 'utf8')
const list = (pattern: string): Promise<string[]> => Array.fromAsync(glob(pattern, { cwd: projectRoot }))
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, first = '']) => first)
const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].toSorted()

const rulesOf = (spec: string): string[] => found(spec, /^- \*\*([A-Z][A-Z0-9]*-\d+)\*\* \S/gm)

/** Ids at the beginning of a text in quotes, where titles have them: `'[ROOM-1] [ROOM-3] …'`. */
const titleIds = (source: string): string[] =>
  found(source, /(?<=['"`](?:\[[A-Z][A-Z0-9]*-\d+\] )*)\[([A-Z][A-Z0-9]*-\d+)\](?= )/g)

/** The compliance suite makes its titles from cases that name their rule. */
const caseIds = (source: string): string[] => found(source, /^\s+id: '([A-Z][A-Z0-9]*-\d+)',$/gm)

async function idsInTests(): Promise<string[]> {
  const sources = await Promise.all((await list('tests/**/*.ts')).map(read))
  const cases = await Promise.all((await list('tests/net/compliance/*.ts')).map(read))
  return sorted([...sources.flatMap(titleIds), ...cases.flatMap(caseIds)])
}

/** Relative targets of links and pictures; what stands in code is none. */
const linksOf = (markdown: string): string[] =>
  found(markdown.replace(/^```.*?^```$|`[^`\n]*`/gms, ''), /\]\((?![a-z]+:)([^)\s#]+)(?:#[^)\s]*)?\)/g)

const fenced = (markdown: string, language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(markdown)?.[1] ?? ''

/** Diagnostic notation (RFC 8949, 8) of what a record can hold. */
function diagnostic(value: unknown): string {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, field]) => `"${key}": ${diagnostic(field)}`)
    .join(', ')}}`
}

describe('the documents', () => {
  it('[DOCS-1] have a test for each rule and a rule for each test', async () => {
    const rules = rulesOf(await read('docs/SPEC.md'))
    expect(rules.length).toBeGreaterThan(200)
    expect(rules).toHaveLength(new Set(rules).size)
    const tested = await idsInTests()
    expect({
      rulesWithoutTest: rules.filter((rule) => !tested.includes(rule)),
      testsWithoutRule: tested.filter((id) => !rules.includes(id)),
    }).toEqual({ rulesWithoutTest: [], testsWithoutRule: [] })
  })

  it('[DOCS-2] point to files that exist', async () => {
    const files = ['README.md', ...(await list('docs/**/*.md'))]
    const broken: string[] = []
    for (const file of files)
      for (const link of linksOf(await read(file)))
        if (!existsSync(join(projectRoot, dirname(file), link))) broken.push(`${file}: ${link}`)
    expect(broken).toEqual([])
  })

  it('[DOCS-3] say of each decision its context, itself, its consequences and what was measured', async () => {
    const index = linksOf(await read('docs/decisions/README.md'))
    const files = (await list('docs/decisions/*.md')).filter((file) => !file.endsWith('README.md'))
    expect(sorted(index.filter((link) => /^\d{4}-/.test(link)))).toEqual(
      sorted(files.map((file) => file.slice('docs/decisions/'.length))),
    )
    const numberOf = (file: string): number => Number(/(\d{4})-/.exec(file)?.[1])
    const parts = await Promise.all(
      files.map(async (file) => {
        const text = await read(file)
        return [file, Number(/^# (\d+)/.exec(text)?.[1]), found(text, /^## (.+)$/gm)]
      }),
    )
    const form = ['Context', 'Decision', 'Consequences', 'Measured']
    expect(parts).toEqual(files.map((file) => [file, numberOf(file), form]))
  })

  it('[DOCS-4] show a record that is one', async () => {
    const protocol = await read('docs/PROTOCOL.md')
    const bytes = Uint8Array.from(Buffer.from(fenced(protocol, 'hex').replaceAll(/\s/g, ''), 'hex'))
    const fields = decodeCbor(bytes) as { readonly room: RoomId }
    expect(diagnostic(fields)).toBe(fenced(protocol, 'cbor-diag').trim().replaceAll(/\n\s*/g, ' '))
    const [, hash] = /(\d+) bytes, whose hash is `([\w-]{43})`/.exec(protocol)?.slice(1) ?? []
    const crypto = nodeCrypto(seededRandom(1))
    const verifier = new RecordVerifier(fields.room, crypto, createClientDerivation(crypto))
    if (!isRecordHash(hash)) throw new Error('the example names no hash')
    expect(await verifier.check(bytes, hash)).toMatchObject({ ok: true, record: { kind: 'message', seq: 0 } })
  })

  it('[DOCS-6] name the version that pages speak', async () => {
    const introduction = {
      peer: 'somebody' as PeerId,
      nonce: new Uint8Array(32),
      session: new Uint8Array(16),
      generation: 1,
    }
    const [, version] = decode(encodeHello({ kind: 'hello', introduction })) as [string, number]
    const protocol = await read('docs/PROTOCOL.md')
    expect(protocol).toMatch(new RegExp(`^# Protocol, version ${version}$`, 'm'))
    expect(protocol).toContain(`\`["hello", ${version}, peer,`)
    expect(protocol).toMatch(new RegExp(` with hello ${version}\\.$`, 'm'))
  })

  it('[DOCS-5] are looked through by patterns that find what is wrong', () => {
    expect(rulesOf('- **AB-1** Says.\n- **AB-2**\nnot - **AB-3** this\n- **C2-30** `x`.')).toEqual(['AB-1', 'C2-30'])
    // Put together here, so that this file's own look at itself does not find them.
    const [one, two, three] = ['[AB-1]', '[C2-30]', '[AB-5]']
    const source = `it('${one} ${two} x', f) // ${three}\nit.each([1])("${three} y %d"); const a = b['${one}']`
    expect(titleIds(source)).toEqual(['AB-1', 'C2-30', 'AB-5'])
    expect(linksOf('[a](b.md#c) ![d](e/f.png) [g](https://h.i) `[j](k)`\n```\n[l](m)\n```\n[n](#o)')).toEqual([
      'b.md',
      'e/f.png',
    ])
  })
})
