import type { Unsubscribe } from '../../domain/scheduler.ts'

interface Event {
  readonly atMs: number
  /** Order of being asked for: decides between events of one instant, so that a run can be repeated. */
  readonly order: number
  readonly task: () => void
  cancelled: boolean
}

/** Binary min-heap of tasks by time, then by order of arrival. */
export class EventHeap {
  readonly #heap: Event[] = []
  #order = 0

  add(atMs: number, task: () => void): Unsubscribe {
    const event: Event = { atMs, order: this.#order++, task, cancelled: false }
    this.#heap.push(event)
    this.#rise(this.#heap.length - 1)
    return () => {
      event.cancelled = true
    }
  }

  /** Takes out the earliest event that is due at `untilMs`; null when there is none. */
  takeUntil(untilMs: number): { readonly atMs: number; readonly task: () => void } | null {
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= untilMs; first = this.#heap[0]) {
      this.#removeFirst()
      if (!first.cancelled) return first
    }
    return null
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #before(i: number, j: number): boolean {
    const a = this.#heap[i]!
    const b = this.#heap[j]!
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const moved = this.#heap[i]!
    this.#heap[i] = this.#heap[j]!
    this.#heap[j] = moved
  }

  #rise(start: number): void {
    for (let i = start; i > 0;) {
      const parent = (i - 1) >> 1
      if (!this.#before(i, parent)) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #sink(start: number): void {
    for (let i = start; ;) {
      const left = 2 * i + 1
      let least = i
      if (left < this.#heap.length && this.#before(left, least)) least = left
      if (left + 1 < this.#heap.length && this.#before(left + 1, least)) least = left + 1
      if (least === i) return
      this.#swap(i, least)
      i = least
    }
  }
}
