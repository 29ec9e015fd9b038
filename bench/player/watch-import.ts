import { setTimeout as wait } from 'node:timers/promises'
import type { Listener } from '../ears/people/listener.ts'
import { privateMB, renderers, usedS } from './processes.ts'

const SAMPLE_S = 0.1
/** An empty room is watched for so long before, and what is left is looked at so long after. */
const IDLE_S = 3
export const LEFT_S = 30
export const LONGEST_MS = 300_000

/** What adding a file costs the page's process, from the drop until all of it is stored. */
export interface ImportUsage {
  readonly seconds: number
  readonly cpuS: number
  /** Private memory over the empty room: at most until `LEFT_S` after the end, and then. */
  readonly peakMB: number
  readonly leftMB: number
}

/** Drops a file into a room and watches what becomes of it. @throws Error when it is not stored within five minutes. */
export async function watchImport(listener: Listener, file: string): Promise<ImportUsage> {
  const browser = listener.process
  const ids = renderers(browser)
  const memory: number[] = []
  let seen = 0
  let watching = true
  const watch = async (): Promise<void> => {
    for (; watching; await wait(SAMPLE_S * 1000)) memory.push(privateMB(ids))
  }
  const watched = watch()
  try {
    await wait(IDLE_S * 1000)
    const idleMB = Math.max(...memory.slice(seen))
    seen = memory.length
    const [startS, startMs] = [usedS(browser, ids), performance.now()]
    await listener.addFiles([file])
    await stored(listener)
    const seconds = (performance.now() - startMs) / 1000
    const cpuS = usedS(browser, ids) - startS
    await wait(LEFT_S * 1000)
    return { seconds, cpuS, peakMB: Math.max(...memory.slice(seen)) - idleMB, leftMB: memory.at(-1)! - idleMB }
  } finally {
    watching = false
    await watched
  }
}

const stored = (listener: Listener): Promise<unknown> =>
  listener.page.waitForFunction(
    () => {
      const { earshot } = globalThis as unknown as { earshot: { diagnostics(): { media: { held: number } } } }
      return earshot.diagnostics().media.held > 0
    },
    undefined,
    { timeout: LONGEST_MS, polling: 100 },
  )
