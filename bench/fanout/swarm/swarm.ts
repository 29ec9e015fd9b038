import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomAddress } from '../../../src/domain/address.ts'
import type { Random } from '../../../src/domain/scheduler.ts'
import { forkRandom, seededRandom } from '../../../src/net/memory/seeded-random.ts'
import { ServerProcess } from '../../signaling/server.ts'
import { round } from '../figures.ts'
import type { Person, Room, Traffic } from '../talk.ts'
import type { Calls } from './process.ts'

/** A fifth of the peers lives in each: killing one takes 20 % away. */
const PROCESSES = 5
/**
 * How long it may take until all have found the room, ms for each of them. The next comes when the last has found it, as fast as this machine
 * opens circuits.
 */
const ARRIVAL_MS = 10_000
const POLL_MS = 50
/** Links that a plain peer makes: with those that are made to it, about as many as an Earshot peer has, which is 5 over circuits. */
const PLAIN_LINKS = 3

interface SwarmPerson extends Person {
  readonly process: SwarmProcess
  readonly member: number
}

/** Real libp2p peers in five processes, over a node in one more, on loopback and in real time. */
export class Swarm implements Room<SwarmPerson> {
  people: readonly SwarmPerson[] = []
  onText: Room<SwarmPerson>['onText'] = () => {}
  mbPerPeer = 0
  /** The node, which relays and gossips too. */
  readonly node: ServerProcess
  /** Memory that the node has needed for each peer, KB. */
  nodeKbPerPeer = 0
  readonly #processes: SwarmProcess[]

  private constructor(node: ServerProcess) {
    this.node = node
    this.#processes = Array.from({ length: PROCESSES }, () => new SwarmProcess())
  }

  /** @throws Error when they do not find each other in time; nothing is left behind then. */
  static async gather(kind: 'earshot' | 'plain', count: number, seed: number): Promise<Swarm> {
    const swarm = new Swarm(await ServerProcess.earshot('bench'))
    // Whoever ends this process early ends them too.
    process.once('exit', () => void swarm.close())
    try {
      await swarm.#assemble(kind, count, seededRandom(seed))
      return swarm
    } catch (error) {
      await swarm.close()
      throw error
    }
  }

  async #assemble(kind: 'earshot' | 'plain', count: number, random: Random): Promise<void> {
    const endMs = this.nowMs() + count * ARRIVAL_MS
    const before = await this.#heapMb()
    const nodeBefore = await this.#nodeKb()
    let address: RoomAddress | null = null
    const url = this.node.url.replace('/signal', '')
    for (let i = 0; i < count; i++) {
      const process = this.#processes[i % PROCESSES]!
      const person = process.person()
      address = await process.call('join', kind, url, Math.floor(random() * 2 ** 52), address)
      this.people = [...this.people, person]
      // The founder of a room waits for nobody.
      if (i > 0 || kind === 'plain') await this.#until([process], endMs)
    }
    if (kind === 'plain') await this.#introduce(forkRandom(random))
    await this.#until(this.#processes, endMs)
    await this.pass(10_000)
    this.nodeKbPerPeer = Math.round(((await this.#nodeKb()) - nodeBefore) / count)
    this.mbPerPeer = round(((await this.#heapMb()) - before) / count, 2)
  }

  get traffic(): Traffic {
    const sum = (pick: (traffic: Traffic) => number): number =>
      this.#processes.reduce((total, { traffic }) => total + pick(traffic), 0)
    return { messages: sum(({ messages }) => messages), bytes: sum(({ bytes }) => bytes) }
  }

  nowMs(): number {
    return performance.timeOrigin + performance.now()
  }

  async pass(ms: number): Promise<void> {
    await sleep(ms)
    for (const process of this.#living) {
      const { arrivals, ...traffic } = await process.call('harvest')
      process.traffic = traffic
      for (const { member, text, atMs } of arrivals) this.onText(process.people[member]!, text, atMs)
    }
  }

  async links(): Promise<{ readonly least: number; readonly mean: number; readonly most: number }> {
    const states = await Promise.all(this.#living.map((process) => process.call('state')))
    const counts = states.flatMap(({ links }) => links)
    const mean = round(counts.reduce((sum, links) => sum + links, 0) / counts.length)
    return { least: Math.min(...counts), mean, most: Math.max(...counts) }
  }

  vanish({ process }: SwarmPerson): void {
    process.kill()
    this.people = this.people.filter((person) => person.process !== process)
  }

  async close(): Promise<void> {
    for (const process of this.#living) process.kill()
    await this.node.stop()
  }

  get #living(): readonly SwarmProcess[] {
    return this.#processes.filter(({ alive }) => alive)
  }

  /** Processor time that the peers have used so far, ms. */
  async cpuMs(): Promise<number> {
    const each = await Promise.all(this.#living.map((process) => process.call('cpuMs')))
    return each.reduce((sum, ms) => sum + ms, 0)
  }

  async #nodeKb(): Promise<number> {
    await this.node.collectGarbage()
    return this.node.rssKb()
  }

  async #heapMb(): Promise<number> {
    const each = await Promise.all(this.#living.map((process) => process.call('heapMb')))
    return each.reduce((sum, mb) => sum + mb, 0)
  }

  async #until(processes: readonly SwarmProcess[], endMs: number): Promise<void> {
    while (!(await Promise.all(processes.map((process) => process.call('state')))).every(({ ready }) => ready)) {
      if (this.nowMs() > endMs) throw new Error(await this.#whyNotGathered())
      await sleep(POLL_MS)
    }
  }

  /** What they used meanwhile tells whether they had too little of the processor. */
  async #whyNotGathered(): Promise<string> {
    const [peersSeconds, nodeSeconds] = [Math.round((await this.cpuMs()) / 1_000), await this.node.cpuSeconds()]
    return `of ${this.people.length} that came not all found the room in time; they used ${peersSeconds} s of processor, the node ${Math.round(nodeSeconds)} s`
  }

  async #introduce(random: Random): Promise<void> {
    const states = await Promise.all(this.#processes.map((process) => process.call('state')))
    const hosts = states.flatMap((state) => state.hosts)
    for (const { process, member } of this.people) {
      const own = states[this.#processes.indexOf(process)]!.hosts[member]
      const others = hosts.filter((host) => host !== own)
      const chosen = Array.from(
        { length: Math.min(PLAIN_LINKS, others.length) },
        () => others.splice(Math.floor(random() * others.length), 1)[0]!,
      )
      await process.call('meet', member, chosen)
    }
  }
}

type Result<K extends keyof Calls> = Awaited<ReturnType<Calls[K]>>
type Resolve = (result: unknown) => void

/** One process of peers. */
class SwarmProcess {
  readonly people: SwarmPerson[] = []
  traffic: Traffic = { messages: 0, bytes: 0 }
  alive = true
  readonly #child: ChildProcess
  readonly #started: Promise<void>
  readonly #waiting = new Map<number, { resolve: Resolve; reject: (error: Error) => void }>()
  #calls = 0

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'process.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('a process of peers has ended'))
    })
    this.#started = new Promise((resolve) => {
      this.#child.on('message', ({ id, result, error }: { id: number; result: unknown; error?: string }) => {
        if (id === 0) return resolve()
        const { resolve: done, reject } = this.#waiting.get(id)!
        this.#waiting.delete(id)
        if (error === undefined) done(result)
        else reject(new Error(error))
      })
    })
  }

  /** The next peer that will join here. */
  person(): SwarmPerson {
    const member = this.people.length
    const person = { process: this, member, write: (text: string) => this.call('write', member, text) }
    this.people.push(person)
    return person
  }

  async call<K extends keyof Calls>(name: K, ...args: Parameters<Calls[K]>): Promise<Result<K>> {
    await this.#started
    const id = ++this.#calls
    this.#child.send({ id, name, args })
    return new Promise<Result<K>>((resolve, reject) => this.#waiting.set(id, { resolve: resolve as Resolve, reject }))
  }

  kill(): void {
    this.alive = false
    this.#child.kill('SIGKILL')
  }
}
