import { asked } from '../asked.ts'
import { otherClock } from '../people/other-clock.ts'
import { skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'
import { listenTo } from './steady.ts'

const HOUR_MS = 3_600_000

/** Wall clocks three hours apart, oscillators 200 ppm apart. */
const worlds = [
  { wallMs: 1.5 * HOUR_MS, ppm: 100 },
  { wallMs: -1.5 * HOUR_MS, ppm: -100 },
] as const

export async function clocks(bench: Bench): Promise<Outcome> {
  const { seconds, settleS } = bench.settings
  const stage = await bench.stage({ listeners: worlds.length, world: (index) => otherClock(worlds[index]!) })
  const apart = await Promise.all(stage.listeners.map(({ page }) => page.evaluate(() => Date.now())))
  const apartH = (apart[0]! - apart[1]!) / HOUR_MS
  // Were the world not bent, all would look well.
  if (Math.abs(apartH - 3) > 0.01) throw new Error(`the wall clocks are ${apartH.toFixed(2)} h apart, not 3`)
  const series = await listenTo(stage.rig, seconds, settleS)
  return skewOutcome('clocks', series, asked.clocks, `3 h and 200 ppm apart; ${await told(stage)}`)
}
