import type { PeerId } from '../../src/domain/ids.ts'
import type { Random, Scheduler, Unsubscribe } from '../../src/domain/scheduler.ts'
import { ClockService } from '../../src/net/clock-service.ts'
import type { Channel, Link } from '../../src/net/link.ts'
import { exponential, forkRandom, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'

/** Two browsers, each with one page that is busy now and then, and the way between them. */
export interface PairScenario {
  readonly name: string
  /** One way of one datagram, ms. `forth`: from the founder. */
  readonly delayMs: (random: Random, forth: boolean) => number
  readonly loss: number
  /** Steps of `performance.now()`, ms. */
  readonly resolutionMs: number
  /** Difference of the oscillators, ppm. */
  readonly apartPpm: number
  /** Share of the time that the pages' main threads are taken up, in pieces of 1 to 50 ms. */
  readonly busy: number
  /** The second browser's process is stopped for half a second, every so often, ms. */
  readonly freezeEveryMs?: number
}

/** How far apart two room times are; all in microseconds but the first. */
export interface PairOutcome {
  readonly settledMs: number
  /** Worst in the first second after both had settled. */
  readonly firstUs: number
  readonly p50Us: number
  readonly p95Us: number
  readonly maxUs: number
  /** Of the means of half minutes, the largest less the smallest. */
  readonly wanderUs: number
  /** Root mean square of the difference's rate over a second, ppm: what the players must follow by resampling. */
  readonly ratePpm: number
}

const WARM_UP_MS = 20_000
const OBSERVE_MS = 600_000
const FREEZE_MS = 500
const MS_TO_US = 1_000

export function simulatePair(scenario: PairScenario, seed: number, observeMs = OBSERVE_MS): PairOutcome {
  const time = new VirtualTime()
  const random = seededRandom(seed)
  const pages = [0, 1].map((index) => {
    const ppm = scenario.apartPpm * (index - 0.5)
    const clock = time.clock({ ppm, wallOffsetMs: 1e7 * random(), originMs: 1e6 * random() })
    return new Page(time, clock, scenario, forkRandom(random), index === 0 ? 500 : 3_000)
  }) as [Page, Page]
  time.runSync(2_000)
  connect(time, pages, scenario, forkRandom(random))
  const metMs = time.nowMs()
  while (!pages[1].service.roomTime.settled) time.runSync(time.nowMs() + 10)
  const settledMs = time.nowMs() - metMs
  const differenceUs = (): number => MS_TO_US * (pages[1].roomMs() - pages[0].roomMs())
  let firstUs = 0
  for (let i = 0; i < 100; i++) {
    time.runSync(time.nowMs() + 10)
    firstUs = Math.max(firstUs, Math.abs(differenceUs()))
  }
  time.runSync(metMs + WARM_UP_MS)
  if (scenario.freezeEveryMs !== undefined) time.every(scenario.freezeEveryMs, () => pages[1].freeze(FREEZE_MS))
  const seen: number[] = []
  for (let i = 0; i < observeMs / 100; i++) {
    time.runSync(time.nowMs() + 100)
    seen.push(differenceUs())
  }
  const sorted = seen.map(Math.abs).sort((a, b) => a - b)
  const halfMinutes = Array.from({ length: observeMs / 30_000 }, (_, i) => mean(seen.slice(300 * i, 300 * (i + 1))))
  const rates = seen.slice(10).map((us, i) => us - seen[i]!)
  for (const { service } of pages) service.close()
  return {
    settledMs,
    firstUs,
    p50Us: sorted[sorted.length >> 1]!,
    p95Us: sorted[Math.floor(sorted.length * 0.95)]!,
    maxUs: sorted.at(-1)!,
    wanderUs: Math.max(...halfMinutes) - Math.min(...halfMinutes),
    ratePpm: Math.sqrt(mean(rates.map((ppm) => ppm ** 2))),
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** A page: its main thread takes tasks when it is free, and reads a clock that moves in steps. */
class Page implements Scheduler {
  readonly service: ClockService
  readonly #true: VirtualTime
  readonly #clock: Scheduler
  readonly #resolutionMs: number
  readonly #busy: number
  readonly #random: Random
  /** The piece of work under way, or the next one: true ms. */
  #work = { fromMs: 0, toMs: 0 }
  #frozenUntilMs = -Infinity

  constructor(time: VirtualTime, clock: Scheduler, scenario: PairScenario, random: Random, foundAfterMs: number) {
    this.#true = time
    this.#clock = clock
    this.#resolutionMs = scenario.resolutionMs
    this.#busy = scenario.busy
    this.#random = random
    const me = `page-${foundAfterMs}` as PeerId
    this.service = new ClockService({ me, scheduler: this, random: forkRandom(random), foundAfterMs })
  }

  /** Exact, unlike what the page itself can read. */
  roomMs(): number {
    return this.service.roomTime.at(this.#clock.nowMs())
  }

  nowMs(): number {
    const steps = this.#clock.nowMs() / this.#resolutionMs
    // Chromium's clamped clock steps at a point of each interval that looks random.
    const whole = Math.floor(steps)
    const turn = (Math.imul(whole | 0, 0x9e3779b1) >>> 0) / 2 ** 32
    return (whole + (steps - whole >= turn ? 1 : 0)) * this.#resolutionMs
  }

  wallMs(): number {
    return Math.floor(this.#clock.wallMs())
  }

  after(delayMs: number, task: () => void): Unsubscribe {
    let cancel = this.#clock.after(delayMs, () => {
      cancel = this.#true.after(this.waitMs(), task)
    })
    return () => cancel()
  }

  every(periodMs: number, task: () => void): Unsubscribe {
    return this.#clock.every(periodMs, () => void this.#true.after(this.waitMs(), task))
  }

  /** How long a task that comes now has to wait for the main thread, ms. */
  waitMs(): number {
    const nowMs = this.#true.nowMs()
    while (this.#work.toMs <= nowMs && this.#busy > 0) {
      const lengthMs = Math.min(50, 1 + exponential(this.#random, 5))
      const fromMs = this.#work.toMs + exponential(this.#random, (6 * (1 - this.#busy)) / this.#busy)
      this.#work = { fromMs, toMs: fromMs + lengthMs }
    }
    const busyMs = this.#work.fromMs <= nowMs ? this.#work.toMs - nowMs : 0
    return Math.max(0, busyMs, this.#frozenUntilMs - nowMs)
  }

  /** The process is stopped: its clock runs on. */
  freeze(ms: number): void {
    this.#frozenUntilMs = this.#true.nowMs() + ms
  }
}

function connect(time: VirtualTime, pages: readonly [Page, Page], scenario: PairScenario, random: Random): void {
  const listeners: ((bytes: Uint8Array, atMs: number) => void)[] = []
  const end = (index: 0 | 1): Link => {
    const other = (1 - index) as 0 | 1
    const channel: Channel = {
      bufferedBytes: 0,
      drained: () => Promise.resolve(),
      onMessage(listener) {
        listeners[index] = listener
        return () => void (listeners[index] = () => {})
      },
      send(bytes) {
        if (random() < scenario.loss) return true
        time.after(scenario.delayMs(random, index === 0), () =>
          time.after(pages[other].waitMs(), () => listeners[other]?.(bytes, pages[other].nowMs())),
        )
        return true
      },
    }
    return {
      peer: `page-${other}` as PeerId,
      transport: 'memory',
      relayed: false,
      id: 'pair',
      session: 'the other end',
      channel: () => channel,
      closed: false,
      close: () => {},
      onClose: () => () => {},
    }
  }
  const links = [end(0), end(1)]
  pages.forEach(({ service }, index) => service.addLink(links[index]!))
}

/**
 * Loopback between two Chromium processes, as 600 probes showed it: threads hand a datagram on several times, so the least delay is rare, and one in
 * some hundreds comes 0.2 ms before that.
 */
const loopback = (random: Random): number =>
  (random() < 0.003 ? 0.3 : 0.5) + exponential(random, 0.1) + exponential(random, 0.1)
/** As injected by the ear bench: 40 +- 20 ms, and 10 ms between the two directions. */
const delayed = (random: Random, forth: boolean): number => 20 + 40 * random() + (forth ? 10 : 0)

const quiet = { delayMs: loopback, loss: 0, resolutionMs: 0.005, apartPpm: 0, busy: 0.1 }

export const pairScenarios: readonly PairScenario[] = [
  { ...quiet, name: 'quiet pages' },
  { ...quiet, name: 'busy pages', busy: 0.5 },
  { ...quiet, name: 'not isolated (100 us)', resolutionMs: 0.1 },
  { ...quiet, name: '100 ppm apart', apartPpm: 100 },
  { ...quiet, name: 'frozen for 0.5 s', apartPpm: 20, freezeEveryMs: 30_000 },
  { ...quiet, name: '40 +- 20 ms, 10 asymm.', delayMs: delayed, loss: 0.02, apartPpm: 20 },
]
