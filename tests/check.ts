/** `npm run check [-- NAME …]`: everything that a program can say about the code without running it. */
import { isBuildFresh } from '../signaling/freshness.ts'
import { projectRoot, runTool, type ToolResult } from './support/tool.ts'

interface Step {
  readonly name: string
  readonly run: () => Promise<ToolResult>
}

const tool =
  (command: string, ...args: string[]) =>
  (): Promise<ToolResult> =>
    runTool(command, args, 'captured')

async function measureSize(): Promise<ToolResult> {
  if (!(await isBuildFresh(projectRoot))) {
    const build = await runTool('vite', ['build', '--logLevel', 'warn'], 'captured')
    if (!build.ok) return build
  }
  return runTool('size-limit', [], 'captured')
}

const steps: readonly Step[] = [
  { name: 'types', run: tool('tsc', '-p', 'tsconfig.json') },
  { name: 'pure types', run: tool('tsc', '-p', 'src/tsconfig.pure.json') },
  { name: 'lint', run: tool('oxlint', '--type-aware', '--deny-warnings', '--format', 'unix') },
  {
    name: 'format',
    run: tool('prettier', '--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'),
  },
  {
    name: 'floors',
    run: tool(
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'src',
      'signaling',
      'tests',
      'bench',
      'vite.config.ts',
    ),
  },
  { name: 'unused', run: tool('knip', '--no-progress') },
  { name: 'size', run: measureSize },
]

/** Two at a time: the machines that this is meant for have two cores. */
const PARALLEL = 2

async function check(names: readonly string[]): Promise<boolean> {
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    console.error(`There is no check "${unknown}"; there are: ${steps.map(({ name }) => name).join(', ')}.`)
    return false
  }
  const waiting = steps.filter(({ name }) => names.length === 0 || names.includes(name))
  const failed: string[] = []
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const startedAtMs = performance.now()
      const { ok, output } = await step.run()
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
      console.log(`${ok ? '✓' : '✗'} ${step.name} (${seconds} s)`)
      if (ok) continue
      failed.push(step.name)
      console.log(output.trimEnd().replaceAll(/^/gm, '    '))
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  if (failed.length > 0) console.log(`check failed: ${failed.join(', ')}`)
  return failed.length === 0
}

if (!(await check(process.argv.slice(2)))) process.exitCode = 1
