import type { Scheduler } from '../src/domain/scheduler.ts'

/** Real time for the node process. */
export function createNodeScheduler(): Scheduler {
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs)
      return () => clearTimeout(timer)
    },
    every(periodMs, task) {
      const timer = setInterval(task, periodMs)
      return () => clearInterval(timer)
    },
  }
}
