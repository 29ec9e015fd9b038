import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { joined, skewSeries, type SkewSeries } from '../measure/skew.ts'
import { summarise } from '../measure/summary.ts'
import { framesOf, RECORD_RATE, wallNowMs, type Rig } from '../rig/rig.ts'
import { countWindows, skewOf, told, type Bench, type Outcome } from '../scenario.ts'

const FREEZES = 5
const FROZEN_MS = 500
/** How long is listened after each freeze. */
const LISTEN_S = 20
/** Within this it counts as in step again, ms. */
const BACK_MS = 1
const WINDOW_S = 0.25

/** All processes of the second browser stand still for half a second: how long until they are in step again, and stay so. */
export async function freeze(bench: Bench): Promise<Outcome> {
  const stage = await bench.stage({ listeners: 2 })
  const frozen = stage.listeners[1]!
  await wait(bench.settings.settleS * 1000)
  const rounds = await freezeRounds(stage.rig, () => frozen.processes)
  return freezeOutcome('freeze', rounds, await told(stage))
}

/** What was heard after one thaw. */
export interface Thaw {
  readonly series: SkewSeries
  /** When it thawed, in the recording, s. */
  readonly thawedS: number
}

/** Freezes these processes, again and again, and hears the first two listeners after each thaw. */
export async function freezeRounds(rig: Rig, processes: () => readonly number[]): Promise<readonly Thaw[]> {
  const recording = await rig.record()
  const thawedMs: number[] = []
  for (let i = 0; i < FREEZES; i++) {
    await freezeProcesses(processes())
    thawedMs.push(wallNowMs())
    await wait(LISTEN_S * 1000)
  }
  const thawed = thawedMs.map((ms) => recording.frameAt(ms))
  const [first, second] = await recording.stop()
  return thawed.map((from) => {
    const until = from + framesOf(LISTEN_S - WINDOW_S)
    const series = skewSeries(first!, second!, { rate: RECORD_RATE, from, until, windowS: WINDOW_S })
    return { series, thawedS: from / RECORD_RATE }
  })
}

/** Stops processes for `FROZEN_MS`; they go on whatever happens. */
async function freezeProcesses(ids: readonly number[]): Promise<void> {
  try {
    for (const id of ids) process.kill(id, 'SIGSTOP')
    await wait(FROZEN_MS)
  } finally {
    for (const id of ids) process.kill(id, 'SIGCONT')
  }
}

export function freezeOutcome(name: string, thaws: readonly Thaw[], note: string): Outcome {
  const each = thaws.map(({ series, thawedS }) => recoveredAfterS(series, thawedS))
  const recoveredS = summarise(each)
  const held = recoveredS.max <= asked.freeze.recoveredS
  const series = joined(thaws.map(({ series }) => series))
  const windows = countWindows(series)
  const times = each.map((seconds) => (seconds === Infinity ? 'never' : seconds.toFixed(2))).join(', ')
  return {
    rows: [
      {
        name,
        figures: skewOf(series),
        asked: `|skew| <= ${BACK_MS} again after <= ${asked.freeze.recoveredS} s`,
        held,
        windows,
        note: `in step again, and stays so, after ${times} s; ${note}`,
      },
    ],
    json: { recoveredS: { ...recoveredS, each }, held, ...windows },
  }
}

/** Seconds from the thaw to the end of the last window that is out of step; Infinity when that is the very last one. */
export function recoveredAfterS(series: SkewSeries, thawedS: number): number {
  const out = [
    ...series.windows.filter(({ skewMs }) => Math.abs(skewMs) > BACK_MS).map(({ atS }) => atS),
    ...series.alone,
    ...series.unlike,
  ]
  const starts = [...series.windows.map(({ atS }) => atS), ...series.alone, ...series.unlike, ...series.silent]
  if (starts.length === 0 || out.includes(Math.max(...starts))) return Infinity
  return out.length === 0 ? 0 : Math.max(...out) + WINDOW_S - thawedS
}
