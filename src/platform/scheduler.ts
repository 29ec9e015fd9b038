import type { Scheduler } from '../domain/scheduler.ts'

/** The browser's own clocks and timers. `performance.now()` steps by 5 µs when the page is cross-origin isolated, else by 100 µs. */
export function realScheduler(): Scheduler {
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    after(delayMs, task) {
      // Browsers hold delays in 32 bits: a longer one would fire at once.
      const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), 0x7fff_ffff))
      return () => clearTimeout(timer)
    },
    every(periodMs, task) {
      const timer = setInterval(task, periodMs)
      return () => clearInterval(timer)
    },
  }
}
