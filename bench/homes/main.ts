/**
 * `npm run bench -- homes [--repeat 3] [--only "between homes,the node,one home,no route"]`: two people in two homes, each behind a router that
 * translates addresses, hear one song, while links are cut and healed: between the homes, to the node, of one home, and between the homes of a
 * node that does not relay. Prints how long it takes to notice and to recover, and the longest silence. Needs root (network namespaces),
 * iproute2, nftables, and a browser. The last line is JSON; exit code 1 when the music stopped or the two do not come together again.
 */
import { parseArgs } from 'node:util'
import { ensureBrowser } from '../../tests/support/browser.ts'
import { interrupted, onTearDown, tearDown } from '../ears/rig/tear-down.ts'
import { percentile, round } from '../fanout/figures.ts'
import { Networks } from './networks.ts'
import { CannotRun, runBench } from './run-bench.ts'
import { relayed, scenarios, whole, type Figures, type Scenario } from './scenarios.ts'
import { addSongs, setStage, type Stage } from './stage.ts'

/** The port of the node's own STUN server; without it the homes would meet through the relay only. */
const STUN = ['--stun', '3478']
/** A longer silence is one that people notice as a stop, s. */
const MOST_SILENCE_S = 1
const SILENCE = 'longest silence'

/** Cuts once while both are listened to. */
async function cutOnce({ relay, run }: Scenario, stage: Stage): Promise<Figures> {
  await whole(stage)
  if (relay) await relayed(stage)
  const ends = await Promise.all([stage.ada, stage.ben].map(({ person }) => person.listenClosely()))
  const figures = await run(stage)
  const heard = await Promise.all(ends.map((end) => end()))
  return { ...figures, [SILENCE]: Math.max(...heard.flatMap(({ silentMs, stuckMs }) => [silentMs, stuckMs])) / 1_000 }
}

/** All cuts that one node is good for, in turns; the result is what each told, by title. Null: it failed, and that was told. */
async function cutInTurns(wished: readonly Scenario[], repeats: number): Promise<[string, Figures | null][]> {
  const networks = Networks.create()
  onTearDown(async () => networks.remove())
  const stage = await setStage(networks, [...STUN, '--relay', wished.some(({ relay }) => relay) ? 'on' : 'off'])
  const told: [string, Figures | null][] = []
  for (let turn = 0; turn < repeats; turn++) {
    // So that the music lasts: what is in the queue already weighs nothing.
    if (turn > 0) await addSongs(stage.ada, stage.songs)
    for (const scenario of wished) {
      if (interrupted()) return told
      const figures = await cutOnce(scenario, stage).catch((error: unknown) => {
        if (!interrupted()) console.error(`FAILED: ${scenario.title}:`, error)
        networks.heal()
        return null
      })
      if (figures !== null) console.log(`${scenario.title.padEnd(14)} ${JSON.stringify(figures)}`)
      told.push([scenario.title, figures])
    }
  }
  await tearDown()
  return told
}

/** Median and worst of each figure. */
function summary(cuts: readonly Figures[]): Record<string, { medianS: number; worstS: number }> {
  const figures = Object.keys(cuts[0] ?? {}).map((figure) => {
    const sorted = cuts.map((each) => each[figure] ?? NaN).toSorted((a, b) => a - b)
    return [figure, { medianS: round(percentile(sorted, 0.5), 2), worstS: round(sorted.at(-1) ?? NaN, 2) }] as const
  })
  return Object.fromEntries(figures)
}

async function main(): Promise<void> {
  const titles = scenarios.map(({ title }) => title)
  const { values } = parseArgs({
    options: { repeat: { type: 'string', default: '3' }, only: { type: 'string', default: titles.join() } },
  })
  const [repeats, only] = [Number(values.repeat), values.only.split(',')]
  if (!(Number.isInteger(repeats) && repeats > 0)) throw new CannotRun('--repeat must be a whole number from 1 on.')
  const unknown = only.find((title) => !titles.includes(title))
  if (unknown !== undefined) throw new CannotRun(`There is no "${unknown}": --only takes some of ${titles.join()}.`)
  ensureBrowser()

  const told: [string, Figures | null][] = []
  for (const relay of [true, false]) {
    const wished = scenarios.filter((each) => each.relay === relay && only.includes(each.title))
    if (wished.length > 0) told.push(...(await cutInTurns(wished, repeats)))
    if (interrupted()) return
  }
  const failures = told.flatMap(([title, figures]) => {
    if (figures === null) return [`${title}: see above`]
    const silentS = figures[SILENCE] ?? NaN
    return silentS <= MOST_SILENCE_S ? [] : [`${title}: the music stopped for ${silentS} s`]
  })
  console.log(`\n${'seconds'.padEnd(42)}  median   worst`)
  const cases: Record<string, ReturnType<typeof summary>> = {}
  for (const title of only) {
    cases[title] = summary(told.flatMap(([of, figures]) => (of === title && figures !== null ? [figures] : [])))
    for (const [figure, { medianS, worstS }] of Object.entries(cases[title]))
      console.log(`${title.padEnd(14)} ${figure.padEnd(27)} ${medianS.toFixed(2).padStart(7)} ${worstS.toFixed(2).padStart(7)}`) // prettier-ignore
  }
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  console.log(JSON.stringify({ bench: 'homes', repeats, cases, failures: failures.length }))
}

await runBench(main)
