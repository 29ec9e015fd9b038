import type { PeerId, RoomId } from '../../src/domain/ids.ts'
import type { Random } from '../../src/domain/scheduler.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import type { PathModel } from '../../src/net/memory/path.ts'
import { forkRandom, pick, seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import type { VirtualClock } from '../../src/net/memory/virtual-clock.ts'
import type { Link } from '../../src/net/link.ts'
import type { Membership } from '../../src/net/transport.ts'
import { lyingLink, type Lie } from './liars.ts'

const ROOM = { room: 'bench' as RoomId }
const DAY_MS = 24 * 60 * 60 * 1_000

/** One way to keep time, as the bench runs it: the shipped service, or a rival. */
export interface Keeper {
  addLink(link: Link): void
  /** Room time now, ms. */
  nowMs(): number
  readonly settled: boolean
  /** Breaks in room time after it had settled. */
  readonly steps: number
  close(): void
}

export interface KeeperContext {
  readonly me: PeerId
  readonly clock: VirtualClock
  readonly random: Random
  readonly founder: boolean
  readonly world: World
}
export type MakeKeeper = (context: KeeperContext) => Keeper

export interface Person {
  readonly me: PeerId
  readonly keeper: Keeper
  readonly membership: Membership
  readonly honest: boolean
  readonly joinedAtMs: number
  settledAtMs: number | null
}

export interface WorldOptions {
  readonly seed: number
  /** Mean queueing delay each way, ms. */
  readonly jitterMs: number
  /** The two directions of a path differ by up to this, ms. */
  readonly asymmetryMs: number
  readonly makeKeeper: MakeKeeper
}

/** A room full of people with imperfect clocks on an imperfect network, in virtual time. */
export class World {
  readonly time = new VirtualTime()
  readonly random: Random
  readonly network: MemoryNetwork
  readonly people: Person[] = []
  readonly #makeKeeper: MakeKeeper
  #count = 0

  constructor({ seed, jitterMs, asymmetryMs, makeKeeper }: WorldOptions) {
    this.random = seededRandom(seed)
    this.#makeKeeper = makeKeeper
    const path = (_a: PeerId, _b: PeerId, random: Random): PathModel => ({
      latencyMs: 5 + 35 * random(),
      jitterMs,
      asymmetryMs: asymmetryMs * (2 * random() - 1),
      loss: 0.01,
      bytesPerMs: Infinity,
    })
    this.network = new MemoryNetwork({ scheduler: this.time, random: forkRandom(this.random), path })
  }

  get trueMs(): number {
    return this.time.nowMs()
  }

  join(lie: Lie | null): Person {
    const me = `peer-${String(this.#count++).padStart(5, '0')}` as PeerId
    const { random } = this
    const clock = this.time.clock({
      ppm: 100 * random() - 50,
      wallOffsetMs: DAY_MS * (2 * random() - 1),
      originMs: 1e7 * random(),
    })
    const membership = this.network.transport(clock).join(ROOM, { peer: me, sign: async (bytes) => bytes })
    const keeper = this.#makeKeeper({ me, clock, random: forkRandom(random), founder: this.#count === 1, world: this })
    membership.onLink((link) => keeper.addLink(lie === null ? link : lyingLink(link, lie, this.time)))
    const person: Person = {
      me,
      keeper,
      membership,
      honest: lie === null,
      joinedAtMs: this.trueMs,
      settledAtMs: null,
    }
    this.people.push(person)
    return person
  }

  /** Someone leaves, by a goodbye or by a crash. */
  leaveOne(): void {
    const person = pick(this.random, this.people)
    if (person === undefined) return
    if (this.random() < 0.5) void person.membership.leave()
    else this.network.crash(person.me)
    person.keeper.close()
    this.people.splice(this.people.indexOf(person), 1)
  }

  /** Cuts the room in two equal halves. */
  partition(): void {
    const half = this.people.filter((_, i) => i % 2 === 0)
    this.network.partition([half.map(({ me }) => me)])
  }
}
