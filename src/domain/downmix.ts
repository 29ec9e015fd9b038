/** Weight of centre and surrounds in each ear (ITU-R BS.775-4, annex 4). */
const SIDE = Math.SQRT1_2
const WEIGHTS: readonly (readonly [left: number, right: number])[] = [
  [1, 0],
  [0, 1],
  [SIDE, SIDE],
  // The bass effects channel stays out.
  [0, 0],
  [SIDE, 0],
  [0, SIDE],
  [SIDE, 0],
  [0, SIDE],
]

/** How loud channel `channel` (from 0, in the order L R C LFE Ls Rs …) of a file with several is in each ear. */
export const downmixWeights = (channel: number): readonly [left: number, right: number] => WEIGHTS[channel] ?? [0, 0]
