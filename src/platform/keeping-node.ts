import * as v from 'valibot'

const answer = v.object({ keeps: v.boolean() })

/** Whether a node keeps rooms for those who ask; null when it is out of reach, or no node of ours. */
export async function askWhetherNodeKeeps(ask: () => Promise<unknown>): Promise<boolean | null> {
  const result = v.safeParse(answer, await ask().catch(() => null)) // offline, or an answer that is no JSON
  return result.success ? result.output.keeps : null
}
