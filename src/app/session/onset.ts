import type { Scheduler, Unsubscribe } from '../../domain/scheduler.ts'
import type { Player } from '../../player/player.ts'

/** A sound that begins has the device to itself for so long: by then its output has run in and seconds are decoded. */
const ONSET_MS = 6_000
/** Sound that does not come does not hold up the rest for ever. */
const PATIENCE_MS = 15_000

/**
 * When sound begins on this device. Until it has run in, whatever else is busy makes the device lose sound or misjudge when it is heard:
 * what can wait asks here.
 */
export class Onset {
  readonly #scheduler: Scheduler
  readonly #stop: Unsubscribe
  readonly #tasks: (() => void)[] = []
  #timer: Unsubscribe = () => undefined
  #phase: 'before' | 'awaited' | 'young' | 'over' = 'before'

  constructor(player: Pick<Player, 'onStatus'>, scheduler: Scheduler) {
    this.#scheduler = scheduler
    this.#stop = player.onStatus(({ state }) => {
      if (this.#phase === 'before' && state === 'waiting') this.#enter('awaited', PATIENCE_MS)
      if (this.#phase !== 'over' && this.#phase !== 'young' && state === 'playing') this.#enter('young', ONSET_MS)
    })
  }

  /** Whether sound is beginning right now. */
  get isUnderWay(): boolean {
    return this.#phase === 'awaited' || this.#phase === 'young'
  }

  /** Runs a task as soon as no sound is beginning; at once, when none is. */
  after(task: () => void): void {
    if (this.isUnderWay) this.onOver(task)
    else task()
  }

  /** Runs a task when sound that is beginning, or will, has run in. */
  onOver(task: () => void): void {
    this.#tasks.push(task)
  }

  /** What still waits is never run. */
  close(): void {
    this.#stop()
    this.#timer()
    this.#tasks.length = 0
  }

  #enter(phase: 'awaited' | 'young', forMs: number): void {
    this.#timer()
    this.#phase = phase
    this.#timer = this.#scheduler.after(forMs, () => {
      this.#phase = 'over'
      this.#stop()
      for (const task of this.#tasks.splice(0)) task()
    })
  }
}
