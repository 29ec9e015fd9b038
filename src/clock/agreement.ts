import type { PeerId } from '../domain/ids.ts'
import { compareEpochs, type EpochId, type EpochStanding } from './epoch.ts'
import { clamp, median, middle } from './median.ts'
import type { Standing } from './probe.ts'
import { hasSettled, type Phase } from './room-time.ts'

/** What one neighbour's room time looks like from here. */
export interface Claim {
  readonly peer: PeerId
  /** Its room time minus ours, ms. */
  readonly diffMs: number
  /** How far `diffMs` can be wrong, ms. */
  readonly errorMs: number
  /** What more probes could still improve of `diffMs`, ms. */
  readonly noiseMs: number
  /** Rate of its room time minus rate of ours, ppm; null while too little is known. */
  readonly diffPpm: number | null
  readonly standing: Standing
  /** The epoch that it holds or approaches. */
  readonly epoch: EpochId
  readonly epochAgeMs: number
}

export interface AgreementInput {
  readonly me: PeerId
  /** Unless it is 'settled', our own time does not count. */
  readonly phase: Phase
  /** The epoch that we hold; without meaning before we are young or settled. */
  readonly epoch: EpochId
  readonly epochAgeMs: number
  readonly claims: readonly Claim[]
  /** Epochs of peers beyond the neighbours, by verified key, from signed presence. */
  readonly census: ReadonlyMap<PeerId, EpochId>
}

/** Where the neighbourhood's time stands against ours. */
export type Agreement =
  /** Nobody has a vote. */
  | { readonly kind: 'silence' }
  /** The votes fall in two equal parts that contradict each other, and we are too new to know better. */
  | { readonly kind: 'torn' }
  | {
      readonly kind: 'verdict'
      readonly epoch: EpochId
      readonly epochAgeMs: number
      /** What to move by, ms: the median. */
      readonly moveMs: number
      /** What to change the rate by, ppm: the median; null while no neighbour's rate is known. */
      readonly movePpm: number | null
      /** Bound of `moveMs`, ms. */
      readonly errorMs: number
      /** What more probes could still improve of `moveMs`, ms. */
      readonly noiseMs: number
      /** Neighbours whose word counted. */
      readonly voters: number
      /** Neighbours whose word contradicts theirs by more than `STEP_MS`. */
      readonly dissenters: number
    }

/** Beyond this a difference is not drift: it is stepped over, ms. */
export const STEP_MS = 250

/** Votes this close to the median are never outliers, ms: half the asymmetry of an ordinary path. */
const USUAL_SPREAD_MS = 2
/** Median absolute deviations (scaled to a normal distribution's sigma) beyond which a vote is a lie or a mistake. */
const OUTLIER_SIGMAS = 4
const SIGMA_PER_MAD = 1.4826

/**
 * One round of agreement: whose epoch counts, and the median of {0 and the differences to the neighbours that hold it}.
 * An unsettled peer has no vote, and neither it nor a young one has one over itself: the 0 is missing. Among the unsettled, those who approach an epoch are heard too,
 * so that a crowd of newcomers follows its many and not the one who claims to be settled. One vote per key, the surest link of each.
 */
export function agree(input: AgreementInput): Agreement {
  const settled = hasSettled(input.phase)
  const votes = oneVotePerKey(input.claims.filter((claim) => hasVote(claim, settled)))
  const best = bestEpoch(input, votes)
  const voters = votes.filter(({ epoch }) => epoch === best?.epoch)
  if (best === null || voters.length === 0) return { kind: 'silence' }
  if (!settled && isTorn(voters.map(({ diffMs }) => diffMs))) return { kind: 'torn' }
  const own = input.phase === 'settled' && input.epoch === best.epoch ? [0] : []
  const kept = withoutOutliers(voters, own)
  const rates = kept.flatMap(({ diffPpm }) => (diffPpm === null ? [] : [diffPpm]))
  const moveMs = cautiousMedian([...own, ...kept.map(({ diffMs }) => diffMs)])
  return {
    kind: 'verdict',
    epoch: best.epoch,
    epochAgeMs: best.ageMs,
    moveMs,
    movePpm: rates.length === 0 ? null : median([...own, ...rates]),
    errorMs: median(kept.map(({ errorMs }) => errorMs)),
    noiseMs: median(kept.map(({ noiseMs }) => noiseMs)),
    voters: kept.length,
    dissenters: votes.filter((vote) => Math.abs(vote.diffMs - moveMs) > STEP_MS).length,
  }
}

const hasVote = ({ standing }: Claim, heardBySettled: boolean): boolean =>
  standing === 'settled' || (standing === 'approaching' && !heardBySettled)

function isTorn(values: readonly number[]): boolean {
  const [low, high] = middle(values)
  return high - low > STEP_MS
}

function oneVotePerKey(claims: readonly Claim[]): readonly Claim[] {
  const surest = new Map<PeerId, Claim>()
  for (const claim of claims) {
    const other = surest.get(claim.peer)
    if (other === undefined || claim.errorMs < other.errorMs) surest.set(claim.peer, claim)
  }
  return [...surest.values()]
}

/** This device, told apart from other devices and tabs of the same person: those are voters like any other. */
const OWN = Symbol('own')

/** The epoch that wins by what is known here; null when nobody holds one. */
function bestEpoch(input: AgreementInput, votes: readonly Claim[]): EpochStanding | null {
  const byKey = new Map<PeerId | typeof OWN, EpochId>(input.census)
  const ages = new Map<EpochId, number>()
  const ageOf = (epoch: EpochId, ageMs: number): void => void ages.set(epoch, Math.max(ages.get(epoch) ?? 0, ageMs))
  byKey.delete(input.me)
  for (const { peer, epoch, epochAgeMs } of votes) {
    byKey.set(peer, epoch)
    ageOf(epoch, epochAgeMs)
  }
  const settled = hasSettled(input.phase)
  if (settled) {
    byKey.set(OWN, input.epoch)
    // Whoever holds an epoch knows its age: a neighbour's exaggeration counts for nothing.
    ages.set(input.epoch, input.epochAgeMs)
  }
  const holders = new Map<EpochId, number>()
  for (const epoch of byKey.values()) holders.set(epoch, (holders.get(epoch) ?? 0) + 1)
  const standings = [...holders].map(([epoch, count]) => ({ epoch, holders: count, ageMs: ages.get(epoch) ?? 0 }))
  const best = standings.toSorted(compareEpochs)[0] ?? null
  if (best === null || ages.has(best.epoch)) return best
  // The larger part of the room cannot be followed before a neighbour belongs to it: a newcomer waits for one, the others stay as they are.
  return settled ? (standings.find(({ epoch }) => epoch === input.epoch) ?? null) : null
}

function withoutOutliers(voters: readonly Claim[], own: readonly number[]): readonly Claim[] {
  const values = [...own, ...voters.map(({ diffMs }) => diffMs)]
  if (values.length < 3) return voters
  const centre = cautiousMedian(values)
  const sigma = SIGMA_PER_MAD * median(values.map((value) => Math.abs(value - centre)))
  const limitMs = Math.max(USUAL_SPREAD_MS, OUTLIER_SIGMAS * sigma)
  const kept = voters.filter(({ diffMs }) => Math.abs(diffMs - centre) <= limitMs)
  return kept.length > 0 ? kept : voters
}

/** The median; where the middle two are no mere spread apart, the one that moves us less: half-way between two times is nobody's. */
function cautiousMedian(values: readonly number[]): number {
  const [low, high] = middle(values)
  if (high - low <= STEP_MS) return (low + high) / 2
  return Math.abs(low) <= Math.abs(high) ? low : high
}

/** Largest change of room time's rate by a correction: 500 ppm, inaudible, and what the player can follow by resampling. */
export const MAX_SLEW_PPM = 500
/** The first rounds of a newcomer, and of who has gone over to another epoch, may take back half a ms each. */
export const HASTY_ROUNDS = 4
const HASTY_SLEW_PPM = 2_000
/** A newcomer's time is young for so many rounds: nothing sounds here before (SOUND-30), and what its first probes said wrong is taken back at once. */
export const YOUNG_ROUNDS = 2
const YOUNG_SLEW_PPM = 40_000
/** Rates that quartz cannot have are not followed, ppm. */
const MAX_RATE_PPM = 200
/**
 * Share of a small difference that one round takes back, at least: neighbours move too, and the measurement is noisy. The first rounds of a
 * newcomer take back more, for its own time is the first word of a few probes.
 */
const GAIN = 0.3
/** Share of a rate difference that one round takes over, at least: the first rounds average, so that a newcomer is at the right rate at once. */
const RATE_GAIN = 0.2
/** Share of the rate correction that is forgotten each second, so that a room's rate cannot wander off together. */
const RATE_LEAK_PER_S = 1 / 1_000

/** Where a peer stands that stays settled. */
export interface Course {
  readonly ratePpm: number
  /** Until the next round, ms. */
  readonly spanMs: number
  /** Rounds since it settled, this one included. */
  readonly rounds: number
  /** ... of which so many have known a rate. */
  readonly rateRounds: number
  readonly young: boolean
}

/** The correction of one round. */
export function correction(
  verdict: { readonly moveMs: number; readonly movePpm: number | null },
  { ratePpm, spanMs, rounds, rateRounds, young }: Course,
): { readonly moveMs: number; readonly ratePpm: number } {
  const hasty = rounds <= HASTY_ROUNDS ? HASTY_SLEW_PPM : MAX_SLEW_PPM
  const maxMs = (young ? YOUNG_SLEW_PPM : hasty) * 1e-6 * spanMs
  const seconds = spanMs / 1_000
  const rateGain = Math.min(1, Math.max(RATE_GAIN * seconds, 1 / Math.max(1, rateRounds)))
  const gain = Math.max(GAIN * seconds, 1 / Math.max(1, rounds))
  const nextPpm = (ratePpm + rateGain * (verdict.movePpm ?? 0)) * (1 - RATE_LEAK_PER_S * seconds)
  return {
    moveMs: clamp(gain * verdict.moveMs, -maxMs, maxMs),
    ratePpm: clamp(nextPpm, -MAX_RATE_PPM, MAX_RATE_PPM),
  }
}
