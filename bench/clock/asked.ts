import type { Outcome } from './scenarios.ts'

/** Of 200 people of whom one in ten lies, whether each lies alone or all tell the same lie. */
const asked = { p95Ms: 2, worstMs: 8, late: 0 }
const JUDGED = ['200/liars 10 % alone/earshot', '200/liars 10 % in concert/earshot']
/** Without liars nobody's time breaks: not when newcomers come whose wall clocks are up to a day off, nor when a partition heals. */
const WHOLE = ['steady', 'churn', 'partition']

/** What was asked for and not reached, in words; null when nothing was run that is judged. */
export function failuresOf(results: Readonly<Record<string, Outcome>>): readonly string[] | null {
  const failures: string[] = []
  let judged = 0
  for (const [key, outcome] of Object.entries(results)) {
    const [, name, keeper] = key.split('/')
    if (keeper !== 'earshot') continue
    if (JUDGED.includes(key)) {
      judged++
      for (const figure of ['p95Ms', 'worstMs', 'late'] as const)
        if (!(outcome[figure] <= asked[figure]))
          failures.push(`${key}: ${figure} ${outcome[figure].toFixed(2)}, asked ${asked[figure]}`)
    }
    if (WHOLE.includes(name ?? '')) {
      judged++
      if (outcome.steps > 0) failures.push(`${key}: ${outcome.steps} steps of people who had settled, asked 0`)
    }
  }
  return judged === 0 ? null : failures
}
