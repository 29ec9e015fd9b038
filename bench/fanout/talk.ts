import { pick } from '../../src/net/memory/seeded-random.ts'
import type { Random } from '../../src/domain/scheduler.ts'
import { percentile, round } from './figures.ts'

/** What went out of all peers that live, so far. */
export interface Traffic {
  readonly messages: number
  readonly bytes: number
}

/** One peer of whatever kind, as the bench drives it. */
export interface Person {
  /** Writes one update that carries this text. */
  write(text: string): void | Promise<unknown>
}

/** Peers of one room, of whatever kind: what is measured is the same for all. */
export interface Room<P extends Person = Person> {
  /** Those that live. */
  readonly people: readonly P[]
  readonly traffic: Traffic
  nowMs(): number
  pass(ms: number): Promise<void>
  /** Told of each text that a peer has got, its own too, and when. */
  onText: (person: P, text: string, atMs: number) => void
  /** Takes a peer away without a goodbye, and whoever shares its fate. */
  vanish(person: P): void
}

export interface Outcome {
  readonly updates: number
  readonly messagesPerUpdatePerPeer: number
  readonly bytesPerUpdatePerPeer: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of all pairs of an update that some survivor holds and a survivor, those where it is held; 1 is all. */
  readonly delivered: number
}

export interface TalkOptions {
  readonly updates: number
  /** Nobody writes twice, and there are at most as many updates as peers; else each author is drawn anew. */
  readonly once?: boolean
  /** Between two updates, ms. */
  readonly gapMs: number
  readonly random: Random
  /** Peers that vanish meanwhile, evenly spread. */
  readonly vanishing?: number
  /** Names the updates of this talk. */
  readonly name: string
}

/** How long after the last update one that is still missing counts as lost, ms: three rounds of anti-entropy. */
const LOST_MS = 30_000
/** Traffic goes on a little after the last arrival: hints, prunes. */
const EBB_MS = 2_000

/** Lets peers of a room write in turn, and counts what it costs and how long it takes until all have it. */
export async function talk<P extends Person>(room: Room<P>, options: TalkOptions): Promise<Outcome> {
  const { updates, once = false, gapMs, random, vanishing = 0, name } = options
  const order = once ? shuffled(room.people, random).slice(0, updates) : null
  const count = order?.length ?? updates
  const written = new Map<string, number>()
  const holders = new Map<string, Set<P>>()
  const latencies: number[] = []
  room.onText = (person, text, atMs) => {
    const sinceMs = written.get(text)
    if (sinceMs === undefined) return
    const those = holders.get(text) ?? new Set()
    if (those.has(person)) return
    holders.set(text, those.add(person))
    if (those.size > 1) latencies.push(atMs - sinceMs)
  }
  const before = room.traffic
  let peerTurns = 0
  let gone = 0
  for (let i = 0; i < count; i++) {
    const author = order?.[i] ?? pick(random, room.people)
    if (author !== undefined && room.people.includes(author)) {
      const text = `${name} ${i}`
      written.set(text, room.nowMs())
      await author.write(text)
      peerTurns += room.people.length
    }
    if (gone < Math.round((vanishing * (i + 1)) / count)) {
      const leaver = pick(random, room.people)
      if (leaver !== undefined) room.vanish(leaver)
      gone++
    }
    await room.pass(gapMs)
  }
  const missing = (): number => {
    let pairs = 0
    for (const those of holders.values()) {
      const held = room.people.filter((person) => those.has(person)).length
      if (held > 0) pairs += room.people.length - held
    }
    return pairs
  }
  const endMs = room.nowMs() + LOST_MS
  while (missing() > 0 && room.nowMs() < endMs) await room.pass(200)
  await room.pass(EBB_MS)
  const kept = [...holders.values()].filter((those) => room.people.some((person) => those.has(person))).length
  const after = room.traffic
  latencies.sort((a, b) => a - b)
  return {
    updates: written.size,
    messagesPerUpdatePerPeer: round((after.messages - before.messages) / peerTurns, 2),
    bytesPerUpdatePerPeer: Math.round((after.bytes - before.bytes) / peerTurns),
    p50Ms: round(percentile(latencies, 0.5)),
    p99Ms: round(percentile(latencies, 0.99)),
    delivered: 1 - missing() / Math.max(1, kept * room.people.length),
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items]
  for (let i = rest.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[rest[i], rest[j]] = [rest[j]!, rest[i]!]
  }
  return rest
}
