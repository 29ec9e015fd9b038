import { readFileSync } from 'node:fs'
import { treeOf } from '../ears/rig/process-tree.ts'

const commandLine = (id: number): string => readFileSync(`/proc/${id}/cmdline`, 'utf8')
const isRenderer = (id: number): boolean => commandLine(id).includes('--type=renderer')
const idsOf = (browser: number): readonly number[] => treeOf(browser).map(({ id }) => id)

/** The processes of a browser that its pages live in. */
export const renderers = (browser: number): readonly number[] => idsOf(browser).filter(isRenderer)

/** The processes of a browser that a playing tab lives in: its renderer, and the one that talks to the sound server. */
export const playingProcesses = (browser: number): readonly number[] =>
  idsOf(browser).filter((id) => isRenderer(id) || commandLine(id).includes('audio.mojom.AudioService'))

/** Processor time that they have used so far, s. */
export function usedS(browser: number, ids: readonly number[]): number {
  return treeOf(browser).reduce((sum, { id, usedS }) => (ids.includes(id) ? sum + usedS : sum), 0)
}

/** Memory that is theirs: proportional set size, in which shared pages count by shares; MB. */
export const memoryMB = (ids: readonly number[]): number => sumMB(ids, 'Pss')

/** The part of it that no file and no other process stands behind, MB: steadier, for what else the machine runs does not move it. */
export const privateMB = (ids: readonly number[]): number => sumMB(ids, 'Pss_Anon')

const sumMB = (ids: readonly number[], row: 'Pss' | 'Pss_Anon'): number =>
  ids.reduce((sum, id) => {
    const rows = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')
    const [, kilobytes = '0'] = new RegExp(`^${row}:\\s+(\\d+) kB`, 'm').exec(rows) ?? []
    return sum + Number(kilobytes) / 1024
  }, 0)
