import type { Random } from '../domain/scheduler.ts'

declare const brand: unique symbol
/** A time that a room runs on, named by whoever founded it: 128 random bits as 32 hexadecimal digits. Peers of one epoch share one time. */
export type EpochId = string & { readonly [brand]: 'EpochId' }

export const EPOCH_BYTES = 16
const PATTERN = /^[0-9a-f]{32}$/

export const isEpochId = (text: unknown): text is EpochId => typeof text === 'string' && PATTERN.test(text)

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function epochFromBytes(bytes: Uint8Array): EpochId {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text as EpochId
}

export function epochBytes(epoch: EpochId): Uint8Array {
  const bytes = new Uint8Array(EPOCH_BYTES)
  for (let i = 0; i < EPOCH_BYTES; i++) bytes[i] = parseInt(epoch.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

export const newEpoch = (random: Random): EpochId =>
  epochFromBytes(Uint8Array.from({ length: EPOCH_BYTES }, () => Math.floor(random() * 256)))

/** What is known of one epoch when two meet. */
export interface EpochStanding {
  readonly epoch: EpochId
  /** Distinct verified keys that hold it. */
  readonly holders: number
  /** How long it has stood, ms. */
  readonly ageMs: number
}

/** Ages that differ by less count as equal: every peer measures them a little differently. */
const AGE_TIE_MS = 1_000

/** Negative when `a` wins over `b`: more holders, then the older (who comes later moves nobody), then the lower name. */
export function compareEpochs(a: EpochStanding, b: EpochStanding): number {
  if (a.holders !== b.holders) return b.holders - a.holders
  if (Math.abs(a.ageMs - b.ageMs) > AGE_TIE_MS) return b.ageMs - a.ageMs
  return a.epoch < b.epoch ? -1 : a.epoch > b.epoch ? 1 : 0
}
