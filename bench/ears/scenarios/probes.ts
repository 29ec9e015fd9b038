import { asked, limitsText } from '../asked.ts'
import { medianOf } from '../measure/summary.ts'
import type { SkewWindow } from '../measure/skew.ts'
import { slowProbes } from '../people/slow-probes.ts'
import { skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'
import { listenTo } from './steady.ts'

/** One way is slower than the other by this much. Nobody can see that, so half of it stays in the offset. */
const ASYMMETRY_MS = 10
const DELAY_MS = 40
const JITTER_MS = 20
const LOSS = 0.02
/** Wander: how far the medians of stretches of this length lie apart. */
const STRETCH_S = 5

export async function probes(bench: Bench): Promise<Outcome> {
  const { seconds, settleS } = bench.settings
  const stage = await bench.stage({
    listeners: 2,
    world: (index) =>
      slowProbes({
        delayMs: DELAY_MS + (index === 0 ? ASYMMETRY_MS / 2 : -ASYMMETRY_MS / 2),
        jitterMs: JITTER_MS,
        loss: LOSS,
        seed: 11 + index,
      }),
  })
  const series = await listenTo(stage.rig, seconds, settleS)
  const sent = await Promise.all(
    stage.listeners.map(({ page }) =>
      page.evaluate(() => (globalThis as unknown as { earProbes: { sent: number; lost: number } }).earProbes),
    ),
  )
  const slowed = sent.reduce((sum, counts) => sum + counts.sent, 0)
  if (slowed === 0) throw new Error('no probe went through the slowed channel')
  const wanderMs = wander(series.windows)
  const lost = sent.reduce((sum, counts) => sum + counts.lost, 0)
  const note = `wander ${wanderMs.toFixed(2)} ms; ${slowed} messages slowed, ${lost} lost; ${await told(stage)}`
  const outcome = skewOutcome('probes', series, { max: asked.probes.max }, note, { wanderMs })
  const held = outcome.json['held'] === true && wanderMs <= asked.probes.wanderMs
  return {
    rows: outcome.rows.map((row) => ({ ...row, asked: limitsText(asked.probes), held })),
    json: { ...outcome.json, held },
  }
}

/** Largest difference between the medians of consecutive stretches, ms. */
export function wander(windows: readonly SkewWindow[]): number {
  const stretches = Map.groupBy(windows, ({ atS }) => Math.floor(atS / STRETCH_S))
  const levels = [...stretches.values()].map((stretch) => medianOf(stretch.map(({ skewMs }) => skewMs)))
  return Math.max(...levels) - Math.min(...levels)
}
