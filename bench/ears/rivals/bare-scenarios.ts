import { setTimeout as wait } from 'node:timers/promises'
import { joined, skewSeries, type SkewSeries } from '../measure/skew.ts'
import { summarise } from '../measure/summary.ts'
import { RECORD_RATE, wallNowMs, type Recording, type Rig } from '../rig/rig.ts'
import { sharedCard } from '../rig/shared-card.ts'
import { countWindows, skewOf, type Bench, type Outcome, type Scenario } from '../scenario.ts'
import { lateRounds } from '../scenarios/late.ts'
import { bareMusic, BarePage, toldSkewMs, type Stamps } from './bare-page.ts'

/** Between two windows the skew of two pages that correct nothing changes by so much only when one of them lost sound, ms. */
const LOST_MS = 1

/** Windows of one pair of pages, what the browsers said meanwhile, and when some frame sounded. */
interface Heard {
  readonly series: SkewSeries
  readonly first: Stamps
  readonly second: Stamps
  readonly anchor: { readonly wallMs: number; readonly frame: number }
}

/** What the browser leaves to any player, by the key of our own scenario: |what its timestamps tell - what is heard|, and the sound that it loses. */
export const bareScenarios: Readonly<Record<string, Scenario>> = {
  async steady(bench) {
    const { rig, pages } = await stage(bench, 2)
    const { seconds, settleS } = bench.settings
    await wait(settleS * 1000)
    const recording = await rig.record()
    await wait(seconds * 1000)
    const anchor = anchorOf(recording)
    const [first, second] = await recording.stop()
    const [a, b] = await Promise.all(pages.map((page) => page.stamps()))
    return outcome('bare page steady', [
      { series: skewSeries(first!, second!, { rate: RECORD_RATE }), first: a!, second: b!, anchor },
    ])
  },
  async late(bench) {
    const { rig, pages, join } = await stage(bench, 2, 3)
    await wait(bench.settings.settleS * 1000)
    const guests: { second: Stamps; anchor: Heard['anchor'] }[] = []
    let recording: Recording | null = null
    const kept: Rig = { ...rig, record: async () => (recording = await rig.record()) }
    const rounds = await lateRounds(kept, async () => {
      const guest = await join(2)
      return async () => {
        guests.push({ second: await guest.stamps(), anchor: anchorOf(recording!) })
        await guest.leave()
      }
    })
    const first = await pages[0]!.stamps()
    return outcome(
      'bare page late',
      rounds.flatMap((series, i) => (series === null ? [] : [{ series, first, ...guests[i]! }])),
    )
  },
}

async function stage(bench: Bench, listeners: number, ears = listeners) {
  const rig = await sharedCard(ears)
  bench.onEnd(() => rig.close())
  const music = bareMusic()
  const startWallMs = wallNowMs()
  const join = async (ear: number): Promise<BarePage> => {
    const page = await BarePage.arrive(rig, { ear, music, startWallMs, givesWay: ear >= listeners })
    bench.onEnd(() => page.leave())
    return page
  }
  const pages: BarePage[] = []
  for (let ear = 0; ear < listeners; ear++) pages.push(await join(ear))
  return { rig, pages, join }
}

function anchorOf(recording: Recording): Heard['anchor'] {
  const wallMs = wallNowMs()
  return { wallMs, frame: recording.frameAt(wallMs) }
}

function outcome(name: string, heard: readonly Heard[]): Outcome {
  const series = joined(heard.map((each) => each.series))
  const errors = heard.flatMap(({ series: { windows }, first, second, anchor }) =>
    windows.flatMap(({ atS, skewMs }) => {
      const wallMs = anchor.wallMs + (atS * RECORD_RATE - anchor.frame) / (RECORD_RATE / 1000)
      const toldMs = toldSkewMs(first, second, wallMs)
      return toldMs === null ? [] : [toldMs - skewMs]
    }),
  )
  const lost = heard.flatMap(({ series: { windows } }) =>
    windows.slice(1).flatMap(({ skewMs }, i) => {
      const stepMs = Math.abs(skewMs - windows[i]!.skewMs)
      return stepMs > LOST_MS ? [stepMs] : []
    }),
  )
  const lostMs = lost.reduce((sum, ms) => sum + ms, 0)
  const figures = summarise(errors)
  const windows = countWindows(series)
  const note = `|told by timestamps - heard|; ${lost.length} steps of the skew by lost sound, ${lostMs.toFixed(0)} ms together; uncorrected skew ${Object.values(
    skewOf(series),
  )
    .map((ms) => ms.toFixed(2))
    .join(' / ')}`
  return {
    rows: [{ name, figures, asked: 'what the browser leaves to a player', held: true, windows, note }],
    json: { ...figures, steps: lost.length, lostMs, ...windows },
  }
}
