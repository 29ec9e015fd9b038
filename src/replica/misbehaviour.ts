import type { PeerId } from '../domain/ids.ts'

/** `points` out of `limits.penaltyPoints`. */
export type MisbehaviourListener = (peer: PeerId, why: string, points: number) => void

/** What a refused message costs: the third is one too many. */
export const REFUSED_POINTS = 34
/** A sender whose line is full may just be fast. */
export const FLOOD_POINTS = 1
