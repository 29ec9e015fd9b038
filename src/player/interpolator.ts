/** Left and right. */
export type Planes = readonly [Float32Array, Float32Array]

/** Reads a sound between its frames: both channels of a block at once. Serves one voice after the other. */
export interface Interpolator {
  /** Source frames on each side that one output frame reads. */
  readonly half: number
  /** Where `frames` source frames of each channel are to be put, for `count` frames of output. Valid until the next call. */
  prepare(frames: number, count: number): Planes
  /**
   * `count` frames of each channel, valid until the next call: the first one `at` frames (0 and more) after frame `half - 1` of what was
   * prepared, each one `rate` frames after the one before.
   */
  run(at: number, rate: number, count: number): Planes
}
