/**
 * Hears what listeners hear: separate browser processes on the built app, each with a loudspeaker of its own, recorded together to the sample.
 * `npm run bench -- ears [--scenario a,b] [--seconds 120] [--settle 30] [--presses 25] [--buffer FRAMES] [--plot FILE] [--rival snapcast,bare]`
 * `--buffer`: the device's buffer as browsers are made to believe it; 0 leaves it to them. `--plot`: skew over time in `steady`, as SVG.
 * `--rival snapcast`: Debian's packages, over the same rig. `--rival bare`: a page that only plays a buffer, for what the browser itself errs and loses.
 * Last line: one JSON object.
 */
import { parseArgs } from 'node:util'
import { ensureBrowser } from '../../tests/support/browser.ts'
import { setStage } from './people/stage.ts'
import { printHead, printRow, rounded } from './report.ts'
import { bareScenarios } from './rivals/bare-scenarios.ts'
import { missingSnapcast } from './rivals/snapcast.ts'
import { snapcastScenarios } from './rivals/snapcast-scenarios.ts'
import { watchHost } from './rig/host.ts'
import { missingTools } from './rig/pulse-server.ts'
import { interrupted, onTearDown, tearDown } from './rig/tear-down.ts'
import type { Bench, Outcome, Scenario, Settings } from './scenario.ts'
import { cards } from './scenarios/cards.ts'
import { clocks } from './scenarios/clocks.ts'
import { control } from './scenarios/control.ts'
import { engineB } from './scenarios/engine-b.ts'
import { four } from './scenarios/four.ts'
import { freeze } from './scenarios/freeze.ts'
import { late } from './scenarios/late.ts'
import { press } from './scenarios/press.ts'
import { probes } from './scenarios/probes.ts'
import { sound } from './scenarios/sound.ts'
import { steady } from './scenarios/steady.ts'

const scenarios: Readonly<Record<string, Scenario>> = {
  steady,
  press,
  late,
  control,
  freeze,
  cards,
  probes,
  clocks,
  four,
  engineB,
  sound,
}

/** What is measured beside Earshot in the same run, over the same rig, and what it lacks on this machine. */
const rivals: Readonly<
  Record<string, { scenarios: Readonly<Record<string, Scenario>>; missing: () => string | null }>
> = {
  snapcast: { scenarios: snapcastScenarios, missing: missingSnapcast },
  bare: { scenarios: bareScenarios, missing: () => null },
}

async function run(scenario: Scenario, settings: Settings): Promise<Outcome> {
  const bench: Bench = {
    settings,
    stage: (options) => setStage({ ...options, bufferFrames: settings.bufferFrames }, onTearDown),
    onEnd: onTearDown,
  }
  try {
    return await scenario(bench)
  } finally {
    await tearDown()
  }
}

interface Table {
  readonly results: Record<string, unknown>
  readonly beside: Record<string, unknown>
}

/** Runs one scenario, prints its rows and keeps its figures. One that breaks off does not take the others along. */
async function tabulate(
  key: string,
  scenario: Scenario,
  settings: Settings,
  { results, beside }: Table,
): Promise<void> {
  const host = watchHost()
  try {
    const outcome = await run(scenario, settings)
    const load = host()
    for (const row of outcome.rows) printRow(row, load)
    if (outcome.json !== null) results[key] = { ...outcome.json, ...load }
    Object.assign(beside, outcome.beside)
  } catch (error) {
    if (interrupted()) return
    const message = error instanceof Error ? error.message : String(error)
    console.error(`${key} broke off: ${message}`)
    results[key] = { held: false, error: message }
    process.exitCode = 1
  }
}

/** One line about what stands in the way of this run; null when nothing does. */
function obstacle(wanted: readonly string[], beside: readonly string[]): string | null {
  const unknown = wanted.find((name) => !Object.hasOwn(scenarios, name))
  if (unknown !== undefined) return `There is no scenario "${unknown}": ${Object.keys(scenarios).join(', ')}`
  const stranger = beside.find((name) => !Object.hasOwn(rivals, name))
  if (stranger !== undefined) return `There is no rival "${stranger}": ${Object.keys(rivals).join(', ')}`
  return (
    [missingTools, ...beside.map((name) => rivals[name]!.missing)].map((missing) => missing()).find(Boolean) ?? null
  )
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '120' },
      settle: { type: 'string', default: '30' },
      presses: { type: 'string', default: '25' },
      buffer: { type: 'string', default: '0' },
      plot: { type: 'string' },
      rival: { type: 'string', default: '' },
      scenario: { type: 'string', default: Object.keys(scenarios).join(',') },
    },
  })
  const wanted = values.scenario.split(',')
  const beside = values.rival === '' ? [] : values.rival.split(',')
  const problem = obstacle(wanted, beside)
  if (problem !== null) {
    console.error(problem)
    process.exitCode = 1
    return
  }
  ensureBrowser()
  const settings: Settings = {
    seconds: Number(values.seconds),
    settleS: Number(values.settle),
    presses: Number(values.presses),
    bufferFrames: Number(values.buffer),
    plotFile: values.plot ?? null,
  }
  const own: Table = { results: {}, beside: {} }
  const others = beside.map((name) => ({ name, table: { results: {}, beside: {} } satisfies Table }))
  printHead()
  for (const key of Object.keys(scenarios).filter((name) => wanted.includes(name))) {
    await tabulate(key, scenarios[key]!, settings, own)
    for (const { name, table } of others) {
      const same = rivals[name]!.scenarios[key]
      if (same !== undefined) await tabulate(key, same, settings, table)
    }
    if (interrupted()) return
  }
  const results = Object.fromEntries(others.map(({ name, table }) => [name, table.results]))
  const found = others.length === 0 ? {} : { rivals: results }
  console.log(JSON.stringify({ bench: 'ears', scenarios: own.results, ...own.beside, ...found }, rounded))
}

await main()
