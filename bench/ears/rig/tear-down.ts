/** What has been set up, latest last. */
const tasks: (() => Promise<unknown>)[] = []

/** Asks that something be taken down again: when the run ends, fails or is interrupted. */
export const onTearDown = (task: () => Promise<unknown>): void => void tasks.push(task)

/** Takes everything down, what was set up last first. What fails keeps nothing else standing. @throws AggregateError of all that failed. */
export async function tearDown(): Promise<void> {
  const failures: unknown[] = []
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop())
    await task().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be taken down.')
}

let ending = false

/** Whether a signal ends the run: nothing new is to be begun, and what breaks now broke because of it. */
export const interrupted = (): boolean => ending

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    ending = true
    console.error(`${signal}: tearing down`)
    void tearDown()
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(1))
  })
}
