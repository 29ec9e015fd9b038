import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'

/**
 * Does a task some time after it was asked for, once for all who ask meanwhile. A hidden page's timers come up to a minute late (once a
 * second, once a minute when it is silent too), while messages of the audio thread and of peers do not: whoever asks after the time has
 * come has it done at once.
 */
export class Soon {
  readonly #scheduler: Pick<Scheduler, 'nowMs' | 'after'>
  readonly #delayMs: number
  readonly #task: () => void
  #cancel: Unsubscribe | null = null
  #dueAtMs = 0
  #doneAtMs = -Infinity

  constructor(scheduler: Pick<Scheduler, 'nowMs' | 'after'>, delayMs: number, task: () => void) {
    this.#scheduler = scheduler
    this.#delayMs = delayMs
    this.#task = task
  }

  /** Local ms at which it was done last, -Infinity before. */
  get doneAtMs(): number {
    return this.#doneAtMs
  }

  ask(): void {
    const nowMs = this.#scheduler.nowMs()
    if (this.#cancel === null) {
      this.#dueAtMs = nowMs + this.#delayMs
      this.#cancel = this.#scheduler.after(this.#delayMs, this.#task)
    } else if (nowMs > this.#dueAtMs) this.#task()
  }

  /** It has been done, or need not be done any more. */
  clear(): void {
    this.#doneAtMs = this.#scheduler.nowMs()
    this.#cancel?.()
    this.#cancel = null
  }
}
