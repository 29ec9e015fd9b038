import { existsSync, writeFileSync } from 'node:fs'

/**
 * Linux shares out the processor by session first (sched(7), autogroup) and looks at nice values within a session only: this sets what the
 * session of a process weighs beside others. A kernel that does not group by session looks at the process's own nice value alone.
 *
 * @param nice -20 to 19
 * @returns false where the kernel refuses: less than 0 wants root, and others than root may set one in a tenth of a second
 */
export function setSessionNice(processId: number, nice: number): boolean {
  const group = `/proc/${processId}/autogroup`
  try {
    if (existsSync(group)) writeFileSync(group, String(nice))
    return true
  } catch (error) {
    if (['EPERM', 'EAGAIN'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
