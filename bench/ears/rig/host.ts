import { readFileSync } from 'node:fs'

export interface HostLoad {
  /** Share of processor time that the host gave to others while we wanted it, per cent. */
  readonly stealPercent: number
  /** Share of processor time that this machine was busy with anything, per cent. */
  readonly busyPercent: number
}

/** Watches what the machine does from now on; the result tells it. NaN where there is no /proc. */
export function watchHost(): () => HostLoad {
  const before = readTimes()
  return () => {
    const now = readTimes()
    const spent = now.map((value, i) => value - before[i]!)
    // user, nice, system, idle, iowait, irq, softirq, steal (proc(5)).
    const total = spent.slice(0, 8).reduce((sum, value) => sum + value, 0)
    const percent = (ticks: number): number => (100 * ticks) / total
    return { stealPercent: percent(spent[7]!), busyPercent: percent(total - spent[3]! - spent[4]! - spent[7]!) }
  }
}

function readTimes(): readonly number[] {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
    return line.trim().split(/\s+/).slice(1).map(Number)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return Array.from({ length: 8 }, () => NaN)
  }
}
