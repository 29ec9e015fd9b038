import { readFileSync } from 'node:fs'

/** Clock ticks per second in proc(5): 100 on every Linux that people run. */
const TICKS_PER_S = 100

/** The processes of a browser that a playing tab lives in: its renderer, and the one that talks to the sound server. */
export function playingProcesses(ids: readonly number[]): readonly number[] {
  return ids.filter((id) => {
    const line = readFileSync(`/proc/${id}/cmdline`, 'utf8')
    return line.includes('--type=renderer') || line.includes('audio.mojom.AudioService')
  })
}

/** Processor time that they have used so far, s. */
export const usedS = (ids: readonly number[]): number =>
  ids.reduce((sum, id) => {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    // utime and stime are fields 14 and 15; the second one, a name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
  }, 0)

/** Memory that is theirs: proportional set size, in which shared pages count by shares; MB. */
export const memoryMB = (ids: readonly number[]): number =>
  ids.reduce((sum, id) => {
    const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? []
    return sum + Number(kilobytes) / 1024
  }, 0)
