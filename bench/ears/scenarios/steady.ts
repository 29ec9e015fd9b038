import { writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { skewSeries, type SkewOptions, type SkewSeries } from '../measure/skew.ts'
import { plotSkew } from '../plot.ts'
import { RECORD_RATE, type Rig } from '../rig/rig.ts'
import { skewOf, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

/** Skew of the first two listeners in every window of `seconds`, after `settleS`. */
export async function listenTo(
  rig: Rig,
  seconds: number,
  settleS: number,
  options: Partial<SkewOptions> = {},
): Promise<SkewSeries> {
  await wait(settleS * 1000)
  const recording = await rig.record()
  await wait(seconds * 1000)
  const [first, second] = await recording.stop()
  return skewSeries(first!, second!, { rate: RECORD_RATE, ...options })
}

/** Two listeners, the same songs. */
export async function steady(bench: Bench): Promise<Outcome> {
  const { seconds, settleS, plotFile } = bench.settings
  const stage = await bench.stage({ listeners: 2 })
  const series = await listenTo(stage.rig, seconds, settleS)
  if (plotFile !== null) await writeFile(plotFile, plotSkew(series.windows, skewOf(series), asked.steady))
  const points = series.windows.map(({ atS, skewMs }) => [Number(atS.toFixed(2)), Number(skewMs.toFixed(4))])
  return skewOutcome('steady', series, asked.steady, await told(stage), { series: points })
}
