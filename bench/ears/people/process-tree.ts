import { readdirSync, readFileSync } from 'node:fs'

/** Ids of the process whose command line has this argument, and of all that descend from it. @throws Error when there is none. */
export function processesWith(argument: string): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
        return [{ id: Number(name), parent: parentOf(name), named: words.includes(argument) }]
      } catch (error) {
        // It ended while we looked.
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
        throw error
      }
    })
  const found = new Set(all.filter(({ named }) => named).map(({ id }) => id))
  if (found.size === 0) throw new Error(`no process runs with ${argument}`)
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const { id, parent } of all) if (found.has(parent)) found.add(id)
  }
  return [...found]
}

/** Fourth field of proc(5)'s stat; the second, a name in brackets, may hold anything. */
const parentOf = (id: string): number => {
  const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
