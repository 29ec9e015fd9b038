export type Unsubscribe = () => void

/** Time and timers, handed in from outside: real ones in `platform/scheduler.ts`, virtual ones in tests and simulations. */
export interface Scheduler {
  /** Monotonic local milliseconds with sub-millisecond digits; the origin means nothing. */
  nowMs(): number
  /** Unix milliseconds of this device's wall clock: may be wrong, may jump. */
  wallMs(): number
  /** Runs `task` once after `delayMs`; the result cancels it. */
  after(delayMs: number, task: () => void): Unsubscribe
  /** Runs `task` every `periodMs`, first after one period; the result stops it. */
  every(periodMs: number, task: () => void): Unsubscribe
}

/** A source of randomness in [0, 1): seeded in tests. */
export type Random = () => number
