import * as v from 'valibot'

const answer = v.object({ keeps: v.boolean() })

/** Whether the page's node keeps rooms for those who ask. False also when it is out of reach, or no node of ours: nobody waits for it then. */
export async function askWhetherNodeKeeps(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    const result = v.safeParse(answer, await ask())
    return result.success && result.output.keeps
  } catch {
    return false // offline, or an answer that is no JSON
  }
}
