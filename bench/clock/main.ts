import { parseArgs } from 'node:util'
import { failuresOf } from './asked.ts'
import { earshot, leaderRival, meanRival } from './keepers.ts'
import { pairScenarios, simulatePair, type PairOutcome } from './pair.ts'
import { simulate, type Conditions, type Outcome, type Scenario } from './scenarios.ts'
import type { MakeKeeper } from './world.ts'

/**
 * `npm run bench -- clock [--quick] [--few-rivals] [--seed N] [--only TEXT] [--asymmetry MS] [--jitter MS]`
 *
 * The shipped clock over the memory network, in virtual time, with a leader and a mean as rivals on the same paths; then two browsers on one
 * machine, to the microsecond. `--only pair` runs the latter alone; a whole run takes some minutes. `--few-rivals` leaves rivals out of the larger
 * rooms where they tell nothing new: they cost as much time as the shipped clock.
 * Last line: one JSON object.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'few-rivals': { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    jitter: { type: 'string', default: '15' },
    asymmetry: { type: 'string', default: '4' },
  },
})

const conditions: Conditions = {
  seed: Number(values.seed),
  jitterMs: Number(values.jitter),
  asymmetryMs: Number(values.asymmetry),
}

const keepers: readonly { readonly name: string; readonly make: MakeKeeper }[] = [
  { name: 'earshot', make: earshot },
  { name: 'leader', make: leaderRival },
  { name: 'mean', make: meanRival },
]

const scenariosOf = (peers: number, observeMs: number, partitionMs: number): readonly Scenario[] => [
  { name: 'steady', peers, observeMs },
  ...(peers < 8
    ? []
    : [
        { name: 'churn', peers, churn: true, observeMs },
        { name: 'partition', peers, partitionMs, observeMs },
        { name: 'liars 10 % alone', peers, liars: 0.1, lies: 'alone' as const, observeMs },
        { name: 'liars 10 % in concert', peers, liars: 0.1, lies: 'concert' as const, observeMs },
        { name: 'liars 20 % alone', peers, liars: 0.2, lies: 'alone' as const, observeMs },
        { name: 'liars 20 % in concert', peers, liars: 0.2, lies: 'concert' as const, observeMs },
        { name: 'liars 10 % creeping', peers, liars: 0.1, lies: 'creeping' as const, observeMs },
      ]),
]

const scenarios = values.quick
  ? [...scenariosOf(2, 20_000, 0), ...scenariosOf(20, 20_000, 20_000)]
  : [2, 8, 50, 200].flatMap((peers) => scenariosOf(peers, 60_000, 60_000))

const rivalsRun = ({ peers, name }: Scenario): boolean =>
  !values['few-rivals'] || peers === 8 || ['steady', 'churn', 'liars 10 % alone'].includes(name)

const ms = (value: number): string => (value < 100 ? value.toFixed(2) : value.toFixed(0)).padStart(8)
const line = (scenario: Scenario, keeper: string, o: Outcome): string =>
  `${String(scenario.peers).padStart(4)}  ${scenario.name.padEnd(22)} ${keeper.padEnd(8)}` +
  `${ms(o.settleP50Ms / 1_000)} ${ms(o.settleMaxMs / 1_000)} ${String(o.late).padStart(5)}` +
  `${ms(o.p95Ms)} ${ms(o.pairP95Ms)} ${ms(o.worstMs)} ${ms(o.ratePpm)} ${String(o.steps).padStart(6)}` +
  (o.apartMs === undefined ? '' : `   (${o.apartMs.toFixed(2)} ms apart when healed)`)

console.log(
  `clock: seed ${conditions.seed}, jitter ${conditions.jitterMs} ms each way, asymmetry up to ${conditions.asymmetryMs} ms, oscillators +-50 ppm, wall clocks +-1 day`,
)
console.log('                                     settle s          late   off ms   pairs   spread    rate')
console.log('peers scenario               keeper     p50      max  >5 s     p95     p95    worst     ppm  steps')
const results: Record<string, Outcome> = {}
for (const scenario of scenarios)
  for (const { name, make } of keepers) {
    const key = `${scenario.peers}/${scenario.name}/${name}`
    if (!key.includes(values.only) || (name !== 'earshot' && !rivalsRun(scenario))) continue
    const outcome = simulate(scenario, make, conditions)
    results[key] = outcome
    console.log(line(scenario, name, outcome))
  }
const pairs: Record<string, PairOutcome> = {}
const us = (value: number): string => value.toFixed(value < 10 ? 1 : 0).padStart(8)
console.log(
  '\ntwo browsers on one machine, 10 min       settle s  difference us: 1st s     p50     p95     max  wander  rate ppm',
)
for (const scenario of pairScenarios) {
  const key = `pair/${scenario.name}`
  if (!key.includes(values.only)) continue
  const o = simulatePair(scenario, conditions.seed)
  pairs[key] = o
  console.log(
    `      ${scenario.name.padEnd(36)}${ms(o.settledMs / 1_000)}${us(o.firstUs).padStart(23)}` +
      `${us(o.p50Us)}${us(o.p95Us)}${us(o.maxUs)}${us(o.wanderUs)}${ms(o.ratePpm).padStart(10)}`,
  )
}
const failures = failuresOf(results)
for (const failure of failures ?? []) console.log(`not met: ${failure}`)
const met = failures === null ? null : failures.length === 0
console.log(JSON.stringify({ bench: 'clock', ...conditions, quick: values.quick, met, results, pairs }))
