import type { Summary } from './measure/summary.ts'

/** Most that a figure may be; ms. */
export type Limits = Partial<Summary>

/** What is asked of |skew| in each scenario. They are the promise: a figure that does not hold is mended in the player, never here. */
export const asked = {
  steady: { median: 0.06, p95: 0.25, max: 0.6 },
  press: { median: 0.3, max: 1.5 },
  late: { max: 1 },
  control: { median: 0.3, max: 1.5 },
  freeze: { recoveredS: 2 },
  cards: { median: 0.3, p95: 1 },
  probes: { max: 6, wanderMs: 1 },
  clocks: { median: 0.06, p95: 0.25, max: 0.6 },
  four: { median: 0.15 },
  engineB: { median: 15, p95: 40 },
  pressToSoundMs: { median: 250 },
  sound: { signalToErrorDb: 60, clicks: 0, seamFrames: 1 },
} as const

/** Whether every figure stays within its limit; one that was not measured does not. */
export const holds = (figures: Summary, limits: Limits): boolean =>
  Object.entries(limits).every(([name, limit]) => figures[name as keyof Summary] <= limit)

export const limitsText = (limits: Readonly<Record<string, number>>): string =>
  Object.entries(limits)
    .map(([name, limit]) => `${name} <= ${limit}`)
    .join(', ')
