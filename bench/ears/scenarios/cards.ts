import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { asked } from '../asked.ts'
import { MUSIC_RATE, noiseMusic } from '../music/noise-music.ts'
import { wavFile } from '../music/wav.ts'
import { skewSeries, type SkewSeries } from '../measure/skew.ts'
import { ended, erase, ownFolder, start } from '../rig/owned.ts'
import { ownCards } from '../rig/own-cards.ts'
import { RECORD_RATE, type Rig } from '../rig/rig.ts'
import { skewOutcome, told, type Bench, type Outcome } from '../scenario.ts'
import { listenTo } from './steady.ts'

/** The second listener's card is this much faster. */
export const APART_PPM = 200
/** The rig is believed when it hears the cards' own difference within this, ppm, with so little scatter about the line, ms. */
const TOLERANCE_PPM = 5
const SCATTER_MS = 0.05
const CHECK_S = 12

/** Two sound cards whose crystals differ. */
export async function cards(bench: Bench): Promise<Outcome> {
  const { seconds, settleS } = bench.settings
  const check = await checkRig(bench)
  const stage = await bench.stage({ listeners: 2, rig: () => ownCards([0, APART_PPM]) })
  const series = await listenTo(stage.rig, seconds, settleS)
  const note = `rig heard plain playback ${check.ppm.toFixed(1)} ppm apart, scatter ${check.scatterMs.toFixed(3)} ms`
  return skewOutcome('cards', series, asked.cards, `${note}; ${await told(stage)}`, { rig: check })
}

/**
 * Plays the same file into both cards with a player that corrects nothing: in true time the faster card must run away by exactly
 * `APART_PPM`. @throws Error when the rig hears anything else.
 */
async function checkRig(bench: Bench): Promise<{ readonly ppm: number; readonly scatterMs: number }> {
  const folder = await ownFolder()
  bench.onEnd(async () => erase(folder))
  const rig = await ownCards([0, APART_PPM])
  try {
    const heard = await playPlain(rig, folder)
    const line = lineThrough(heard)
    // Faster means ever earlier.
    const ppm = -1000 * line.slope
    if (Math.abs(ppm - APART_PPM) > TOLERANCE_PPM || line.scatter > SCATTER_MS)
      throw new Error(
        `the rig hears two plain players ${ppm.toFixed(1)} ppm apart, scatter ${line.scatter.toFixed(3)} ms, instead of ${APART_PPM}: its figures would not be true`,
      )
    return { ppm, scatterMs: line.scatter }
  } finally {
    await rig.close()
  }
}

async function playPlain(rig: Rig, folder: string): Promise<SkewSeries> {
  const file = join(folder, 'plain.wav')
  await writeFile(file, wavFile(noiseMusic(7, CHECK_S + 8), MUSIC_RATE))
  const players = [0, 1].map((ear) =>
    start('paplay', [file], { env: { ...process.env, ...rig.env(ear) }, stdio: ['ignore', 'ignore', 'inherit'] }),
  )
  try {
    await wait(3_000)
    const recording = await rig.record()
    await wait(CHECK_S * 1000)
    const [first, second] = await recording.stop()
    return skewSeries(first!, second!, { rate: RECORD_RATE })
  } finally {
    await Promise.all(players.map((player) => ended(player)))
  }
}

/** Least squares; `scatter` is the largest distance from the line. */
function lineThrough({ windows }: SkewSeries): { readonly slope: number; readonly scatter: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const middleS = mean(windows.map(({ atS }) => atS))
  const level = mean(windows.map(({ skewMs }) => skewMs))
  const covariance = mean(windows.map(({ atS, skewMs }) => (atS - middleS) * (skewMs - level)))
  const slope = covariance / mean(windows.map(({ atS }) => (atS - middleS) ** 2))
  const scatter = Math.max(...windows.map(({ atS, skewMs }) => Math.abs(skewMs - level - slope * (atS - middleS))))
  return { slope, scatter }
}
