import type { PeerId } from '../domain/ids.ts'
import type { Random } from '../domain/scheduler.ts'
import { agree, correction, HASTY_ROUNDS, STEP_MS, YOUNG_ROUNDS, type Agreement, type Claim } from './agreement.ts'
import { newEpoch, type EpochId } from './epoch.ts'
import type { Standing } from './probe.ts'
import { RoomClock } from './room-clock.ts'

export interface TimekeeperOptions {
  readonly me: PeerId
  readonly random: Random
  /** Local monotonic and wall clock, ms. */
  readonly nowMs: () => number
  readonly wallMs: () => number
  /** How long to listen for others before founding a time of one's own, ms. */
  readonly foundAfterMs: number
}

export interface RoundInput {
  /** Links, whether their peers have said anything yet or not. */
  readonly links: number
  readonly claims: readonly Claim[]
  readonly census: ReadonlyMap<PeerId, EpochId>
}

/** What a round changed that others may want to know. */
export type RoundEvent = 'disturbed' | 'settled' | 'stepped' | 'merged'

/** Between rounds, ms: one a second is enough for clocks that are tens of ppm apart; a newcomer, who settled by its first probes, is in a hurry. */
const SETTLED_ROUND_MS = 1_000
const HASTY_ROUND_MS = 250
/** Wall minus monotonic time may wander by NTP's slewing (500 ppm) and by the clocks' resolution; more is sleep or a changed clock. */
const WALL_JUMP_MS = 250
const WALL_SLEW_PPM = 1_000
/** A newcomer settles when more probes would improve its time by less than this, ms … */
const GOOD_NOISE_MS = 1
/** … or so long after it came, ms, if voters have been in sight for long enough to be measured, ms. */
const SETTLE_AFTER_MS = 4_000
const MEASURE_MS = 1_500
/** A newcomer that hears more contradiction than this does not hurry. */
const MIN_VOTERS_PER_DISSENTER = 3
/** Rounds in a row with the same epoch, and without a larger move than this beyond noise, before a newcomer settles. */
const SETTLE_ROUNDS = 3
const CALM_MOVE_MS = 5
/** A newcomer that hears nothing but contradictions goes with those whose time is nearer to its own after so long, ms. */
const TORN_PATIENCE_MS = 3_000
/** Rounds in a row that a settled peer must see itself a step away from its own epoch, before it steps. */
const STEP_ROUNDS = 4
/** How long another epoch must be ahead before a settled peer goes over to it: views differ while news spreads, ms. */
const MERGE_PATIENCE_MS = 3_000
/** A lower-named neighbour goes first in founding; one that does not within so many waits never will. */
const FOUND_WAITS = 3

/** Keeps this peer's room time in agreement with its neighbours': decides once per round. */
export class Timekeeper {
  readonly clock: RoomClock
  readonly #options: TimekeeperOptions
  #epoch: EpochId
  #epochSinceMs: number
  #wallMinusLocalMs: number
  #checkedAtMs: number
  #silentSinceMs: number
  #unsettledSinceMs: number
  #votersSinceMs: number | null = null
  #tornSinceMs: number | null = null
  #rounds = 0
  #stepRounds = 0
  /** Rounds of following since the epoch is held. */
  #followed = 0
  /** Rounds in which neighbours' rates were known. */
  #rateRounds = 0
  /** The epoch that a newcomer follows, and since when it has stood. */
  #approached: { readonly epoch: EpochId; readonly sinceMs: number } | null = null
  /** The epoch that is ahead of our own, and since when it is. */
  #rival: { readonly epoch: EpochId; readonly sinceMs: number } | null = null

  constructor(options: TimekeeperOptions) {
    this.#options = options
    const nowMs = options.nowMs()
    this.clock = new RoomClock(options.nowMs, options.wallMs())
    this.#epoch = newEpoch(options.random)
    this.#epochSinceMs = nowMs
    this.#wallMinusLocalMs = options.wallMs() - nowMs
    this.#checkedAtMs = nowMs
    this.#silentSinceMs = nowMs
    this.#unsettledSinceMs = nowMs
  }

  get standing(): Standing {
    const { phase } = this.clock
    return phase === 'young' ? 'settled' : phase
  }

  /** The epoch held or approached; while waiting, the one that would be founded. */
  get epoch(): EpochId {
    return this.#approached?.epoch ?? this.#epoch
  }

  /** How long that epoch has stood, ms. */
  get epochAgeMs(): number {
    return Math.max(0, this.#options.nowMs() - (this.#approached?.sinceMs ?? this.#epochSinceMs))
  }

  /** Time until the next round is due, ms. */
  get roundMs(): number {
    return this.clock.settled && this.#followed >= HASTY_ROUNDS ? SETTLED_ROUND_MS : HASTY_ROUND_MS
  }

  /**
   * Sleep and a changed wall clock show as a jump of wall minus monotonic time: whoever sees one has to settle anew.
   * `alone`: nobody is there to ask, so the wall clock's word counts, if it is a sleep that it speaks of.
   */
  checkWall(alone: boolean): RoundEvent | null {
    const nowMs = this.#options.nowMs()
    const differenceMs = this.#options.wallMs() - nowMs
    const jumpMs = differenceMs - this.#wallMinusLocalMs
    const allowedMs = WALL_JUMP_MS + WALL_SLEW_PPM * 1e-6 * Math.max(0, nowMs - this.#checkedAtMs)
    this.#wallMinusLocalMs = differenceMs
    this.#checkedAtMs = nowMs
    if (Math.abs(jumpMs) <= allowedMs) return null
    if (alone && jumpMs > 0) this.clock.step(jumpMs)
    this.#epoch = newEpoch(this.#options.random)
    this.#epochSinceMs = nowMs
    this.#silentSinceMs = nowMs
    this.#unsettledSinceMs = nowMs
    this.#restart()
    this.clock.enter('waiting', Infinity)
    return 'disturbed'
  }

  /** One round of agreement. */
  round({ links, claims, census }: RoundInput): RoundEvent | null {
    const { settled } = this.clock
    const agreement = this.#agree(claims, census)
    if (agreement.kind !== 'torn') this.#tornSinceMs = null
    if (agreement.kind === 'silence') return this.#inSilence(claims)
    if (agreement.kind === 'torn') return this.#whileTorn({ links, claims, census })
    this.#silentSinceMs = this.#options.nowMs()
    if (!settled) return this.#approach(agreement, links)
    return agreement.epoch === this.#epoch ? this.#follow(agreement) : this.#considerMerging(agreement)
  }

  #agree(claims: readonly Claim[], census: RoundInput['census']): Agreement {
    const { epoch, epochAgeMs } = this
    return agree({ me: this.#options.me, phase: this.clock.phase, epoch, epochAgeMs, claims, census })
  }

  #inSilence(claims: readonly Claim[]): RoundEvent | null {
    this.#rival = null
    // Nobody is heard, so nothing better will come soon.
    this.clock.enter(this.clock.settled ? 'settled' : 'waiting', this.clock.errorMs)
    if (this.clock.settled) {
      this.clock.slew(0, this.roundMs, this.clock.ratePpm)
      return null
    }
    this.#restart()
    const waitedMs = this.#options.nowMs() - this.#silentSinceMs
    const { foundAfterMs } = this.#options
    // Of several that wait for each other, the one with the lowest name goes first and the others follow it.
    const first = claims.every(({ standing, epoch }) => standing === 'settled' || epoch > this.#epoch)
    if (waitedMs < (first ? 1 : FOUND_WAITS) * foundAfterMs) return null
    this.#epochSinceMs = this.#options.nowMs()
    this.clock.enter('settled', 0)
    // Its time is the room's: who comes later is in a hurry, and not the founder.
    this.#followed = HASTY_ROUNDS
    return 'settled'
  }

  #whileTorn({ links, claims, census }: RoundInput): RoundEvent | null {
    const nowMs = this.#options.nowMs()
    this.#silentSinceMs = nowMs
    this.#tornSinceMs ??= nowMs
    if (nowMs - this.#tornSinceMs < TORN_PATIENCE_MS) return null
    const nearest = claims.toSorted((a, b) => Math.abs(a.diffMs) - Math.abs(b.diffMs)).slice(0, 1)
    const verdict = this.#agree(nearest, census)
    return verdict.kind === 'verdict' ? this.#approach(verdict, links) : null
  }

  /** A newcomer goes where the voters are, at once, until it knows well enough where that is. */
  #approach(verdict: Verdict, links: number): RoundEvent | null {
    const nowMs = this.#options.nowMs()
    this.#votersSinceMs ??= nowMs
    const calm = Math.abs(verdict.moveMs) <= CALM_MOVE_MS + 4 * verdict.noiseMs
    this.#rounds = calm && this.#approached?.epoch === verdict.epoch ? this.#rounds + 1 : 1
    this.#approached = { epoch: verdict.epoch, sinceMs: nowMs - verdict.epochAgeMs }
    this.clock.step(verdict.moveMs)
    this.clock.enter('approaching', verdict.errorMs)
    // First impressions can be a liar's: while most neighbours are silent, or many contradict, wait for more of them.
    const { voters, dissenters } = verdict
    const clear = 2 * voters >= links && MIN_VOTERS_PER_DISSENTER * dissenters <= voters
    const sure =
      (clear && verdict.noiseMs <= GOOD_NOISE_MS) ||
      nowMs >= Math.max(this.#unsettledSinceMs + SETTLE_AFTER_MS, this.#votersSinceMs + MEASURE_MS)
    if (!sure || this.#rounds < SETTLE_ROUNDS) return null
    this.#hold(verdict)
    this.clock.enter('young', verdict.errorMs)
    return 'settled'
  }

  #follow(verdict: Verdict): RoundEvent | null {
    this.#rival = null
    const young = this.clock.young && this.#followed < YOUNG_ROUNDS
    this.clock.enter(young ? 'young' : 'settled', Math.abs(verdict.moveMs) + verdict.errorMs)
    this.#stepRounds = Math.abs(verdict.moveMs) > STEP_MS ? this.#stepRounds + 1 : 0
    if (this.#stepRounds === 0) return this.#slew(verdict)
    if (this.#stepRounds < STEP_ROUNDS) return this.#slew({ ...verdict, moveMs: 0, movePpm: null })
    this.#stepRounds = 0
    this.clock.step(verdict.moveMs)
    return 'stepped'
  }

  #considerMerging(verdict: Verdict): RoundEvent | null {
    const nowMs = this.#options.nowMs()
    if (this.#rival?.epoch !== verdict.epoch) this.#rival = { epoch: verdict.epoch, sinceMs: nowMs }
    if (nowMs - this.#rival.sinceMs < MERGE_PATIENCE_MS) return this.#slew({ ...verdict, moveMs: 0, movePpm: null })
    this.#hold(verdict)
    this.clock.enter('settled', Math.abs(verdict.moveMs) + verdict.errorMs)
    if (Math.abs(verdict.moveMs) > STEP_MS) this.clock.step(verdict.moveMs)
    else this.#slew(verdict)
    return 'merged'
  }

  #slew(verdict: Pick<Verdict, 'moveMs' | 'movePpm'>): null {
    this.#followed++
    if (verdict.movePpm !== null) this.#rateRounds++
    const { clock, roundMs } = this
    const [rounds, rateRounds] = [this.#followed, this.#rateRounds]
    const course = { ratePpm: clock.ratePpm, spanMs: roundMs, rounds, rateRounds, young: clock.young }
    const { moveMs, ratePpm } = correction(verdict, course)
    clock.slew(moveMs, roundMs, ratePpm)
    return null
  }

  #hold(verdict: Verdict): void {
    this.#epoch = verdict.epoch
    this.#epochSinceMs = this.#options.nowMs() - verdict.epochAgeMs
    this.#followed = 0
    this.#restart()
  }

  #restart(): void {
    this.#votersSinceMs = null
    this.#approached = null
    this.#rounds = 0
    this.#stepRounds = 0
    this.#rival = null
  }
}

type Verdict = Extract<Agreement, { kind: 'verdict' }>
