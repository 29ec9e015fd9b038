import { Neighbour } from '../clock/neighbour.ts'
import type { EpochId } from '../clock/epoch.ts'
import { decodeProbe, encodeProbe } from '../clock/probe.ts'
import type { RoomClock } from '../clock/room-clock.ts'
import { Timekeeper, type RoundEvent } from '../clock/timekeeper.ts'
import type { PeerId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Random, Scheduler, Unsubscribe } from '../domain/scheduler.ts'
import { Listeners } from '../domain/listeners.ts'
import { TokenBucket } from '../domain/token-bucket.ts'
import type { Channel, Link } from './link.ts'

export interface ClockServiceOptions {
  readonly me: PeerId
  readonly scheduler: Scheduler
  readonly random: Random
  /** Epochs that peers beyond the neighbours hold, from their signed presence: decides which half of a merged room is larger. */
  readonly census?: () => ReadonlyMap<PeerId, EpochId>
  /** How long to listen for others before settling by the own wall clock, ms. Short for a founder, who knows to be the first. Default 3000. */
  readonly foundAfterMs?: number
}

export interface ClockDiagnostics {
  /** Room time minus this device's wall clock, ms. */
  readonly offsetMs: number
  /** Bound of the difference to the neighbours, ms; Infinity while nothing is known. */
  readonly errorMs: number
  /** Rate of room time against this device's oscillator, ppm. */
  readonly driftPpm: number
  readonly settled: boolean
  readonly epoch: EpochId
  /** Neighbours that have answered of late. */
  readonly neighbours: number
  /** Least round trip of late to each neighbour, ms. */
  readonly rtts: ReadonlyMap<PeerId, number>
}

/** On meeting: so many probes, so far apart. Half of them are enough for a floor, all for one of a page that still loads; few enough not to queue behind each other. */
const BURST = 16
const BURST_INTERVAL_MS = 60
/** While this peer is unsettled: docs/decisions/0300-agreement-on-time.md says why. */
const HASTY_INTERVAL_MS = 250
/** Eight in ten seconds of each neighbour of a full neighbourhood; fewer neighbours share the same number of probes, for they have less to average. */
const STEADY_INTERVAL_MS = 1_250
/** ... but no more often than this, for they have other work. A lone jittery path is known twice as well as with 250 ms. */
const LEAST_INTERVAL_MS = 150
/** Probes of one neighbour that are answered, per second, and at once. Must stay above what an honest unsettled neighbour sends. */
const ANSWERS_PER_SECOND = 10
const ANSWER_BURST = 40

interface Entry {
  readonly link: Link
  readonly neighbour: Neighbour
  readonly limit: TokenBucket
  burst: number
  /** Sends the next probe now. */
  hurry: () => void
  remove: () => void
}

/** Room time over links: probes every neighbour, answers their probes, and keeps this peer's clock in agreement with theirs. */
export class ClockService {
  readonly roomTime: RoomClock
  readonly #options: ClockServiceOptions
  readonly #keeper: Timekeeper
  readonly #entries = new Map<Link, Entry>()
  readonly #listeners = new Listeners<[event: RoundEvent | 'neighbours']>()
  #cancelRound: Unsubscribe

  constructor(options: ClockServiceOptions) {
    this.#options = options
    const { me, scheduler, random, foundAfterMs = 3_000 } = options
    this.#keeper = new Timekeeper({
      me,
      random,
      foundAfterMs,
      nowMs: () => scheduler.nowMs(),
      wallMs: () => scheduler.wallMs(),
    })
    this.roomTime = this.#keeper.clock
    this.#cancelRound = scheduler.after(this.#keeper.roundMs, () => this.#round())
  }

  /** The epoch to publish in presence; null while unsettled. */
  get epoch(): EpochId | null {
    return this.roomTime.settled ? this.#keeper.epoch : null
  }

  /** Keeps time with this neighbour until the link closes or the result is called. */
  addLink(link: Link): Unsubscribe {
    const { scheduler, random } = this.#options
    const channel = link.channel('clock')
    const neighbour = new Neighbour(link.peer, random)
    const limit = new TokenBucket(scheduler, ANSWERS_PER_SECOND, ANSWER_BURST)
    const entry: Entry = { link, neighbour, limit, burst: BURST, hurry: () => {}, remove: () => {} }
    this.#entries.set(link, entry)
    const stopListening = channel.onMessage((bytes, atMs) => this.#hear(entry, channel, bytes, atMs))
    const stopProbing = this.#probe(entry, channel)
    let stopClose: Unsubscribe = () => {}
    entry.remove = () => {
      stopListening()
      stopProbing()
      stopClose()
      if (this.#entries.delete(link)) this.#listeners.tell('neighbours')
    }
    stopClose = link.onClose(entry.remove)
    this.#listeners.tell('neighbours')
    return entry.remove
  }

  diagnostics(): ClockDiagnostics {
    const { scheduler } = this.#options
    const nowMs = scheduler.nowMs()
    const rtts = new Map<PeerId, number>()
    for (const { neighbour } of this.#entries.values()) {
      const rttMs = neighbour.rttMs(nowMs)
      if (rttMs !== undefined) rtts.set(neighbour.peer, Math.min(rttMs, rtts.get(neighbour.peer) ?? Infinity))
    }
    return {
      offsetMs: this.roomTime.at(nowMs) - scheduler.wallMs(),
      errorMs: this.roomTime.errorMs,
      driftPpm: this.roomTime.ratePpm,
      settled: this.roomTime.settled,
      epoch: this.#keeper.epoch,
      neighbours: rtts.size,
      rtts,
    }
  }

  /** For each link that has answered of late, a round trip that hardly any of its probes exceeded, ms. */
  slowRoundTripsMs(): readonly number[] {
    const nowMs = this.#options.scheduler.nowMs()
    return [...this.#entries.values()].flatMap(({ neighbour }) => neighbour.slowRttMs(nowMs) ?? [])
  }

  /** `settled`, `stepped` and `merged` mean that room time may have jumped; `disturbed`, that it is unsettled again. */
  onChange(listener: (event: RoundEvent | 'neighbours') => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Stops probing and answering. Room time runs on as it was. */
  close(): void {
    this.#cancelRound()
    this.#listeners.clear()
    for (const { remove } of [...this.#entries.values()]) remove()
  }

  #probe(entry: Entry, channel: Channel): Unsubscribe {
    const { scheduler, random } = this.#options
    let cancel: Unsubscribe = () => {}
    const next = (): void => {
      channel.send(encodeProbe(entry.neighbour.ask(scheduler.nowMs())))
      entry.burst = Math.max(0, entry.burst - 1)
      cancel = scheduler.after(this.#intervalMs(entry) * (0.9 + 0.2 * random()), next)
    }
    entry.hurry = () => {
      cancel()
      next()
    }
    next()
    return () => cancel()
  }

  #intervalMs(entry: Entry): number {
    if (entry.burst > 0) return BURST_INTERVAL_MS
    if (!this.roomTime.settled) return HASTY_INTERVAL_MS
    return Math.max(LEAST_INTERVAL_MS, STEADY_INTERVAL_MS * Math.min(1, this.#entries.size / limits.neighbours))
  }

  #hear(entry: Entry, channel: Channel, bytes: Uint8Array, receivedAtMs: number): void {
    const message = decodeProbe(bytes)
    if (message === null) return
    if (message.kind === 'answer') {
      entry.neighbour.hear(message, receivedAtMs)
      return
    }
    if (!entry.limit.take()) return
    if (message.report !== null) entry.neighbour.reported(message.report)
    const { scheduler } = this.#options
    const sentAtMs = scheduler.nowMs()
    channel.send(
      encodeProbe({
        kind: 'answer',
        id: message.id,
        receivedAtMs,
        sentAtMs,
        roomMs: this.roomTime.at(sentAtMs) + this.roomTime.pendingMs(sentAtMs),
        ratePpm: this.roomTime.ratePpm,
        standing: this.#keeper.standing,
        epoch: this.#keeper.epoch,
        epochAgeMs: this.#keeper.epochAgeMs,
      }),
    )
    entry.neighbour.answered(message.id, receivedAtMs, sentAtMs)
  }

  #round(): void {
    const { scheduler, census } = this.#options
    if (this.#keeper.checkWall(this.#entries.size === 0) !== null) {
      for (const entry of this.#entries.values()) {
        entry.neighbour.forget()
        entry.burst = BURST
        entry.hurry()
      }
      this.#listeners.tell('disturbed')
    }
    const nowMs = scheduler.nowMs()
    const claims = [...this.#entries.values()].flatMap(({ neighbour }) => neighbour.claim(nowMs, this.roomTime) ?? [])
    const event = this.#keeper.round({ links: this.#entries.size, claims, census: census?.() ?? new Map() })
    this.#cancelRound = scheduler.after(this.#keeper.roundMs, () => this.#round())
    if (event !== null) this.#listeners.tell(event)
  }
}
