import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second in proc(5): 100 on every Linux that people run. */
const TICKS_PER_S = 100

/** A running process, as proc(5) tells of it. */
interface Running {
  readonly id: number
  readonly parent: number
  /** Processor time that it has used so far, s. */
  readonly usedS: number
}

/** All processes that descend from one, with itself. */
export function treeOf(root: number): readonly Running[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => whileItRuns(() => read(name)) ?? [])
  const found = new Set([root])
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const { id, parent } of all) if (found.has(parent)) found.add(id)
  }
  return all.filter(({ id }) => found.has(id))
}

/** Id of the process of ours whose command line has this argument; its parent has it not. @throws Error when there is none. */
export function processWith(argument: string): number {
  const found = treeOf(process.pid).find(({ id }) =>
    whileItRuns(() => readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(argument)),
  )
  if (found === undefined) throw new Error(`no process runs with ${argument}`)
  return found.id
}

/** Fields after the second one, a name in brackets, which may hold anything: 4 is the parent, 14 and 15 are utime and stime. */
function read(id: string): Running {
  const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { id: Number(id), parent: Number(fields[1]), usedS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S }
}

/** Undefined when the process ended while we looked. */
function whileItRuns<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
