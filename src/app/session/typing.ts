import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

/** Whoever has not touched a key for so long is thinking, not typing. */
const PAUSE_MS = 5_000

/** Tells the others that I am typing: while keys are touched, and not for long after. */
export class Typing {
  readonly #scheduler: Scheduler
  readonly #tell: (typing: boolean) => void
  #cancel: Unsubscribe = () => undefined

  constructor(scheduler: Scheduler, tell: (typing: boolean) => void) {
    this.#scheduler = scheduler
    this.#tell = tell
  }

  /** `typing`: a key was touched and there is something in the line; false: it is empty or sent. */
  set(typing: boolean): void {
    this.#cancel()
    this.#tell(typing)
    if (typing) this.#cancel = this.#scheduler.after(PAUSE_MS, () => this.#tell(false))
  }

  close(): void {
    this.#cancel()
  }
}
