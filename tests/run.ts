/** `npm test [-- SUITE …]`: checks beside all Vitest tests, then the browsers. The last line is "N passed, N failed". */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isBuildFresh } from '../signaling/freshness.ts'
import { ensureBrowser } from './support/browser.ts'
import { projectRoot, runTool } from './support/tool.ts'

interface Outcome {
  readonly passed: number
  readonly failed: number
}

/** What a runner's exit code says when its report does not: a crash is a failure too. */
const judged = (ok: boolean, { passed, failed }: Outcome): Outcome => ({
  passed,
  failed: ok ? failed : Math.max(failed, 1),
})

/** A runner's JSON report. Null when it ended before it wrote one. */
async function readReport<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (error) {
    console.error(`No report from the test runner: ${String(error)}`)
    return null
  }
}

/** Told at its end: the unit tests beside it tell as they go. */
async function runChecks(): Promise<Outcome> {
  const { ok, output } = await runTool('node', ['tests/check.ts'], 'captured')
  console.log(`\n— what check said —\n${output.trimEnd()}\n`)
  return judged(ok, { passed: 0, failed: 0 })
}

async function runVitest(reports: string): Promise<Outcome> {
  const file = join(reports, 'vitest.json')
  const { ok } = await runTool(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    'live',
  )
  const report = await readReport<{ numPassedTests: number; numFailedTests: number }>(file)
  return judged(ok && report !== null, { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 })
}

/** The page that browsers open, nodes serve and the size check weighs: made once, for two that make it at the same time spoil each other's. */
const isBuilt = async (): Promise<boolean> =>
  (await isBuildFresh(projectRoot)) || (await runTool('vite', ['build', '--logLevel', 'warn'], 'live')).ok

async function runBrowsers(reports: string): Promise<Outcome> {
  const nothing = { passed: 0, failed: 0 }
  try {
    console.log(`Browser: ${ensureBrowser()}`)
  } catch (error) {
    console.error((error as Error).message)
    return judged(false, nothing)
  }
  const file = join(reports, 'playwright.json')
  const { ok } = await runTool(
    'playwright',
    ['test', '--config', 'tests/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'],
    'live',
    { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
  )
  const report = await readReport<{ stats: { expected: number; unexpected: number; flaky: number } }>(file)
  return judged(ok && report !== null, {
    passed: report?.stats.expected ?? 0,
    failed: (report?.stats.unexpected ?? 0) + (report?.stats.flaky ?? 0),
  })
}

const suites = { check: runChecks, unit: runVitest, browsers: runBrowsers } as const

/** Unit tests wait much and leave the checks their time; browsers, whose sound their neighbours would cut, come alone. */
const stages: readonly (readonly (keyof typeof suites)[])[] = [['check', 'unit'], ['browsers']]

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !Object.hasOwn(suites, name))
if (unknown !== undefined)
  console.error(`There is no suite "${unknown}"; there are: ${Object.keys(suites).join(', ')}.`)

const reports = await mkdtemp(join(tmpdir(), 'earshot-test-'))
const outcomes: Outcome[] = [judged(unknown === undefined && (await isBuilt()), { passed: 0, failed: 0 })]
for (const stage of stages) {
  const names = stage.filter((name) => wanted.length === 0 || wanted.includes(name))
  if (names.length > 0) console.log(`\n— ${names.join(', ')} —`)
  outcomes.push(...(await Promise.all(names.map((name) => suites[name](reports)))))
}
await rm(reports, { recursive: true })

const sum = (key: keyof Outcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1
