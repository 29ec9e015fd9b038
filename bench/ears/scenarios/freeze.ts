import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { skewSeries, type SkewSeries } from '../measure/skew.ts'
import { summarise } from '../measure/summary.ts'
import { framesOf, RECORD_RATE, wallNowMs } from '../rig/rig.ts'
import { countWindows, skewOf, told, type Bench, type Outcome } from '../scenario.ts'

const FREEZES = 5
const FROZEN_MS = 500
/** How long is listened after each freeze. */
const LISTEN_S = 10
/** Within this it counts as in step again, ms. */
const BACK_MS = 1
/** Short windows tell the moment better. */
const WINDOW_S = 0.25

/** All processes of the second browser stand still for half a second: how long until they are in step again, and stay so. */
export async function freeze(bench: Bench): Promise<Outcome> {
  const stage = await bench.stage({ listeners: 2 })
  const frozen = stage.listeners[1]!
  await wait(bench.settings.settleS * 1000)
  const recording = await stage.rig.record()
  const thawedMs: number[] = []
  for (let i = 0; i < FREEZES; i++) {
    await freezeProcesses(frozen.processes)
    thawedMs.push(wallNowMs())
    await wait(LISTEN_S * 1000)
  }
  const thawed = thawedMs.map((ms) => recording.frameAt(ms))
  const [first, second] = await recording.stop()
  const stretches = thawed.map((from) =>
    skewSeries(first!, second!, {
      rate: RECORD_RATE,
      from,
      until: from + framesOf(LISTEN_S - 0.25),
      windowS: WINDOW_S,
    }),
  )
  return freezeOutcome('freeze', stretches, thawed, await told(stage))
}

/** Stops processes for `FROZEN_MS`; they go on whatever happens. */
export async function freezeProcesses(ids: readonly number[]): Promise<void> {
  try {
    for (const id of ids) process.kill(id, 'SIGSTOP')
    await wait(FROZEN_MS)
  } finally {
    for (const id of ids) process.kill(id, 'SIGCONT')
  }
}

export function freezeOutcome(
  name: string,
  stretches: readonly SkewSeries[],
  thawed: readonly number[],
  note: string,
): Outcome {
  const recovered = stretches.map((series, i) => recoveredAfterS(series, thawed[i]! / RECORD_RATE))
  const recoveredS = summarise(recovered)
  const held = recoveredS.max <= asked.freeze.recoveredS
  const all = { windows: stretches.flatMap(({ windows }) => windows) }
  const windows = countWindows({
    ...all,
    silent: stretches.flatMap(({ silent }) => silent),
    alone: stretches.flatMap(({ alone }) => alone),
    unlike: stretches.flatMap(({ unlike }) => unlike),
  })
  const times = recovered.map((s) => (s === Infinity ? 'never' : s.toFixed(2))).join(', ')
  return {
    rows: [
      {
        name,
        figures: skewOf({ ...all, silent: [], alone: [], unlike: [] }),
        asked: `|skew| <= ${BACK_MS} again after <= ${asked.freeze.recoveredS} s`,
        held,
        windows,
        note: `in step again, and stays, after ${times} s; ${note}`,
      },
    ],
    json: { recoveredS: { ...recoveredS, each: recovered }, held, ...windows },
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
  const last = Math.max(...starts)
  if (starts.length === 0 || out.includes(last)) return Infinity
  return out.length === 0 ? 0 : Math.max(...out) + WINDOW_S - thawedS
}
