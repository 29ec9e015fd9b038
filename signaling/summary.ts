import type { NodeCounts } from './counts.ts'
import type { NodeEvent } from './log.ts'

/** Makes the periodic line of the log: what has changed since it was made last. Null when nothing has happened. */
export function createSummary(
  counts: NodeCounts,
  present: () => { readonly connections: number; readonly topics: number },
): () => NodeEvent | null {
  const sum = (numbers: Readonly<Record<string, number>>): number =>
    Object.values(numbers).reduce((total, each) => total + each, 0)
  const totals = (): Record<'addressed' | 'broadcast' | 'dropped' | 'refused' | 'closed', number> => ({
    ...counts.signals,
    refused: sum(counts.refused),
    closed: sum(counts.closed),
  })
  let before = totals()
  let told = ''
  return () => {
    const now = totals()
    const summary = {
      ...present(),
      addressed: now.addressed - before.addressed,
      broadcast: now.broadcast - before.broadcast,
      dropped: now.dropped - before.dropped,
      refused: now.refused - before.refused,
      closed: now.closed - before.closed,
    }
    before = now
    const text = JSON.stringify(summary)
    if (text === told) return null
    told = text
    return { event: 'summary', ...summary }
  }
}
