import { readFileSync } from 'node:fs'
import { treeOf } from '../ears/rig/process-tree.ts'

/** The processes of a browser that a playing tab lives in: its renderer, and the one that talks to the sound server. */
export function playingProcesses(browser: number): readonly number[] {
  return treeOf(browser)
    .map(({ id }) => id)
    .filter((id) => {
      const line = readFileSync(`/proc/${id}/cmdline`, 'utf8')
      return line.includes('--type=renderer') || line.includes('audio.mojom.AudioService')
    })
}

/** Processor time that they have used so far, s. */
export function usedS(browser: number, ids: readonly number[]): number {
  return treeOf(browser).reduce((sum, { id, usedS }) => (ids.includes(id) ? sum + usedS : sum), 0)
}

/** Memory that is theirs: proportional set size, in which shared pages count by shares; MB. */
export const memoryMB = (ids: readonly number[]): number =>
  ids.reduce((sum, id) => {
    const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? []
    return sum + Number(kilobytes) / 1024
  }, 0)
