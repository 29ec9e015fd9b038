export const RECORD_RATE = 48_000

/** Loudspeakers for several processes, and ears that hear them together. */
export interface Rig {
  /** Environment for a process whose sound shall reach listener `index`. */
  env(index: number): Record<string, string>
  /** Starts to record everybody. */
  record(): Promise<Recording>
  close(): Promise<void>
}

export interface Recording {
  /** Seconds recorded so far. */
  readonly seconds: number
  /**
   * Index of the frame that sounded at a wall-clock time (`performance.timeOrigin + performance.now()`), from the least delayed chunk
   * that was handed over around it. Errs by that chunk's own delay, towards an earlier frame: what is measured from it is never too short.
   */
  frameAt(wallMs: number): number
  /** Ends it; one Float32Array per listener (left channel, `RECORD_RATE`), in which equal indices are equal moments of real time. */
  stop(): Promise<readonly Float32Array[]>
}

/** The machine's wall clock with the digits of its monotonic one, ms: the same in all processes. */
export const wallNowMs = (): number => performance.timeOrigin + performance.now()

export const framesOf = (seconds: number): number => Math.round(seconds * RECORD_RATE)
