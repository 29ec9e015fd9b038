import type { PeerId } from '../domain/ids.ts'
import type { Random } from '../domain/scheduler.ts'
import type { Claim } from './agreement.ts'
import { ProbeFilter, type ClockEstimate } from './probe-filter.ts'
import type { ProbeAnswer, ProbeReport, ProbeRequest } from './probe.ts'
import type { RoomClock } from './room-clock.ts'

/** An answer that has not come by then is lost, ms. */
const LOST_AFTER_MS = 5_000
/** Probes that are kept for reporting, or for being reported on. */
const KEPT_PROBES = 32
/** A neighbour that has not answered for so long has no vote, ms. Must stay above several probe intervals. */
const STALE_AFTER_MS = 15_000
/** Share of the probes that a slow round trip covers: the rest is stalls that no lead should wait for. */
const SLOW_SHARE = 0.95
/** A slope over a shorter span is mostly noise, ms, … */
const MIN_DRIFT_SPAN_MS = 3_000
/** … and so is one that queueing alone could turn by more than this, ppm: a quiet path tells rates within seconds, a busy one needs half a minute. */
const MAX_DRIFT_NOISE_PPM = 20

/** What is known of one neighbour's time: the probes under way, its clock and its last word on room time. */
export class Neighbour {
  readonly peer: PeerId
  readonly #random: Random
  readonly #asked = new Map<number, number>()
  readonly #unreported: ProbeReport[] = []
  /** Own timestamps of answers given, by the asker's id. */
  readonly #answered = new Map<number, { readonly receivedAtMs: number; readonly sentAtMs: number }>()
  readonly #filter = new ProbeFilter()
  #last: { readonly answer: ProbeAnswer; readonly heardAtMs: number } | null = null

  constructor(peer: PeerId, random: Random) {
    this.peer = peer
    this.#random = random
  }

  /** A new question, asked at local monotonic `nowMs`. */
  ask(nowMs: number): ProbeRequest {
    for (const [id, askedAtMs] of this.#asked) if (nowMs - askedAtMs > LOST_AFTER_MS) this.#asked.delete(id)
    const id = Math.floor(this.#random() * 2 ** 32)
    this.#asked.set(id, nowMs)
    return { kind: 'request', id, report: this.#unreported.shift() ?? null }
  }

  /** Takes in an answer. False when it answers no open question, or its times cannot be true. */
  hear(answer: ProbeAnswer, heardAtMs: number): boolean {
    const askedAtMs = this.#asked.get(answer.id)
    if (askedAtMs === undefined) return false
    this.#asked.delete(answer.id)
    if (heardAtMs - askedAtMs > LOST_AFTER_MS) return false
    const { receivedAtMs, sentAtMs } = answer
    if (!this.#filter.add({ askedAtMs, receivedAtMs, sentAtMs, heardAtMs })) return false
    this.#unreported.push({ id: answer.id, askedAtMs, heardAtMs })
    if (this.#unreported.length > KEPT_PROBES) this.#unreported.shift()
    // Datagrams overtake each other: an older word does not replace a newer one, unless the neighbour's clock was set back.
    const stale =
      this.#last !== null &&
      answer.sentAtMs < this.#last.answer.sentAtMs &&
      heardAtMs - this.#last.heardAtMs < LOST_AFTER_MS
    if (!stale) this.#last = { answer, heardAtMs }
    return true
  }

  /** Its probe `id` was answered, with these own timestamps. */
  answered(id: number, receivedAtMs: number, sentAtMs: number): void {
    this.#answered.set(id, { receivedAtMs, sentAtMs })
    const [oldest] = this.#answered.keys()
    if (this.#answered.size > KEPT_PROBES && oldest !== undefined) this.#answered.delete(oldest)
  }

  /** Takes in how the neighbour saw one of its own probes: read backwards, it is a probe of ours. */
  reported({ id, askedAtMs, heardAtMs }: ProbeReport): boolean {
    const own = this.#answered.get(id)
    if (own === undefined) return false
    this.#answered.delete(id)
    const { sentAtMs, receivedAtMs } = own
    return this.#filter.add({
      askedAtMs: sentAtMs,
      receivedAtMs: heardAtMs,
      sentAtMs: askedAtMs,
      heardAtMs: receivedAtMs,
    })
  }

  /** Own time jumped: what was asked before, and what the neighbour said, may be from another life. */
  forget(): void {
    this.#asked.clear()
    this.#answered.clear()
    this.#unreported.length = 0
    this.#last = null
  }

  /** Least round trip of late, ms; undefined before the first answer. */
  rttMs(nowMs: number): number | undefined {
    return this.#filter.estimate(nowMs)?.rttMs
  }

  /** Round trip that hardly any probe of late exceeded, ms; undefined while it has not said anything of late. */
  slowRttMs(nowMs: number): number | undefined {
    if (this.#last === null || nowMs - this.#last.heardAtMs > STALE_AFTER_MS) return undefined
    return this.#filter.rttQuantileMs(SLOW_SHARE) ?? undefined
  }

  /** Its room time as seen from ours at local `nowMs`; null while it has not said anything of late. */
  claim(nowMs: number, clock: RoomClock): Claim | null {
    const estimate = this.#filter.estimate(nowMs)
    if (estimate === null || this.#last === null || nowMs - this.#last.heardAtMs > STALE_AFTER_MS) return null
    const { answer, heardAtMs } = this.#last
    const sinceMs = nowMs + estimate.offsetMs - answer.sentAtMs
    const roomMs = answer.roomMs + sinceMs * (1 + answer.ratePpm * 1e-6)
    return {
      peer: this.peer,
      diffMs: roomMs - clock.at(nowMs) - clock.pendingMs(nowMs),
      errorMs: estimate.errorMs,
      noiseMs: estimate.noiseMs,
      diffPpm: knowsDrift(estimate) ? estimate.driftPpm + answer.ratePpm - clock.ratePpm : null,
      standing: answer.standing,
      epoch: answer.epoch,
      epochAgeMs: answer.epochAgeMs + (nowMs - heardAtMs),
    }
  }
}

const knowsDrift = ({ spanMs, noiseMs }: ClockEstimate): boolean =>
  spanMs >= MIN_DRIFT_SPAN_MS && noiseMs <= MAX_DRIFT_NOISE_PPM * 1e-6 * spanMs
