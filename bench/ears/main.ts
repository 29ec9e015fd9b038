/**
 * Hears what listeners hear: separate browser processes on the built app, each with a loudspeaker of its own, recorded together to the sample.
 * `npm run bench -- ears [--scenario a,b] [--seconds 120] [--settle 20] [--presses 25] [--buffer FRAMES] [--plot FILE] [--rival snapcast]`
 * `--buffer`: the device's buffer as browsers are made to believe it; 0 leaves it to them. `--plot`: skew over time in `steady`, as SVG.
 * Last line: one JSON object.
 */
import { parseArgs } from 'node:util'
import { ensureBrowser } from '../../tests/support/browser.ts'
import { setStage } from './people/stage.ts'
import { printHead, printRow, rounded } from './report.ts'
import { watchHost } from './rig/host.ts'
import { missingTools } from './rig/pulse-server.ts'
import type { Bench, Outcome, Scenario, Settings } from './scenario.ts'
import { cards } from './scenarios/cards.ts'
import { clocks } from './scenarios/clocks.ts'
import { control } from './scenarios/control.ts'
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
  sound,
}

/** What the scenario that runs has set up, latest last. */
const tearDown: (() => Promise<unknown>)[] = []

async function tearAllDown(): Promise<void> {
  for (let task = tearDown.pop(); task !== undefined; task = tearDown.pop()) await task()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`${signal}: tearing down`)
    void tearAllDown().finally(() => process.exit(1))
  })
}

async function run(scenario: Scenario, settings: Settings): Promise<Outcome> {
  const bench: Bench = {
    settings,
    async stage(options) {
      const stage = await setStage({ ...options, bufferFrames: settings.bufferFrames })
      tearDown.push(() => stage.close())
      return stage
    },
    onEnd: (task) => void tearDown.push(task),
  }
  try {
    return await scenario(bench)
  } finally {
    await tearAllDown()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '120' },
      settle: { type: 'string', default: '20' },
      presses: { type: 'string', default: '25' },
      buffer: { type: 'string', default: '0' },
      plot: { type: 'string' },
      scenario: { type: 'string', default: Object.keys(scenarios).join(',') },
    },
  })
  const wanted = values.scenario.split(',')
  const unknown = wanted.find((name) => !Object.hasOwn(scenarios, name))
  const missing = missingTools()
  if (unknown !== undefined || missing !== null) {
    console.error(missing ?? `There is no scenario "${unknown}": ${Object.keys(scenarios).join(', ')}`)
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
  const results: Record<string, unknown> = {}
  const beside: Record<string, unknown> = {}
  printHead()
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (!wanted.includes(name)) continue
    const host = watchHost()
    try {
      const outcome = await run(scenario, settings)
      const load = host()
      for (const row of outcome.rows) printRow(row, load)
      if (outcome.json !== null) results[name] = { ...outcome.json, ...load }
      Object.assign(beside, outcome.beside)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      console.error(`${name} broke off: ${message}`)
      results[name] = { held: false, error: message }
      process.exitCode = 1
    }
  }
  console.log(JSON.stringify({ bench: 'ears', scenarios: results, ...beside }, rounded))
}

await main()
