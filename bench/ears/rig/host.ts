import { readFileSync } from 'node:fs'
import { treeOf } from './process-tree.ts'

/** Shares of all processor time, per cent: a figure that was heard on a machine that others use says little of the player. */
export interface HostLoad {
  /** What the host gave to other machines while this one wanted it. */
  readonly stealPercent: number
  /** What programs that this run did not start used. */
  readonly othersPercent: number
}

/** Browsers do not tell their parent what their children used: it is looked up this often, while they live. */
const LOOK_MS = 1_000

/** Watches what the machine does from now on; the result ends that and tells it. */
export function watchHost(): () => HostLoad {
  const before = readTimes()
  /** Latest known processor time of each process of this run, s. */
  const used = new Map<number, number>()
  const look = (): void => treeOf(process.pid).forEach(({ id, usedS }) => used.set(id, usedS))
  look()
  const usedBeforeS = sum(used.values())
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    look()
    const now = readTimes()
    const allS = now.allS - before.allS
    const busyS = now.busyS - before.busyS - (sum(used.values()) - usedBeforeS)
    return {
      stealPercent: (100 * (now.stealS - before.stealS)) / allS,
      othersPercent: Math.max(0, (100 * busyS) / allS),
    }
  }
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

function readTimes() {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  // user, nice, system, idle, iowait, irq, softirq, steal (proc(5)), in ticks of 10 ms.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number)
  const [, , , idle = NaN, iowait = NaN, , , steal = NaN] = ticks
  const all = sum(ticks)
  return { allS: all / 100, busyS: (all - idle - iowait - steal) / 100, stealS: steal / 100 }
}
