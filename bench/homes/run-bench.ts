import { interrupted, tearDown } from '../ears/rig/tear-down.ts'

/** A bench cannot begin: this machine lacks something, or nothing can be meant by what was asked. The message is one line that says what to do. */
export class CannotRun extends Error {
  override name = 'CannotRun'
}

/** Runs a bench and takes down whatever it has set up. What goes wrong is told; the exit code is 1 then. */
export async function runBench(bench: () => Promise<void>): Promise<void> {
  try {
    await bench()
  } catch (error) {
    if (error instanceof CannotRun) console.error(error.message)
    else if (!interrupted()) console.error('FAILED:', error)
    process.exitCode = 1
  } finally {
    await tearDown()
  }
}
