import { median } from '../../src/clock/median.ts'
import { makeLie, type LieStyle } from './liars.ts'
import { World, type MakeKeeper, type Person } from './world.ts'

export interface Scenario {
  readonly name: string
  readonly peers: number
  /** Fraction of the peers that lie. */
  readonly liars?: number
  readonly lies?: LieStyle
  readonly churn?: boolean
  readonly partitionMs?: number
  /** True time observed after everyone came (and, with a partition, after it healed), ms. */
  readonly observeMs: number
}

export interface Outcome {
  readonly settleP50Ms: number
  readonly settleMaxMs: number
  /** Peers that had not settled 5 s after they came. */
  readonly late: number
  /** 95th percentile of honest peers' distance from the honest median, ms. */
  readonly p95Ms: number
  /** 95th percentile of the difference between two honest peers, ms: what two listeners would hear. */
  readonly pairP95Ms: number
  /** Largest difference between any two honest settled peers at any time, ms. */
  readonly worstMs: number
  /** Mean rate of the honest median against true time, ppm. */
  readonly ratePpm: number
  /** Breaks in the room time of peers that had settled, all together. */
  readonly steps: number
  /** Same as `worstMs`, at the moment when the partition healed. */
  readonly apartMs?: number
}

/** How fast people come, per second: a link that was posted somewhere. */
const ARRIVALS_PER_S = 20
const SAMPLE_MS = 500
/** Someone leaves and someone else comes, every so often. */
const CHURN_MS = 2_000
const SETTLE_MS = 5_000
/** Pairs that are looked at for each person: all of them would be 20,000 at 200 people. */
const PAIRS_EACH = 8

export interface Conditions {
  readonly seed: number
  readonly jitterMs: number
  readonly asymmetryMs: number
}

/** Runs one scenario with one way to keep time. */
export function simulate(scenario: Scenario, makeKeeper: MakeKeeper, conditions: Conditions): Outcome {
  const world = new World({ ...conditions, makeKeeper })
  const everyone: Person[] = []
  const liars = liarsOf(scenario, world)
  const enter = (index: number): void => {
    everyone.push(world.join(liars.has(index) ? makeLie(scenario.lies ?? 'alone', world.random) : null))
  }
  enter(0)
  for (let i = 1; i < scenario.peers; i++) world.time.after(1_000 + (1_000 * i) / ARRIVALS_PER_S, () => enter(i))
  const watch = new Watch(world, everyone)
  watch.run(1_000 + (1_000 * scenario.peers) / ARRIVALS_PER_S + SETTLE_MS)
  let apart: { readonly apartMs?: number } = {}
  if (scenario.partitionMs !== undefined) {
    world.partition()
    watch.run(scenario.partitionMs)
    apart = { apartMs: watch.spreadMs() }
    world.network.heal()
  }
  watch.observing = true
  if (scenario.churn === true)
    world.time.every(CHURN_MS, () => {
      world.leaveOne()
      enter(everyone.length)
    })
  watch.run(scenario.observeMs)
  return { ...watch.outcome(), ...apart }
}

const percentile95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN

/** Who lies, by the order in which they come: exactly the share asked for, for a draw of each would make 15 % of 10 % now and then. */
function liarsOf({ peers, liars = 0 }: Scenario, { random }: World): ReadonlySet<number> {
  const lying = new Set<number>()
  // The founder is honest: a room whose founder lies about the time has the time that he says.
  while (lying.size < Math.round(liars * peers)) lying.add(1 + Math.floor(random() * (peers - 1)))
  return lying
}

class Watch {
  observing = false
  readonly #world: World
  readonly #everyone: readonly Person[]
  readonly #distances: number[] = []
  readonly #differences: number[] = []
  readonly #medians: { readonly trueMs: number; readonly roomMs: number }[] = []
  #worstMs = 0

  constructor(world: World, everyone: readonly Person[]) {
    this.#world = world
    this.#everyone = everyone
  }

  /** Lets `ms` pass, looking at everyone's time again and again. */
  run(ms: number): void {
    const endMs = this.#world.trueMs + ms
    while (this.#world.trueMs < endMs) {
      this.#world.time.runSync(Math.min(endMs, this.#world.trueMs + SAMPLE_MS))
      for (const person of this.#world.people)
        if (person.settledAtMs === null && person.keeper.settled) person.settledAtMs = this.#world.trueMs
      if (this.observing) this.#look()
    }
  }

  spreadMs(): number {
    const times = this.#honestTimes()
    return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times)
  }

  #honestTimes(): number[] {
    return this.#world.people
      .filter(({ honest, keeper }) => honest && keeper.settled)
      .map(({ keeper }) => keeper.nowMs())
  }

  #look(): void {
    const times = this.#honestTimes()
    if (times.length === 0) return
    const centre = median(times)
    for (const time of times) this.#distances.push(Math.abs(time - centre))
    // People stand in the order in which they came: whom each is held against hangs on no time.
    for (const [i, time] of times.entries())
      for (const other of times.slice(i + 1, i + 1 + PAIRS_EACH)) this.#differences.push(Math.abs(time - other))
    this.#worstMs = Math.max(this.#worstMs, this.spreadMs())
    this.#medians.push({ trueMs: this.#world.trueMs, roomMs: centre })
  }

  outcome(): Outcome {
    const honest = this.#everyone.filter((person) => person.honest)
    const enough = honest.filter(
      ({ joinedAtMs, settledAtMs }) => settledAtMs !== null || joinedAtMs < this.#world.trueMs - SETTLE_MS,
    )
    const waits = enough.map(({ joinedAtMs, settledAtMs }) => (settledAtMs ?? Infinity) - joinedAtMs)
    const [first, last] = [this.#medians[0]!, this.#medians.at(-1)!]
    return {
      settleP50Ms: median(waits),
      settleMaxMs: Math.max(...waits),
      late: waits.filter((ms) => ms > SETTLE_MS).length,
      p95Ms: percentile95(this.#distances),
      pairP95Ms: percentile95(this.#differences),
      worstMs: this.#worstMs,
      ratePpm: ((last.roomMs - first.roomMs) / (last.trueMs - first.trueMs) - 1) * 1e6,
      steps: honest.reduce((sum, { keeper }) => sum + keeper.steps, 0),
    }
  }
}
