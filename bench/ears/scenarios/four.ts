import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { skewSeries } from '../measure/skew.ts'
import { RECORD_RATE } from '../rig/rig.ts'
import { skewOf, skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'

const LISTENERS = 4
const LISTEN_S = 60

/** Four browsers: the pair whose median is worst. */
export async function four(bench: Bench): Promise<Outcome> {
  const stage = await bench.stage({ listeners: LISTENERS })
  await wait(bench.settings.settleS * 1000)
  const recording = await stage.rig.record()
  await wait(Math.min(LISTEN_S, bench.settings.seconds) * 1000)
  const ears = await recording.stop()
  const pairs = ears.flatMap((first, one) =>
    ears.slice(one + 1).map((second, i) => {
      const series = skewSeries(first, second, { rate: RECORD_RATE })
      return { name: `${one + 1}-${one + 2 + i}`, series, median: skewOf(series).median }
    }),
  )
  // A pair of which nothing could be compared is worse than any other.
  const badness = ({ median }: { median: number }): number => (Number.isNaN(median) ? Infinity : median)
  const worst = pairs.reduce((one, other) => (badness(other) > badness(one) ? other : one))
  const medians = pairs.map(({ name, median }) => `${name} ${median.toFixed(3)}`).join(', ')
  return skewOutcome(
    'four',
    worst.series,
    asked.four,
    `worst pair ${worst.name}; medians: ${medians}; ${await told(stage)}`,
    {
      pairs: Object.fromEntries(pairs.map(({ name, median }) => [name, median])),
    },
  )
}
