/** Seconds in which a small error shrinks to 1/e. */
const TIME_CONSTANT_S = 1
/**
 * Fastest correction. With the time constant it is reached at 5 ms; an error below 0.5 ms is corrected within the 500 ppm that nobody hears.
 */
export const MAX_CORRECTION_PPM = 5000
/**
 * Beyond this many ms the player cuts over with a short cross-fade. Errors of this size come from an output that lost frames or changed,
 * and that was heard already; drawing them in would last seconds, in which two loudspeakers in one room sound hollow, then like an echo.
 */
export const CUT_OVER_MS = 5

/** When the map steps by more than this the output has lost frames, which was heard: the player cuts over at once. */
export const STEP_MS = 1

/** How much faster to play, in ppm, when the sound is `lateMs` late (negative: early). Proportional, hence no dead zone that ratchets. */
export const correctionPpm = (lateMs: number): number =>
  Math.max(-MAX_CORRECTION_PPM, Math.min(MAX_CORRECTION_PPM, (lateMs * 1000) / TIME_CONSTANT_S))

/** The pace follows what is asked of it by a low pass of this time: a quarter of `TIME_CONSTANT_S` is as fast as it can be without overshoot. */
const SMOOTHING_MS = 250 * TIME_CONSTANT_S

/** Share of a change of pace that is made within `blockMs`: a pace that steps bends the sound's phase, which is an error of -60 dB from 60 ppm on. */
export const smoothingShare = (blockMs: number): number => 1 - Math.exp(-blockMs / SMOOTHING_MS)
