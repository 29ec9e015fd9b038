/**
 * Hears what listeners hear: separate browser processes on the built app, each with a loudspeaker of its own, recorded together to the sample.
 * `npm run bench -- ears [--seconds 60] [--settle 20] [--presses 8] [--scenario steady|press] [--buffer FRAMES]`
 * `--buffer`: the device's buffer as browsers are made to believe it; 0 leaves it to them.
 */
import { parseArgs } from 'node:util'
import { ensureBrowser } from '../../tests/support/browser.ts'
import { missingTools } from './rig.ts'
import { presses, steady } from './scenarios.ts'
import type { Summary } from './skew.ts'
import { setStage, type Stage } from './stage.ts'

const SCENARIOS = ['steady', 'press']

const rounded = (value: number): number => Math.round(value * 1000) / 1000
const short = ({ median, p95, max }: Summary): Summary => ({
  median: rounded(median),
  p95: rounded(p95),
  max: rounded(max),
})
const row = (name: string, { median, p95, max }: Summary, note: string): void =>
  console.log(
    `${name.padEnd(18)}${[median, p95, max].map((value) => value.toFixed(3).padStart(11)).join('')}   ${note}`,
  )

async function told(stage: Stage): Promise<string> {
  const playback = await Promise.all(stage.listeners.map((listener) => listener.told()))
  return playback
    .map(({ state, errorMs, outputLatencyMs }) => `${state} ${errorMs.toFixed(2)}/${outputLatencyMs.toFixed(0)}`)
    .join(', ')
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      settle: { type: 'string', default: '20' },
      presses: { type: 'string', default: '8' },
      buffer: { type: 'string', default: '0' },
      scenario: { type: 'string', default: SCENARIOS.join(',') },
    },
  })
  const wanted = values.scenario.split(',')
  const unknown = wanted.find((name) => !SCENARIOS.includes(name))
  const missing = missingTools()
  if (unknown !== undefined || missing !== null) {
    console.error(missing ?? `There is no scenario "${unknown}": ${SCENARIOS.join(', ')}`)
    process.exitCode = 1
    return
  }
  ensureBrowser()
  const scenarios: Record<string, Summary> = {}
  let pressToSoundMs: Summary | null = null
  const stage = await setStage(2, Number(values.buffer))
  try {
    console.log(`${'|skew|, ms'.padEnd(18)}${['median', 'p95', 'max'].map((name) => name.padStart(11)).join('')}`)
    if (wanted.includes('steady')) {
      const { summary, series } = await steady(stage, Number(values.seconds), Number(values.settle))
      const note = `${series.windows.length} windows, ${series.silent} silent, ${series.unlike} unlike; told error/latency: ${await told(stage)}`
      row('steady', summary, note)
      scenarios['steady'] = { ...short(summary) }
    }
    if (wanted.includes('press')) {
      const result = await presses(stage, Number(values.presses))
      row('press', result.skew, `first second after each of ${result.presses} presses`)
      row('press to sound', result.pressToSound, 'ms from the press on one until sound on the other')
      scenarios['press'] = short(result.skew)
      pressToSoundMs = short(result.pressToSound)
    }
  } finally {
    await stage.close()
  }
  console.log(JSON.stringify({ bench: 'ears', scenarios, ...(pressToSoundMs === null ? {} : { pressToSoundMs }) }))
}

await main().catch((error: unknown) => {
  console.error(`The ear bench broke off: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
